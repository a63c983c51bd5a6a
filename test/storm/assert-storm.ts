import postgres from 'postgres'
import type { Test } from 'tap'
import { testDatabase } from '../setup/postgres.ts'
import { formatFindings, violations } from './report.ts'
import { runStorm } from './storm.ts'

/** Runs a storm and asserts that it broke no rule. With LiveKit, LiveKit is killed too. */
export async function assertStorm(t: Test, carrier: 'simulated' | 'livekit'): Promise<void> {
  const { url } = await testDatabase(t)
  const name = new URL(url).pathname.slice(1)
  const storm = await runStorm({
    url,
    carrier,
    seed: process.env.STORM_SEED ?? '1',
    seconds: 12,
    companies: 2,
    workers: 3,
    ...(carrier === 'livekit'
      ? { campaignsEach: 2, contactsEach: 30 }
      : { campaignsEach: 3, contactsEach: 45, weights: [1, 2, 5] }),
    // The server is shared with other tests, so only the connections to this database are terminated.
    restartDatabase: async () => {
      const sql = postgres(url, { max: 1, onnotice: () => undefined })
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`
      await sql.end()
    },
    log: (line) => t.comment(line),
  })
  t.comment(formatFindings(storm))
  for (const rule of violations) t.equal(storm[rule], 0, rule)
  t.ok(
    storm.attempts > storm.contacts / 2 && storm.kills + storm.freezes >= 3,
    'enough attempts, kills and freezes',
  )
  t.ok(storm.late_reports_after_grace > 0, 'some agents report after the grace period')
  t.ok(storm.opt_outs > 0 && storm.callbacks > 0, 'some contacts opt out, and some ask for a callback')
  if (carrier === 'simulated') {
    t.ok(
      storm.endless_calls > 0 && storm.replaced_texts > 0,
      'some calls have no end, and some texts are bad',
    )
    t.ok(storm.shared_attempts > 0, 'campaigns shared the limit of their company')
  }
  if (carrier === 'livekit') t.ok(storm.carrier_kills >= 1, 'LiveKit was killed')
}
