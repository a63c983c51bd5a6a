import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { TestCompany, TestService } from './service.ts'

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
  })
  const tasks = { tasks: [{ phone_number: '+79991234567' }] }
  await s.request('POST', `/api/campaigns/${campaign.body.id}/tasks`, company.headers, tasks)
  const listed = await s.request('GET', `/api/campaigns/${campaign.body.id}/tasks`, company.headers)
  return { skillbase: created.body.id, campaign: campaign.body.id, task: listed.body.items[0].id }
}
