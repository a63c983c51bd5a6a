import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { type Test, test } from 'tap'
import { freePort } from '../setup/ports.ts'
import { testDatabase } from '../setup/postgres.ts'
import { projectRoot } from '../setup/programs.ts'
import { startTestService } from '../setup/service.ts'

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'sdk/README.md',
  'examples/agent/README.md',
  ...readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const textOf = (page: string) => readFileSync(join(projectRoot, page), 'utf8')
const scripts: Record<string, string> = JSON.parse(textOf('package.json')).scripts

/** Returns the lines of a page's bash blocks, without blank lines. */
const commandsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/```bash\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => (block ?? '').split('\n'))
    .filter((line) => line.trim() !== '')

/** Returns the anchors that GitHub derives from a page's headings. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** Starts a command in a separate process group, which is stopped at the end of the test. */
function startGroup(t: Test, command: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn('bash', ['-c', command], {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(async () => {
    if (child.exitCode !== null || child.pid === undefined) return
    const ended = once(child, 'exit')
    process.kill(-child.pid, 'SIGTERM')
    await ended
  })
  return child
}

test('The quickstart of the README runs as written and ends with calls and metrics', async (t) => {
  const [start = '', ...commands] = commandsOf('README.md')
  const { url } = await testDatabase(t)
  const PORT = String(await freePort())
  const service = startGroup(t, start, { PORT, DATABASE_URL: url, LOG_LEVEL: 'info' })
  for await (const line of createInterface({ input: service.stdout as NodeJS.ReadableStream }))
    if (line.includes('"msg":"ready"')) break
  service.stdout?.resume()
  const client = startGroup(t, `set -euo pipefail\n${commands.join('\n')}`, { PORT })
  let out = ''
  let err = ''
  client.stdout?.on('data', (chunk) => {
    out += chunk
  })
  client.stderr?.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(client, 'close')
  t.equal(code, 0, err)
  t.match(out, /^1\n\{"created":3,"skipped":0,"suppressed":0,"rejected":\[\]\}running\n/)
  const [calls, metrics] = out
    .slice(out.indexOf('running\n') + 'running\n'.length)
    .split(/(?<=\})(?=\{"start")/)
  t.match(JSON.parse(calls ?? ''), { total: 3 })
  t.match(JSON.parse(metrics ?? ''), { calls: { total: 3 } })
})

test('All quickstarts have the same commands', (t) => {
  const [start, ...commands] = commandsOf('README.md')
  for (const page of ['docs/quickstart.md', 'docs/ru/quickstart.md']) {
    t.same(commandsOf(page), commands, page)
    t.ok(textOf(page).includes(start ?? ''), `${page} starts the service in the same way`)
  }
  t.end()
})

test('Every link in the docs leads to an existing page and heading', (t) => {
  for (const page of pages) {
    const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '')
    for (const link of links.filter((url) => !/^(https?:|mailto:)/.test(url))) {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : relative(projectRoot, join(projectRoot, dirname(page), path))
      const targetExists = existsSync(join(projectRoot, target))
      t.ok(targetExists, `${page}: ${link}`)
      if (targetExists && anchor !== undefined) t.ok(anchorsOf(target).includes(anchor), `${page}: ${link}`)
    }
  }
  t.end()
})

test('Every command, path and test file named in the docs exists', (t) => {
  const databaseCommands = ['upgrade', 'downgrade', 'current', 'history', 'stamp', 'generate', 'check']
  for (const page of pages) {
    const text = textOf(page)
    for (const [, name] of text.matchAll(/npm run (?:--silent )?([\w:]+)/g))
      t.ok(scripts[name ?? ''] ?? page.startsWith('examples/'), `${page}: npm run ${name}`)
    for (const [, word] of text.matchAll(/npm run (?:--silent )?db -- (\w+)/g))
      t.ok(databaseCommands.includes(word ?? ''), `${page}: npm run db -- ${word}`)
    for (const [, path] of text.matchAll(/[`\s]((?:src|test|drizzle|bench|docs|examples)\/[\w./-]*\w)[`\s]/g))
      t.ok(
        page === 'examples/agent/README.md' || existsSync(join(projectRoot, path ?? '')),
        `${page}: ${path}`,
      )
  }
  t.end()
})

test('Every route named in the docs is in the OpenAPI document', async (t) => {
  const service = await startTestService(t)
  const { body } = await service.request('GET', '/openapi.json', {})
  const paths = Object.keys((body as { paths: object }).paths)
  const isRoute = (path: string) => {
    const segments = path.split('/')
    return paths.some((candidate) => {
      const parts = candidate.split('/')
      return (
        parts.length === segments.length && parts.every((part, i) => /^\{/.test(part) || part === segments[i])
      )
    })
  }
  for (const page of pages) {
    for (const [, path] of textOf(page).matchAll(/\b(?:GET|POST|PUT|PATCH|DELETE) (\/api\/[\w/{}-]+)/g))
      t.ok(isRoute((path ?? '').replaceAll(/\{\w+\}/g, 'x')), `${page}: ${path}`)
  }
})
