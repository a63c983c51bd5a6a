import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { msUntilClaim, msUntilSettle } from '../../src/modules/dialing/index.ts'
import { apiOf, newCall, newCampaign } from '../live/setup.ts'
import { startTestService } from '../setup/service.ts'

const now = new Date('2026-06-01T10:00:00Z')
const inMs = (ms: number) => sql`${new Date(now.getTime() + ms).toISOString()}::timestamptz`

test('The next claim is due at the later of recheck_at and the slot, less the tolerance', async (t) => {
  const s = await startTestService(t)
  const { headers } = await s.createCompany()
  const api = apiOf(s, headers)
  const campaign = await newCampaign(api, 1)
  t.equal(await msUntilClaim(s.db, now), Number.POSITIVE_INFINITY, 'no campaign is running')
  await api('POST', `/api/campaigns/${campaign}/start`)
  const setPace = (recheckMs: number, slotMs: number) =>
    s.db.orm.execute(sql`
      update campaign_pace set recheck_at = ${inMs(recheckMs)}, next_slot_at = ${inMs(slotMs)}`)
  await setPace(100, 6_000)
  t.equal(await msUntilClaim(s.db, now), 5_600)
  await setPace(1_000, 0)
  t.equal(await msUntilClaim(s.db, now), 1_000)
  await setPace(-1_000, -2_000)
  t.equal(await msUntilClaim(s.db, now), -1_000, 'overdue')
  await setPace(100, 6_000)
  await api('POST', `/api/campaigns/${campaign}/pause`)
  t.equal(await msUntilClaim(s.db, now), Number.POSITIVE_INFINITY, 'a paused campaign claims nothing')
})

test('The next settlement is due at the earliest settle_at', async (t) => {
  const s = await startTestService(t)
  const { id: company, headers } = await s.createCompany()
  t.equal(await msUntilSettle(s.db, now), Number.POSITIVE_INFINITY)
  for (const [i, ms] of [8_000, 3_000].entries()) {
    const call = await newCall(apiOf(s, headers), {})
    await s.db.orm.execute(sql`
      insert into leases (company_id, call_id, phone_number, worker, claimed_at, lease_until, is_live, settle_at)
      values (${company}::uuid, ${call}::uuid, ${`+7916123456${i}`}, '', ${inMs(0)}, ${inMs(0)}, false, ${inMs(ms)})`)
  }
  t.equal(await msUntilSettle(s.db, now), 3_000)
})
