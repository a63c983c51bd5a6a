// `npm run neighbours [-- --seconds 10] [--only TEXT]`: measures the requests of one company, quiet and while another one
// attacks, for every attack in turn, on an embedded PostgreSQL. Prints the ratio of their 99th percentiles.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatTable } from '../../src/cli/terminal.ts'
import { startEmbedded } from '../../src/db/embedded/embedded.ts'
import { upgrade } from '../../src/db/migrations/migrate.ts'
import { attacks } from './attacks.ts'
import { platformKey, startAttack, startNeighbourhood } from './service.ts'
import { type Served, Victim } from './victim.ts'

/** The longest that the 99th percentile under attack may be, as a multiple of the quiet one. */
const goal = 2
/** Pause of the victim between its requests. */
const pauseMs = 5

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, only: { type: 'string', default: '' } },
})
const percentile = ({ durations }: Served, share: number) =>
  [...durations].sort((a, b) => a - b)[Math.ceil(durations.length * share) - 1] ?? 0

async function workFor(victim: Victim, seconds: number): Promise<Served> {
  const all: Served = { durations: [], failures: [] }
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
    const { durations, failures } = await victim.work(1, pauseMs)
    all.durations.push(...durations)
    all.failures.push(...failures)
  }
  return all
}

const scratch = mkdtempSync(join(tmpdir(), 'nv-neighbours-'))
const server = await startEmbedded({ dataDir: scratch, settings: { max_connections: '200' } })
try {
  await upgrade(server.url, 'head')
  const service = await startNeighbourhood(server.url)
  const victim = await Victim.create(service.url, platformKey)
  const rows: string[][] = []
  let isGood = true
  await workFor(victim, 3)
  for (const name of Object.keys(attacks).filter((each) => each.includes(values.only))) {
    const quiet = await workFor(victim, Number(values.seconds))
    const attack = await startAttack(name, service.url)
    const attacked = await workFor(victim, Number(values.seconds))
    const startedAt = performance.now()
    await victim.untilLoopsAdvance()
    const loopSeconds = (performance.now() - startedAt) / 1_000
    const responses = await attack.stop()
    const ratio = percentile(attacked, 0.99) / percentile(quiet, 0.99)
    isGood &&= ratio <= goal && attacked.failures.length === 0
    rows.push([
      name,
      percentile(quiet, 0.99).toFixed(1),
      percentile(attacked, 0.99).toFixed(1),
      ratio.toFixed(2),
      String(attacked.failures.length),
      loopSeconds.toFixed(1),
      JSON.stringify(responses),
    ])
    process.stdout.write(`${rows.at(-1)?.join('  ')}\n`)
  }
  const heading = [
    'attack',
    'quiet p99 ms',
    'attacked p99 ms',
    'ratio',
    'failed',
    'loops s',
    'responses to the attacker',
  ]
  process.stdout.write(`\n${formatTable(heading, rows)}\n`)
  victim.close()
  await service.stop()
  process.exitCode = isGood ? 0 : 1
} finally {
  await server.stop()
  rmSync(scratch, { recursive: true, force: true })
}
