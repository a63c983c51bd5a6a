// Dockerfile, compose.yaml, workflows and the health check of the image.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { freePort } from '../setup/ports.ts'
import { projectRoot } from '../setup/programs.ts'

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const withoutComments = (text: string) => text.replaceAll(/^ *#.*\n/gm, '')
const dockerfile = withoutComments(read('Dockerfile'))
const compose = withoutComments(read('compose.yaml'))
const stages = dockerfile.split(/^FROM /m).slice(1)
const lastStage = stages.at(-1) ?? ''

/** The text of each service of compose.yaml. */
const services = Object.fromEntries(
  [
    ...(/^services:\n((?: .*\n|\n)+)/m.exec(compose)?.[1]?.matchAll(/^ {2}(\w+):\n((?: {4}.*\n|\n)+)/gm) ??
      []),
  ].map(([, name = '', text = '']) => [name, text]),
)

test('The image runs as a numeric user, with labels of its version, revision and source', (t) => {
  t.match(lastStage, /^USER 1000:1000$/m)
  for (const name of ['version', 'revision', 'source'])
    t.match(lastStage, new RegExp(`org\\.opencontainers\\.image\\.${name}="\\$\\{${name.toUpperCase()}\\}"`))
  t.end()
})

test('Nothing runs in the last stage, so that an image for another platform needs no emulation', (t) => {
  t.notMatch(lastStage, /^RUN/m)
  for (const stage of stages.slice(0, -1)) t.match(stage, /^--platform=\$BUILDPLATFORM /)
  t.end()
})

test('Images are pinned by digest, and actions by commit', (t) => {
  t.match(dockerfile, /^ARG BASE=node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/m)
  const [service = '', ...others] = [...compose.matchAll(/^ +image: (.*)$/gm)].map(([, image]) => image ?? '')
  t.match(service, /^\$\{IMAGE:-new-voice\}:\$\{VERSION:-local\}$/)
  t.equal(others.length, 2)
  for (const image of others) t.match(image, /^(postgres|nginx):[\w.-]+@sha256:[0-9a-f]{64}$/)
  for (const name of readdirSync(join(projectRoot, '.github/workflows'))) {
    const actions = [...read(`.github/workflows/${name}`).matchAll(/uses: (.*)$/gm)].map(
      ([, action]) => action ?? '',
    )
    for (const action of actions.filter((reference) => !reference.startsWith('./')))
      t.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name)
  }
  t.end()
})

test('A tag publishes the image for amd64 and arm64, with SBOM and provenance', (t) => {
  const release = read('.github/workflows/release.yml')
  t.match(release, /tags: \['v\*'\]/)
  for (const line of [
    'platforms: linux/amd64,linux/arm64',
    'sbom: true',
    'provenance: mode=max',
    'push: true',
  ])
    t.ok(release.includes(line), line)
  for (const name of ['VERSION', 'REVISION', 'SOURCE']) t.match(release, new RegExp(`^ +${name}=`, 'm'))
  t.match(release, /uses: \.\/\.github\/workflows\/ci\.yml/, 'after all checks of continuous integration')
  t.end()
})

test('Only compose.override.yaml builds the image, and once', (t) => {
  t.notMatch(compose, /^ +build:/m)
  t.equal(read('compose.override.yaml').match(/^ +build:/gm)?.length, 1)
  t.end()
})

test('Every container has a memory limit and rotated logs; long-running ones have health checks', (t) => {
  t.same(Object.keys(services), ['postgres', 'migrate', 'api', 'worker', 'proxy'])
  const shared = (name: string) => new RegExp(`^x-${name}:.*\\n(?: .*\\n)+`, 'm').exec(compose)?.[0] ?? ''
  t.match(shared('defaults'), /max-size: 10m/)
  t.match(shared('service'), /<<: \*defaults\n[\s\S]*mem_limit: /)
  for (const [name, text] of Object.entries(services)) {
    t.match(text, /^ {4}(mem_limit: |<<: \*service)/m, `${name}: memory`)
    t.match(text, /^ {4}(logging: \*logging|<<: \*(service|defaults))/m, `${name}: logs`)
  }
  for (const check of [services.postgres, services.proxy, shared('service')])
    t.match(check, /interval: 30s\n +timeout: 10s\n +start_period: \w+\n +start_interval: 1s/)
  t.match(lastStage, /^HEALTHCHECK --interval=30s --timeout=10s --start-period=\w+ /m)
  t.end()
})

test('Services that can be scaled publish no port', (t) => {
  t.notMatch(services.api, /ports:/)
  t.notMatch(services.worker, /ports:/)
  t.match(services.proxy, /ports: \['127\.0\.0\.1:\$\{PORT:-3000\}:8080'\]/)
  t.end()
})

test('No container needs files from outside: Compose writes none into a read-only container', (t) => {
  t.notMatch(compose, /^ *configs:/m)
  t.notMatch(compose, /^ *secrets:/m)
  t.end()
})

/** The exit code of the image's health check, for a service that responds with this status. */
async function healthCheck(t: Test, status: number): Promise<unknown> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health/startup' ? status : 404).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return runHealthCheck((server.address() as AddressInfo).port)
}

async function runHealthCheck(port: number): Promise<unknown> {
  const [, program = '', script = ''] =
    /HEALTHCHECK .*CMD \["(\w+)", "\/app\/([\w-]+\.sh)"\]/s.exec(lastStage) ?? []
  const check = spawn(program, [join(projectRoot, 'scripts/container', script)], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: 'ignore',
  })
  return (await once(check, 'exit'))[0]
}

test('The health check of the image succeeds only when the service has started and responds', async (t) => {
  t.equal(await healthCheck(t, 200), 0)
  t.equal(await healthCheck(t, 503), 1)
  t.equal(await runHealthCheck(await freePort()), 1, 'nothing listens')
})
