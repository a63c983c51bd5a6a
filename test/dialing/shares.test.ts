import { test } from 'tap'
import { claimAttempts } from '../../src/modules/dialing/claim/claim.ts'
import { CompanyTurns } from '../../src/modules/dialing/claim/shares.ts'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { CallRef } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { after, DialingFixture, freshNumber } from './dialing-setup.ts'
import { describeCase, shareCases, simulateShares } from './share-simulation.ts'

test('Shares of campaigns and companies', async (t) => {
  const s = await startTestService(t)
  /** A company with these limits. */
  const createCompany = async (limits: object, options = {}) => {
    const fixture = await DialingFixture.create(s, options)
    await s.request('PATCH', `/api/companies/${fixture.company.id}`, s.platform, { limits })
    await scheduleStep(s.db, fixture.now)
    return fixture
  }
  /** Dials until `count` attempts were made, at any rate: each step ends the oldest call. Returns their campaigns. */
  const dialedCampaigns = async (fixture: DialingFixture, count: number): Promise<string[]> => {
    const campaigns: string[] = []
    const live: CallRef[] = []
    const dialer = fixture.newDialer()
    for (let n = 0; campaigns.length < count; n++) {
      fixture.setNow(new Date(fixture.now.getTime() + 330))
      const dialed = await fixture.dial(dialer)
      campaigns.push(...dialed.map(({ campaign_id }) => campaign_id ?? ''))
      live.push(...dialed)
      const oldest = n % 2 === 0 ? live.shift() : undefined
      if (oldest !== undefined) await fixture.endCall(oldest, 'success')
    }
    return campaigns.slice(0, count)
  }

  for (const shareCase of shareCases) {
    t.test(`Shares are within one attempt of the weights: ${describeCase(shareCase)}`, async (t) => {
      const sum = shareCase.weights.reduce((total, weight) => total + weight, 0)
      const { counts, expected, deviation } = await simulateShares(s.db, s.db.client, shareCase, 6 * sum)
      t.ok(deviation <= 1, `${counts.join(' : ')} attempts, expected ${expected.join(' : ')}`)
    })
  }

  t.test(
    'A campaign that had nothing to dial collects no credit, and one that starts again owes nothing',
    async (t) => {
      const fixture = await createCompany({ calls_per_minute: 60 })
      const busy = await fixture.startCampaign(200)
      const idle = await fixture.startCampaign([
        { phone_number: freshNumber(), next_attempt_at: after(86_400).toISOString() },
      ])
      t.same([...new Set(await dialedCampaigns(fixture, 20))], [busy])
      const tasks = Array.from({ length: 50 }, () => ({ phone_number: freshNumber() }))
      await fixture.request('POST', `/api/campaigns/${idle}/tasks`, { tasks })
      const shared = await dialedCampaigns(fixture, 20)
      const count = shared.filter((id) => id === idle).length
      t.ok(count >= 8 && count <= 11, `${count} of 20`)
      await fixture.request('POST', `/api/campaigns/${busy}/pause`)
      t.same([...new Set(await dialedCampaigns(fixture, 20))], [idle])
      await fixture.request('POST', `/api/campaigns/${busy}/resume`)
      const again = (await dialedCampaigns(fixture, 10)).filter((id) => id === busy).length
      t.ok(again >= 4 && again <= 6, `${again} of 10`)
    },
  )

  t.test('Companies have equal shares of a worker, however many campaigns they have', async (t) => {
    const many = await createCompany({})
    for (let i = 0; i < 10; i++) await many.startCampaign(20)
    const one = await createCompany({}, { keepOthers: true })
    await one.startCampaign(100)
    const turns = new CompanyTurns()
    const companies: string[] = []
    for (let n = 1; n <= 30; n++) {
      const options = { worker: 'one', now: after(n), leaseMs: 20_000, turns }
      const { claimed } = await claimAttempts(s.db, { ...options, quota: n % 2 === 0 ? 1 : 3 })
      companies.push(...claimed.map(({ company_id }) => company_id))
    }
    t.equal(companies.length, 60)
    const ofOne = companies.filter((id) => id === one.company.id).length
    t.ok(Math.abs(ofOne - 30) <= 1, `${ofOne} of 60`)
  })
})
