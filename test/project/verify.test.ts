// Tests that each check of `npm run verify` fails on a project that breaks its rule.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Test, test } from 'tap'
import { projectRoot } from '../setup/programs.ts'

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))

/** Creates a project with these files, and with the settings and packages of this repository. */
function createProject(t: Test, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nv-verify-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of [
    '.gitignore',
    'biome.json',
    'imports.grit',
    'package.json',
    'redocly.yaml',
    '.redocly.lint-ignore.yaml',
    'tsconfig.json',
  ])
    cpSync(join(projectRoot, name), join(folder, name))
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

function run(cwd: string, program: string, args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (error) throw error
  return { status, stdout, stderr }
}

const script = (cwd: string, name: string) => run(cwd, 'npm', ['run', name])

const restrictedImports = 'lint/style/noRestrictedImports'

type Finding = { rule: string; path: string; line: number }

/** Runs the linter on a project and returns its findings. */
function lint(folder: string): Finding[] {
  const args = ['lint', '--reporter=json', '--max-diagnostics=none']
  const { stdout } = run(folder, join(projectRoot, 'node_modules/.bin/biome'), args)
  return JSON.parse(stdout).diagnostics.map(
    (found: { category: string; location: { path: string; start: { line: number } } }) => ({
      rule: found.category,
      path: found.location.path,
      line: found.location.start.line,
    }),
  )
}

const testsAndBench = (up: string) => [`${up}/test/setup/service.ts`, `${up}/bench/run.ts`]

/** Imports that each of these files may and may not have. One file stands for every file of its folder. */
const layers: { files: string[]; allowed: string[]; forbidden: string[] }[] = [
  {
    files: ['src/lib/x.ts'],
    allowed: ['./errors.ts', './time/clock.ts', 'libphonenumber-js', 'node:crypto'],
    forbidden: [
      '../db/client.ts',
      '../http/wire.ts',
      '../modules/calls/index.ts',
      '../deps.ts',
      '../config.ts',
      'fastify',
      '@fastify/cors',
      'drizzle-orm',
      'drizzle-orm/pg-core',
      'postgres',
      ...testsAndBench('../..'),
    ],
  },
  {
    files: ['src/lib/time/x.ts'],
    allowed: ['./zones.ts', '../errors.ts', '../numbers/money.ts', 'node:crypto'],
    forbidden: [
      '../../config.ts',
      '../../db/client.ts',
      '../../modules/calls/index.ts',
      'fastify',
      'drizzle-orm',
      'postgres',
      ...testsAndBench('../../..'),
    ],
  },
  {
    files: ['src/db/x.ts', 'src/telephony/x.ts'],
    allowed: ['./client.ts', '../lib/errors.ts', '../lib/time/zones.ts', 'drizzle-orm', 'postgres'],
    forbidden: [
      '../http/wire.ts',
      '../modules/calls/index.ts',
      '../deps.ts',
      '../config.ts',
      '../app.ts',
      '../cli/db.ts',
      'fastify',
      ...testsAndBench('../..'),
    ],
  },
  {
    files: ['src/db/x.ts'],
    allowed: ['./schema/index.ts', './migrations/migrate.ts'],
    forbidden: ['../telephony/carrier.ts'],
  },
  {
    files: ['src/db/migrations/x.ts'],
    allowed: [
      './migrate.ts',
      '../client.ts',
      '../schema/index.ts',
      '../../lib/errors.ts',
      '../../lib/time/zones.ts',
      'drizzle-orm',
    ],
    forbidden: [
      '../../config.ts',
      '../../http/wire.ts',
      '../../telephony/carrier.ts',
      '../../modules/calls/index.ts',
      'fastify',
      ...testsAndBench('../../..'),
    ],
  },
  {
    files: ['src/telephony/x.ts'],
    allowed: ['../db/client.ts', '../db/schema/index.ts'],
    forbidden: [],
  },
  {
    files: ['src/telephony/livekit/x.ts'],
    allowed: ['./rooms.ts', '../carrier.ts', '../../lib/errors.ts', '../../db/client.ts'],
    forbidden: ['../../http/wire.ts', '../../modules/calls/index.ts', '../../config.ts', 'fastify'],
  },
  {
    files: ['src/db/schema/x.ts'],
    allowed: ['./calls.ts', '../../lib/errors.ts', 'drizzle-orm/pg-core'],
    forbidden: [
      '../client.ts',
      '../migrations/migrate.ts',
      '../../http/wire.ts',
      '../../deps.ts',
      'fastify',
      '../../../test/setup/service.ts',
    ],
  },
  {
    files: ['src/http/x.ts'],
    allowed: ['./problem.ts', '../lib/errors.ts', '../db/client.ts', '../db/schema/index.ts', 'fastify'],
    forbidden: [
      '../modules/calls/index.ts',
      '../telephony/carrier.ts',
      '../deps.ts',
      '../config.ts',
      '../app.ts',
      ...testsAndBench('../..'),
    ],
  },
  {
    files: ['src/modules/calls/claim.ts', 'src/modules/calls/index.ts'],
    allowed: [
      './lifecycle.ts',
      './reports/attempts.ts',
      '../../lib/errors.ts',
      '../../lib/time/zones.ts',
      '../../db/client.ts',
      '../../db/schema/index.ts',
      '../../telephony/carrier.ts',
      '../campaigns/index.ts',
      'drizzle-orm',
    ],
    forbidden: [
      '../campaigns/claim.ts',
      '../campaigns/hours/windows.ts',
      '../campaigns/routes.ts',
      '../campaigns/schema.ts',
      '../../http/wire.ts',
      './routes.ts',
      './key-routes.ts',
      './schema.ts',
      './run-schema.ts',
      'fastify',
      '@fastify/cors',
      '../../deps.ts',
      '../../config.ts',
      '../../app.ts',
      '../../workers.ts',
      '../../service.ts',
      '../../main.ts',
      '../../cli/db.ts',
      ...testsAndBench('../../..'),
    ],
  },
  {
    files: ['src/modules/calls/reports/x.ts'],
    allowed: [
      './attempts.ts',
      '../lifecycle.ts',
      '../settle/settle.ts',
      '../../../lib/errors.ts',
      '../../../lib/time/zones.ts',
      '../../../db/client.ts',
      '../../../db/schema/index.ts',
      '../../../telephony/carrier.ts',
      '../../campaigns/index.ts',
      'drizzle-orm',
    ],
    forbidden: [
      '../../campaigns/claim.ts',
      '../../campaigns/hours/windows.ts',
      '../../campaigns/hours/index.ts',
      '../../campaigns/routes.ts',
      '../../campaigns/schema.ts',
      '../routes.ts',
      '../key-routes.ts',
      '../schema.ts',
      '../run-schema.ts',
      'fastify',
      '@fastify/cors',
      '../../../http/wire.ts',
      '../../../deps.ts',
      '../../../config.ts',
      '../../../app.ts',
      '../../../main.ts',
      '../../../cli/db.ts',
      ...testsAndBench('../../../..'),
    ],
  },
  {
    files: ['routes.ts', 'key-routes.ts', 'schema.ts', 'run-schema.ts'].map(
      (name) => `src/modules/calls/${name}`,
    ),
    allowed: [
      './calls.ts',
      './reports/attempts.ts',
      '../../lib/errors.ts',
      '../../db/transaction.ts',
      '../../telephony/carrier.ts',
      '../../http/wire.ts',
      '../../deps.ts',
      '../campaigns/index.ts',
      '../campaigns/schema.ts',
      'fastify',
    ],
    forbidden: [
      '../campaigns/claim.ts',
      '../campaigns/hours/windows.ts',
      '../campaigns/routes.ts',
      '../../config.ts',
      '../../app.ts',
      'drizzle-orm',
      'drizzle-orm/sql',
      'postgres',
      '../../workers.ts',
      '../../service.ts',
      '../../main.ts',
      '../../cli/db.ts',
      ...testsAndBench('../../..'),
    ],
  },
  {
    files: ['src/config.ts', 'src/deps.ts'],
    allowed: ['./lib/errors.ts', './db/client.ts', './telephony/carrier.ts'],
    forbidden: [
      './app.ts',
      './workers.ts',
      './service.ts',
      './http/wire.ts',
      './modules/calls/index.ts',
      './cli/db.ts',
      './main.ts',
      '../test/setup/service.ts',
    ],
  },
  {
    files: ['src/app.ts', 'src/workers.ts', 'src/service.ts', 'src/main.ts'],
    allowed: [
      './deps.ts',
      './http/wire.ts',
      './modules/calls/routes.ts',
      './modules/calls/index.ts',
      'fastify',
    ],
    forbidden: ['./cli/db.ts', ...testsAndBench('..')],
  },
  { files: ['src/app.ts', 'src/workers.ts', 'src/service.ts'], allowed: [], forbidden: ['./main.ts'] },
  {
    files: ['src/cli/x.ts'],
    allowed: ['./terminal.ts', '../app.ts', '../service.ts', '../db/client.ts', '../modules/calls/index.ts'],
    forbidden: ['../main.ts', ...testsAndBench('../..')],
  },
  {
    files: ['src/cli/db/x.ts'],
    allowed: [
      './arguments.ts',
      '../terminal.ts',
      '../../app.ts',
      '../../db/client.ts',
      '../../modules/calls/index.ts',
    ],
    forbidden: ['../../main.ts', ...testsAndBench('../../..')],
  },
  {
    files: ['test/x.test.ts', 'bench/x.ts'],
    allowed: ['../src/app.ts', '../src/modules/calls/claim.ts'],
    forbidden: [],
  },
]

test('Every layer, and every subfolder of it, may import only the layers below it', (t) => {
  const expected = new Map<string, { allowed: string[]; forbidden: string[] }>()
  for (const { files, allowed, forbidden } of layers) {
    for (const path of files) {
      const entry = expected.get(path) ?? { allowed: [], forbidden: [] }
      expected.set(path, {
        allowed: [...entry.allowed, ...allowed],
        forbidden: [...entry.forbidden, ...forbidden],
      })
    }
  }
  const files = [...expected].map(([path, { allowed, forbidden }]) => [
    path,
    [...allowed, ...forbidden].map((source) => `import '${source}'\n`).join(''),
  ])
  const findings = lint(createProject(t, Object.fromEntries(files)))
  for (const [path, { allowed, forbidden }] of expected) {
    const lines = findings.filter((finding) => finding.path === path && finding.rule === restrictedImports)
    const rejected = [...allowed, ...forbidden].filter((_, i) => lines.some(({ line }) => line === i + 1))
    t.same(rejected, forbidden, path)
  }
  t.end()
})

/** Code of this many lines. */
const codeOfLines = (lines: number) => '  void 0\n'.repeat(lines)

/** Per rule: files that it must reject, and similar files that it must accept. */
const ruleCases: { rule: string; rejected: Record<string, string>; accepted?: Record<string, string> }[] = [
  {
    rule: 'lint/suspicious/noImportCycles',
    rejected: {
      'src/db/a.ts': "import type { B } from './b.ts'\nexport type A = B | undefined\n",
      'src/db/b.ts': "import type { A } from './a.ts'\nexport type B = A | null\n",
    },
    accepted: { 'src/db/c.ts': "import type { A } from './a.ts'\nexport type C = A\n" },
  },
  {
    rule: 'plugin',
    rejected: {
      'src/lib/type.ts': "export type X = import('../db/client.ts').Db\n",
      'src/lib/dot-prefix.ts': "import './../db/client.ts'\n",
      'src/lib/parent-path.ts': "export { a } from './lib/../../db/client.ts'\n",
      'src/lib/dynamic-parent-path.ts': "export const a = await import('./lib/../../db/client.ts')\n",
    },
    accepted: {
      'src/lib/plain.ts': "import './errors.ts'\n",
      'test/plain.ts': "import '../../sdk/index.ts'\n",
    },
  },
  {
    rule: restrictedImports,
    rejected: {
      'src/lib/re-export.ts': "export * from '../db/client.ts'\n",
      'src/lib/dynamic.ts': "export const a = await import('../db/client.ts')\n",
      'src/lib/types-only.ts': "export type { Db } from '../db/client.ts'\n",
    },
  },
  {
    rule: 'lint/correctness/noUndeclaredDependencies',
    rejected: { 'src/dev.ts': "import 'tap'\n", 'src/none.ts': "import 'left-out'\n" },
    accepted: {
      'test/dev.ts': "import 'tap'\n",
      'bench/dev.ts': "import 'tap'\n",
      'src/own.ts': "import 'pino'\n",
    },
  },
  {
    rule: 'lint/suspicious/noConsole',
    rejected: { 'src/print.ts': "console.log('x')\n" },
    accepted: { 'src/cli/print.ts': "console.log('x')\n", 'bench/print.ts': "console.log('x')\n" },
  },
  {
    rule: 'lint/suspicious/noExplicitAny',
    rejected: { 'src/any.ts': 'export const x: any = 1\n' },
  },
  {
    rule: 'lint/nursery/noFloatingPromises',
    rejected: {
      'src/float.ts': "import { f } from './async.ts'\nf()\n",
      'test/float.ts': "import { f } from '../src/async.ts'\nf()\n",
    },
    accepted: {
      'src/async.ts': 'export async function f() {}\n',
      'src/awaited.ts': "import { f } from './async.ts'\nawait f()\n",
    },
  },
  {
    rule: 'lint/nursery/noMisusedPromises',
    rejected: { 'src/misused.ts': "import { g } from './boolean.ts'\nif (g()) process.exit()\n" },
    accepted: { 'src/boolean.ts': 'export const g = async () => false\n' },
  },
  {
    rule: 'lint/style/noExcessiveLinesPerFile',
    rejected: { 'src/long.ts': `${codeOfLines(301)}`, 'bench/long.ts': `${codeOfLines(301)}` },
    accepted: { 'src/short.ts': `${codeOfLines(300)}`, 'test/long.test.ts': `${codeOfLines(301)}` },
  },
  {
    rule: 'lint/complexity/noExcessiveLinesPerFunction',
    rejected: { 'src/modules/calls/f.ts': `export function f() {\n${codeOfLines(61)}}\n` },
    accepted: {
      'src/modules/calls/g.ts': `export function g() {\n${codeOfLines(60)}}\n`,
      'src/modules/calls/routes.ts': `export function routes() {\n${codeOfLines(61)}}\n`,
    },
  },
]

test('Lint rejects import cycles, hidden imports, undeclared packages, any, console, lost promises and long code', (t) => {
  const files = ruleCases.flatMap(({ rejected, accepted }) => Object.entries({ ...rejected, ...accepted }))
  const findings = lint(createProject(t, Object.fromEntries(files)))
  for (const { rule, rejected, accepted } of ruleCases) {
    const paths = Object.keys({ ...rejected, ...accepted })
    const reported = paths.filter((path) =>
      findings.some((finding) => finding.path === path && finding.rule === rule),
    )
    t.same(reported, Object.keys(rejected), rule)
  }
  t.end()
})

test('npm run verify fails if and only if one of its steps fails', (t) => {
  const steps = [...manifest.scripts.verify.matchAll(/npm run ([\w:-]+)/g)].map(([, step]) => step)
  t.same(steps.toSorted(), [
    'lint',
    'lint:docs',
    'lint:migrations',
    'lint:openapi',
    'lint:patterns',
    'lint:sdk',
    'lint:unused',
    'types',
  ])
  const folder = createProject(t, { 'bin/npm': '#!/bin/sh\ntest "$2" != "$FAILING_STEP" || exit 3\n' })
  chmodSync(join(folder, 'bin/npm'), 0o755)
  // npm itself takes a quarter of a second for each step.
  const PATH = `${join(folder, 'bin')}:${process.env.PATH}`
  for (const failing of [undefined, ...steps]) {
    const env = { ...process.env, PATH, FAILING_STEP: failing }
    const { status } = spawnSync('sh', ['-c', manifest.scripts.verify], { cwd: folder, env })
    t.equal(status, failing === undefined ? 0 : 3, `${failing ?? 'no step'} fails`)
  }
  t.end()
})

test('npm run lint fails on an unformatted file, on unsorted imports and on a warning', (t) => {
  const formatted = "export const x = 'y'\n"
  const clean = createProject(t, { 'src/x.ts': formatted })
  writeFileSync(join(clean, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  t.equal(script(clean, 'lint').status, 0, 'formatted code')
  for (const code of [
    'export const x = "y"\n',
    "import 'pino'\nimport { x } from './b.ts'\nimport { y } from './a.ts'\n\nexport { x, y }\n",
    'export function f(a: number) {}\n',
  ]) {
    writeFileSync(join(clean, 'src/x.ts'), code)
    t.not(script(clean, 'lint').status, 0, code)
  }
  t.end()
})

test('lint:unused fails on a file, an export and a package that nothing uses', (t) => {
  const folder = createProject(t, {
    'src/main.ts': "import { used } from './a.ts'\n\nused()\n",
    'src/a.ts': 'export const used = () => undefined\nexport const unusedExport = 1\n',
    'src/unused-file.ts': 'export const x = 1\n',
    'test/x.test.ts': "import 'tap'\n",
  })
  cpSync(join(projectRoot, 'knip.jsonc'), join(folder, 'knip.jsonc'))
  const { status, stdout } = script(folder, 'lint:unused')
  t.equal(status, 1)
  for (const finding of [/unused-file\.ts/, /unusedExport +src\/a\.ts/, /fastify +package\.json/])
    t.match(stdout, finding)
  t.notMatch(stdout, /\bused +src|\btap +package/)
  t.end()
})

test('npm run types fails on a type error in src, in test and in bench', (t) => {
  const files = ['src/x.ts', 'test/x.ts', 'bench/x.ts']
  const correct = createProject(t, { 'src/x.ts': 'export const x: number = 1\n' })
  t.equal(script(correct, 'types').status, 0, 'no error')
  const wrong = createProject(
    t,
    Object.fromEntries(files.map((path) => [path, "export const x: number = 'one'\n"])),
  )
  const { status, stdout } = script(wrong, 'types')
  t.equal(status, 2)
  for (const path of files) t.match(stdout, `${path}(1,14): error TS2322`)
  t.end()
})

/** Creates a project with the sources and migrations of this repository. */
function copySources(t: Test): string {
  const folder = createProject(t, {})
  for (const name of ['src', 'drizzle'])
    cpSync(join(projectRoot, name), join(folder, name), { recursive: true })
  return folder
}

const append = (path: string, text: string) => writeFileSync(path, readFileSync(path, 'utf8') + text)

test('lint:migrations fails on a schema change without a migration and on a missing down migration', (t) => {
  const folder = copySources(t)
  const { status, stderr } = script(folder, 'lint:migrations')
  t.equal(status, 0, `unchanged: ${stderr}`)
  append(
    join(folder, 'src/db/schema/index.ts'),
    "import { pgTable, text } from 'drizzle-orm/pg-core'\nexport const ahead = pgTable('ahead', { id: text() })\n",
  )
  t.match(script(folder, 'lint:migrations'), { status: 1, stderr: /changes without a migration/ })
  rmSync(join(folder, 'drizzle/0000_roles.down.sql'))
  t.match(script(folder, 'lint:migrations'), { status: 1, stderr: /0000_roles\.down\.sql/ })
  t.end()
})

test('lint:openapi needs no database and fails on an incomplete document; lint:sdk fails on outdated types', (t) => {
  const folder = copySources(t)
  const { status, stderr } = script(folder, 'lint:openapi')
  t.equal(status, 0, `unchanged: ${stderr}`)
  const { info, paths } = JSON.parse(readFileSync(join(folder, 'dist/openapi.json'), 'utf8'))
  t.equal(info.version, manifest.version)
  t.ok(Object.keys(paths).length > 10)

  cpSync(join(projectRoot, 'sdk'), join(folder, 'sdk'), { recursive: true })
  t.equal(script(folder, 'lint:sdk').status, 0, 'the SDK types match the document')
  append(join(folder, 'sdk/src/openapi.ts'), '// by hand')
  t.match(script(folder, 'lint:sdk'), { status: 1, stderr: /npm run sdk:types/ })

  const source = join(folder, 'src/http/openapi.ts')
  const changed = readFileSync(source, 'utf8').replace(/^ *license: .*\n/m, '')
  writeFileSync(source, changed)
  t.match(script(folder, 'lint:openapi'), { status: 1, stdout: /info-license/ })
  t.end()
})

test('lint:patterns fails on a pattern that is not linear, names its line, and fails on an exception that is no longer needed', (t) => {
  const folder = createProject(t, {
    'src/x.ts':
      'export const spaces = /\\s+$/\nexport const word = /^\\w+$/\nexport const odd = RegExp(String(1))\n',
    'sdk/src/y.ts': "export const Name = { type: 'string', pattern: '^(a+)+$' }\n",
    'dist/openapi.json': JSON.stringify({ schema: { type: 'string', pattern: '^(b|b)+$' } }),
  })
  cpSync(join(projectRoot, 'scripts'), join(folder, 'scripts'), { recursive: true })
  const { status, stderr } = script(folder, 'lint:patterns')
  t.equal(status, 1)
  for (const finding of [
    /src\/x\.ts:1: .* 2nd degree polynomial/,
    /src\/x\.ts:3: RegExp\(String\(1\)\) is computed/,
    /sdk\/src\/y\.ts:1: .* exponential/,
    /dist\/openapi\.json: .* exponential/,
    /exceptions\.ts: src\/lib\/time\/time-grammar\.ts has no pattern/,
  ])
    t.match(stderr, finding)
  t.notMatch(stderr, /src\/x\.ts:2/)
  t.end()
})

test('lint:docs fails on a dependency without a line, on a line without one and on another licence', (t) => {
  const folder = copySources(t)
  for (const name of ['docs', 'sdk', 'bench', 'examples', 'package-lock.json'])
    cpSync(join(projectRoot, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    })
  const { status, stderr } = script(folder, 'lint:docs')
  t.equal(status, 0, `unchanged: ${stderr}`)
  const page = join(folder, 'docs/development.md')
  const lines = readFileSync(page, 'utf8').split('\n')
  const changed = lines
    .filter((line) => !line.startsWith('| uuid |'))
    .map((line) => (line.startsWith('| pino |') ? line.replace('MIT', 'ISC') : line))
  writeFileSync(page, [...changed, '| left-pad | text | short | MIT |', ''].join('\n'))
  t.match(script(folder, 'lint:docs'), {
    status: 1,
    stderr: /uuid has no line.*left-pad has a line.*pino has the licence MIT, not ISC/s,
  })
  t.end()
})
