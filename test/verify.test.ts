// What `npm run verify` refuses: every rule is shown to fire on a fault that is planted in a scratch project.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { type Test, test } from 'tap'
import { readConfig } from '../src/config.ts'
import { projectRoot } from './setup/programs.ts'

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))

/** A project with our settings and packages, and these files in it. */
function project(t: Test, files: Record<string, string>): string {
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

const restricted = 'lint/style/noRestrictedImports'

type Finding = { rule: string; path: string; line: number }

/** What the linter finds in a project. */
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

// From which files may which imports be made? A folder stands for any file in it.
const layers: { of: string[]; may: string[]; mayNot: string[] }[] = [
  {
    of: ['src/lib/x.ts'],
    may: ['./errors.ts', 'libphonenumber-js', 'node:crypto'],
    mayNot: ['../db/client.ts', '../http/wire.ts', '../modules/calls/index.ts', '../deps.ts', '../config.ts']
      .concat(['fastify', '@fastify/cors', 'drizzle-orm', 'drizzle-orm/pg-core', 'postgres'])
      .concat(['../../test/setup/service.ts', '../../bench/run.ts']),
  },
  {
    of: ['src/db/x.ts', 'src/telephony/x.ts'],
    may: ['./client.ts', '../lib/errors.ts', 'drizzle-orm', 'postgres'],
    mayNot: [
      '../http/wire.ts',
      '../modules/calls/index.ts',
      '../deps.ts',
      '../config.ts',
      '../app.ts',
    ].concat(['../cli/db.ts', 'fastify', '../../test/setup/service.ts', '../../bench/run.ts']),
  },
  { of: ['src/db/x.ts'], may: ['./schema/index.ts'], mayNot: ['../telephony/carrier.ts'] },
  { of: ['src/telephony/x.ts'], may: ['../db/client.ts', '../db/schema/index.ts'], mayNot: [] },
  {
    of: ['src/db/schema/x.ts'],
    may: ['./calls.ts', '../../lib/errors.ts', 'drizzle-orm/pg-core'],
    mayNot: [
      '../client.ts',
      '../../http/wire.ts',
      '../../deps.ts',
      'fastify',
      '../../../test/setup/service.ts',
    ],
  },
  {
    of: ['src/http/x.ts'],
    may: ['./problem.ts', '../lib/errors.ts', '../db/client.ts', '../db/schema/index.ts', 'fastify'],
    mayNot: [
      '../modules/calls/index.ts',
      '../telephony/carrier.ts',
      '../deps.ts',
      '../config.ts',
      '../app.ts',
    ].concat(['../../test/setup/service.ts', '../../bench/run.ts']),
  },
  {
    of: ['src/modules/calls/claim.ts', 'src/modules/calls/index.ts'],
    may: [
      './lifecycle.ts',
      '../../lib/errors.ts',
      '../../db/client.ts',
      '../../db/schema/index.ts',
      'drizzle-orm',
    ].concat(['../../telephony/carrier.ts', '../campaigns/index.ts']),
    mayNot: [
      '../campaigns/claim.ts',
      '../campaigns/routes.ts',
      '../campaigns/schema.ts',
      '../../http/wire.ts',
    ]
      .concat(['./routes.ts', './key-routes.ts', './schema.ts', './socket.ts', 'fastify', '@fastify/cors'])
      .concat(['../../deps.ts', '../../config.ts', '../../app.ts', '../../workers.ts', '../../service.ts'])
      .concat([
        '../../main.ts',
        '../../cli/db.ts',
        '../../../test/setup/service.ts',
        '../../../bench/run.ts',
      ]),
  },
  {
    of: ['routes.ts', 'key-routes.ts', 'schema.ts', 'socket.ts'].map((name) => `src/modules/calls/${name}`),
    may: [
      './calls.ts',
      '../../lib/errors.ts',
      '../../db/transaction.ts',
      '../../telephony/carrier.ts',
      'fastify',
    ].concat(['../../http/wire.ts', '../../deps.ts', '../campaigns/index.ts', '../campaigns/schema.ts']),
    mayNot: [
      '../campaigns/claim.ts',
      '../campaigns/routes.ts',
      '../../config.ts',
      '../../app.ts',
      'drizzle-orm',
    ]
      .concat(['drizzle-orm/sql', 'postgres', '../../workers.ts', '../../service.ts', '../../main.ts'])
      .concat(['../../cli/db.ts', '../../../test/setup/service.ts', '../../../bench/run.ts']),
  },
  {
    of: ['src/config.ts', 'src/deps.ts'],
    may: ['./lib/errors.ts', './db/client.ts', './telephony/carrier.ts'],
    mayNot: [
      './app.ts',
      './workers.ts',
      './service.ts',
      './http/wire.ts',
      './modules/calls/index.ts',
      './cli/db.ts',
    ].concat(['./main.ts', '../test/setup/service.ts']),
  },
  {
    of: ['src/app.ts', 'src/workers.ts', 'src/service.ts', 'src/main.ts'],
    may: ['./deps.ts', './http/wire.ts', './modules/calls/routes.ts', './modules/calls/index.ts', 'fastify'],
    mayNot: ['./cli/db.ts', '../test/setup/service.ts', '../bench/run.ts'],
  },
  { of: ['src/app.ts', 'src/workers.ts', 'src/service.ts'], may: [], mayNot: ['./main.ts'] },
  {
    of: ['src/cli/x.ts'],
    may: ['./terminal.ts', '../app.ts', '../service.ts', '../db/client.ts', '../modules/calls/index.ts'],
    mayNot: ['../main.ts', '../../test/setup/service.ts', '../../bench/run.ts'],
  },
  {
    of: ['test/x.test.ts', 'bench/x.ts'],
    may: ['../src/app.ts', '../src/modules/calls/claim.ts'],
    mayNot: [],
  },
]

test('each layer may import those below it, and every other import is refused', (t) => {
  const expected = new Map<string, { may: string[]; mayNot: string[] }>()
  for (const { of, may, mayNot } of layers) {
    for (const path of of) {
      const entry = expected.get(path) ?? { may: [], mayNot: [] }
      expected.set(path, { may: [...entry.may, ...may], mayNot: [...entry.mayNot, ...mayNot] })
    }
  }
  const planted = [...expected].map(([path, { may, mayNot }]) => [
    path,
    [...may, ...mayNot].map((from) => `import '${from}'\n`).join(''),
  ])
  const findings = lint(project(t, Object.fromEntries(planted)))
  for (const [path, { may, mayNot }] of expected) {
    const lines = findings.filter((finding) => finding.path === path && finding.rule === restricted)
    const refused = [...may, ...mayNot].filter((_, i) => lines.some(({ line }) => line === i + 1))
    t.same(refused, mayNot, path)
  }
  t.end()
})

const long = (lines: number) => '  void 0\n'.repeat(lines)

// A fault, and the rule that is to refuse it there and nowhere else.
const faults: { rule: string; refused: Record<string, string>; fine?: Record<string, string> }[] = [
  {
    rule: 'lint/suspicious/noImportCycles',
    refused: {
      'src/db/a.ts': "import type { B } from './b.ts'\nexport type A = B | undefined\n",
      'src/db/b.ts': "import type { A } from './a.ts'\nexport type B = A | null\n",
    },
    fine: { 'src/db/c.ts': "import type { A } from './a.ts'\nexport type C = A\n" },
  },
  {
    rule: 'plugin',
    refused: {
      'src/lib/type.ts': "export type X = import('../db/client.ts').Db\n",
      'src/lib/detour.ts': "import './../db/client.ts'\n",
      'src/lib/way.ts': "export { a } from './lib/../../db/client.ts'\n",
      'src/lib/later.ts': "export const a = await import('./lib/../../db/client.ts')\n",
    },
    fine: { 'src/lib/plain.ts': "import './errors.ts'\n", 'test/plain.ts': "import '../../sdk/index.ts'\n" },
  },
  {
    rule: restricted,
    refused: {
      'src/lib/re-export.ts': "export * from '../db/client.ts'\n",
      'src/lib/dynamic.ts': "export const a = await import('../db/client.ts')\n",
      'src/lib/types-only.ts': "export type { Db } from '../db/client.ts'\n",
    },
  },
  {
    rule: 'lint/correctness/noUndeclaredDependencies',
    refused: { 'src/dev.ts': "import 'tap'\n", 'src/none.ts': "import 'left-out'\n" },
    fine: {
      'test/dev.ts': "import 'tap'\n",
      'bench/dev.ts': "import 'tap'\n",
      'src/own.ts': "import 'pino'\n",
    },
  },
  {
    rule: 'lint/suspicious/noConsole',
    refused: { 'src/say.ts': "console.log('x')\n" },
    fine: { 'src/cli/say.ts': "console.log('x')\n", 'bench/say.ts': "console.log('x')\n" },
  },
  {
    rule: 'lint/suspicious/noExplicitAny',
    refused: { 'src/any.ts': 'export const x: any = 1\n' },
  },
  {
    rule: 'lint/nursery/noFloatingPromises',
    refused: {
      'src/float.ts': "import { f } from './async.ts'\nf()\n",
      'test/float.ts': "import { f } from '../src/async.ts'\nf()\n",
    },
    fine: {
      'src/async.ts': 'export async function f() {}\n',
      'src/awaited.ts': "import { f } from './async.ts'\nawait f()\n",
    },
  },
  {
    rule: 'lint/nursery/noMisusedPromises',
    refused: { 'src/misused.ts': "import { g } from './boolean.ts'\nif (g()) process.exit()\n" },
    fine: { 'src/boolean.ts': 'export const g = async () => false\n' },
  },
  {
    rule: 'lint/style/noExcessiveLinesPerFile',
    refused: { 'src/long.ts': `${long(301)}`, 'bench/long.ts': `${long(301)}` },
    fine: { 'src/short.ts': `${long(300)}`, 'test/long.test.ts': `${long(301)}` },
  },
  {
    rule: 'lint/complexity/noExcessiveLinesPerFunction',
    refused: { 'src/modules/calls/f.ts': `export function f() {\n${long(61)}}\n` },
    fine: {
      'src/modules/calls/g.ts': `export function g() {\n${long(60)}}\n`,
      'src/modules/calls/routes.ts': `export function routes() {\n${long(61)}}\n`,
    },
  },
]

test('cycles, hidden imports, undeclared packages, any, console, lost promises and long files are refused', (t) => {
  const files = faults.flatMap(({ refused, fine }) => Object.entries({ ...refused, ...fine }))
  const findings = lint(project(t, Object.fromEntries(files)))
  for (const { rule, refused, fine } of faults) {
    const all = Object.keys({ ...refused, ...fine })
    const found = all.filter((path) => findings.some((one) => one.path === path && one.rule === rule))
    t.same(found, Object.keys(refused), rule)
  }
  t.end()
})

test('verify fails when one of its parts does, and only then', (t) => {
  const parts = [...manifest.scripts.verify.matchAll(/npm run ([\w:-]+)/g)].map(([, part]) => part)
  t.same(parts.toSorted(), ['lint', 'lint:migrations', 'lint:openapi', 'lint:sdk', 'types'])
  const folder = project(t, {})
  for (const failing of [undefined, ...parts]) {
    const scripts = Object.fromEntries(parts.map((part) => [part, part === failing ? 'exit 3' : 'exit 0']))
    const altered = { ...manifest, scripts: { ...scripts, verify: manifest.scripts.verify } }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(altered))
    t.equal(script(folder, 'verify').status, failing === undefined ? 0 : 3, `${failing ?? 'nothing'} fails`)
  }
  t.end()
})

test('lint fails on a file that is not formatted, on unsorted imports and on a warning', (t) => {
  const formatted = "export const x = 'y'\n"
  const clean = project(t, { 'src/x.ts': formatted })
  writeFileSync(join(clean, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  t.equal(script(clean, 'lint').status, 0, 'as it should be')
  for (const fault of [
    'export const x = "y"\n',
    "import 'pino'\nimport { x } from './b.ts'\nimport { y } from './a.ts'\n\nexport { x, y }\n",
    'export function f(a: number) {}\n',
  ]) {
    writeFileSync(join(clean, 'src/x.ts'), fault)
    t.not(script(clean, 'lint').status, 0, fault)
  }
  t.end()
})

test('types fails on a type error, be it in src, test or bench', (t) => {
  const files = ['src/x.ts', 'test/x.ts', 'bench/x.ts']
  const fine = project(t, { 'src/x.ts': 'export const x: number = 1\n' })
  t.equal(script(fine, 'types').status, 0, 'no error')
  const wrong = project(
    t,
    Object.fromEntries(files.map((path) => [path, "export const x: number = 'one'\n"])),
  )
  const { status, stdout } = script(wrong, 'types')
  t.equal(status, 2)
  for (const path of files) t.match(stdout, `${path}(1,14): error TS2322`)
  t.end()
})

/** Our own sources in a project, as they are. */
function withSources(t: Test): string {
  const folder = project(t, {})
  for (const name of ['src', 'drizzle'])
    cpSync(join(projectRoot, name), join(folder, name), { recursive: true })
  return folder
}

const append = (path: string, text: string) => writeFileSync(path, readFileSync(path, 'utf8') + text)

test('lint:migrations fails on a schema that is ahead of them and on one without its way back', (t) => {
  const folder = withSources(t)
  const { status, stderr } = script(folder, 'lint:migrations')
  t.equal(status, 0, `as they are ${stderr}`)
  append(
    join(folder, 'src/db/schema/index.ts'),
    "import { pgTable, text } from 'drizzle-orm/pg-core'\nexport const ahead = pgTable('ahead', { id: text() })\n",
  )
  t.match(script(folder, 'lint:migrations'), { status: 1, stderr: /no migration has/ }, 'a table more')
  rmSync(join(folder, 'drizzle/0000_roles.down.sql'))
  t.match(script(folder, 'lint:migrations'), { status: 1, stderr: /0000_roles\.down\.sql/ })
  t.end()
})

test('lint:openapi makes the document without a database; it and the types made of it fail on what is amiss', (t) => {
  const folder = withSources(t)
  const { status, stderr } = script(folder, 'lint:openapi')
  t.equal(status, 0, `as it is ${stderr}`)
  const { info, paths } = JSON.parse(readFileSync(join(folder, 'dist/openapi.json'), 'utf8'))
  t.equal(info.version, manifest.version)
  t.ok(Object.keys(paths).length > 10)

  cpSync(join(projectRoot, 'sdk'), join(folder, 'sdk'), { recursive: true })
  t.equal(script(folder, 'lint:sdk').status, 0, 'the types of the sdk are those of the document')
  append(join(folder, 'sdk/src/openapi.ts'), '// by hand')
  t.match(script(folder, 'lint:sdk'), { status: 1, stderr: /npm run sdk:types/ })

  const source = join(folder, 'src/http/openapi.ts')
  const altered = readFileSync(source, 'utf8').replace(/^ *license: .*\n/m, '')
  writeFileSync(source, altered)
  t.match(script(folder, 'lint:openapi'), { status: 1, stdout: /info-license/ })
  t.end()
})

test('every variable that the service reads stands in .env.example, with its default', (t) => {
  const source = readFileSync(join(projectRoot, 'src/config.ts'), 'utf8')
  const example = readFileSync(join(projectRoot, '.env.example'), 'utf8')
  const read = new Set([...source.matchAll(/^ {2}([A-Z][A-Z_]+): Type\./gm)].map(([, name]) => name))
  const listed = [...example.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name)
  t.same(listed.toSorted(), [...read].toSorted())
  t.same(readConfig(parseEnv(example)), readConfig({}), 'copied as it is, it changes nothing')
  t.end()
})

test('package-lock.json names no registry', (t) => {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'))
  const packages: [string, { resolved?: string }][] = Object.entries(lock.packages)
  t.ok(packages.length > 100)
  t.same(
    packages.filter(([, { resolved }]) => resolved !== undefined),
    [],
  )
  t.end()
})
