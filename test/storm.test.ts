import postgres from 'postgres'
import tap, { type Test, test } from 'tap'
import { testDatabase } from './setup/postgres.ts'
import { show, violations } from './storm/report.ts'
import { runStorm } from './storm/storm.ts'

// Of the file as a whole: tap's runner reads it.
tap.setTimeout(600_000)
tap.comment('timeout=600000')

/** Both storms stand on one rule book; LiveKit is killed besides. */
async function storm(t: Test, carrier: 'simulated' | 'livekit'): Promise<void> {
  const { url } = await testDatabase(t)
  const name = new URL(url).pathname.slice(1)
  const found = await runStorm({
    ...{ url, carrier, seed: process.env.STORM_SEED ?? '1' },
    ...{ seconds: 12, companies: 2, workers: 3 },
    ...(carrier === 'livekit'
      ? { campaignsEach: 2, contactsEach: 30 }
      : { campaignsEach: 3, contactsEach: 45 }),
    // The server is shared with other tests: what a restart does to this database is that every connection goes.
    restartDatabase: async () => {
      const sql = postgres(url, { max: 1, onnotice: () => undefined })
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`
      await sql.end()
    },
    say: (line) => t.comment(line),
  })
  t.comment(show(found))
  for (const rule of violations) t.equal(found[rule], 0, rule)
  t.ok(found.attempts > found.contacts / 2 && found.kills + found.freezes >= 3, 'it was a storm')
  if (carrier === 'livekit') t.ok(found.carrier_kills >= 1, 'LiveKit was killed')
}

test(
  'killed, restarted, paused, edited and told wrong, campaigns call nobody twice and forget nobody',
  {
    timeout: 400_000,
  },
  (t) => storm(t, 'simulated'),
)

test(
  'the same through a LiveKit that is killed too: one INVITE for an attempt, and no room left',
  {
    timeout: 400_000,
  },
  (t) => storm(t, 'livekit'),
)
