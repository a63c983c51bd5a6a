// `npm run storm -- --minutes 10 --seed N [--carrier livekit]`: a long storm on its own PostgreSQL, which is
// restarted too.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type EmbeddedPostgres, startEmbedded } from '../../src/db/embedded/embedded.ts'
import { upgrade } from '../../src/db/migrations/migrate.ts'
import { Relay } from './relay.ts'
import { formatFindings, isClean } from './report.ts'
import { runStorm } from './storm.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    workers: { type: 'string', default: '3' },
    contacts: { type: 'string', default: '250' },
    campaigns: { type: 'string', default: '5' },
    carrier: { type: 'string', default: 'simulated' },
  },
})

const scratch = mkdtempSync(join(tmpdir(), 'nv-storm-'))
const settings = { max_connections: '200' }
const log = (line: string) => process.stdout.write(`${line}\n`)
let server: EmbeddedPostgres = await startEmbedded({ dataDir: scratch, settings })
const relay = await Relay.start(server.url)
try {
  await upgrade(server.url, 'head')
  const findings = await runStorm({
    url: relay.urlFor(server.url),
    seed: values.seed,
    seconds: Number(values.minutes) * 60,
    companies: 3,
    campaignsEach: Number(values.campaigns),
    contactsEach: Number(values.contacts),
    workers: Number(values.workers),
    weights: [1, 2, 5],
    carrier: values.carrier === 'livekit' ? 'livekit' : 'simulated',
    restartDatabase: async () => {
      await server.stop()
      server = await startEmbedded({ dataDir: scratch, settings })
      relay.redirectTo(server.url)
    },
    log,
  })
  log(formatFindings(findings))
  process.exitCode = isClean(findings) ? 0 : 1
} finally {
  relay.close()
  await server.stop()
  rmSync(scratch, { recursive: true, force: true })
}
