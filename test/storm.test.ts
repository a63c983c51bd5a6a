import postgres from 'postgres'
import { test } from 'tap'
import { testDatabase } from './setup/postgres.ts'
import { show, violations } from './storm/report.ts'
import { runStorm } from './storm/storm.ts'

test('killed, restarted, paused, edited and told wrong, campaigns call nobody twice and forget nobody', {
  timeout: 400_000,
}, async (t) => {
  const { url } = await testDatabase(t)
  const name = new URL(url).pathname.slice(1)
  const storm = await runStorm({
    url,
    seed: process.env.STORM_SEED ?? '1',
    ...{ seconds: 15, companies: 2, campaignsEach: 3, contactsEach: 60, workers: 3 },
    // The server is shared with other tests: what a restart does to this database is that every connection goes.
    restartDatabase: async () => {
      const sql = postgres(url, { max: 1, onnotice: () => undefined })
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`
      await sql.end()
    },
    say: (line) => t.comment(line),
  })
  t.comment(show(storm))
  for (const rule of violations) t.equal(storm[rule], 0, rule)
  t.ok(storm.attempts > storm.contacts / 2 && storm.kills + storm.freezes >= 3, 'it was a storm')
})
