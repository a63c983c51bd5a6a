import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { TestCompany, TestService } from './service.ts'

/** Contact hours of a campaign that calls at any time: tests run at every time of the day. */
export const aroundTheClock = { contact_daily_start_time: '00:00', contact_daily_end_time: '24:00' }

/** Creates a published skillbase, a campaign with it, and one call task. */
export async function createCampaign(s: TestService, company: TestCompany) {
  const slug = `bot-${Math.floor(performance.now() * 1000)}`
  const created = await s.request('POST', '/api/skillbases', company.headers, {
    name: 'Bot',
    slug,
    config: exampleConfig,
  })
  await s.request('POST', `/api/skillbases/${created.body.id}/publish`, company.headers, {})
  const campaign = await s.request('POST', '/api/campaigns', company.headers, {
    name: 'C',
    skillbase_id: created.body.id,
    ...aroundTheClock,
  })
  const tasks = { tasks: [{ phone_number: '+79991234567' }] }
  await s.request('POST', `/api/campaigns/${campaign.body.id}/tasks`, company.headers, tasks)
  const listed = await s.request('GET', `/api/campaigns/${campaign.body.id}/tasks`, company.headers)
  return { skillbase: created.body.id, campaign: campaign.body.id, task: listed.body.items[0].id }
}
