import { sql } from 'drizzle-orm'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { Headers, TestService } from './service.ts'

let usedNumbers = 0
/** A phone number that no other test of the file uses. */
export const freshNumber = () => `+7999${String(1_000_000 + usedNumbers++)}`

/** A company with a published skillbase, and functions for the requests that most tests make. */
export async function createCampaignTester(s: TestService) {
  const company = await s.createCompany()
  const post = (path: string, body?: unknown, headers: Headers = company.headers) =>
    s.request('POST', path, headers, body)
  const get = (path: string) => s.request('GET', path, company.headers)
  const patch = (path: string, body: unknown, extraHeaders: Headers = {}) =>
    s.request('PATCH', path, { ...company.headers, ...extraHeaders }, body)
  const skillbase = async (publish = true): Promise<string> => {
    const slug = `bot-${usedNumbers++}`
    const { body } = await post('/api/skillbases', { name: 'Bot', slug, config: exampleConfig })
    if (publish) await post(`/api/skillbases/${body.id}/publish`, {})
    return body.id
  }
  const publishedSkillbase = await skillbase()
  const campaign = async (settings: object = {}): Promise<string> => {
    const input = { name: 'C', skillbase_id: publishedSkillbase, ...settings }
    const created = await post('/api/campaigns', input)
    if (created.status !== 201) throw new Error(JSON.stringify(created.body))
    return created.body.id
  }
  const add = (id: string, ...tasks: object[]) => post(`/api/campaigns/${id}/tasks`, { tasks })
  /** Sets the status without the checks of a command. */
  const forceStatus = (id: string, status: string) =>
    s.db.orm.execute(sql`update campaigns set status = ${status} where id = ${id}::uuid`)
  /** A campaign in this status with one task that was never called. */
  const campaignIn = async (status: string, settings: object = {}): Promise<string> => {
    const id = await campaign(settings)
    await add(id, { phone_number: freshNumber() })
    await forceStatus(id, status)
    return id
  }
  return { company, post, get, patch, skillbase, publishedSkillbase, campaign, campaignIn, add, forceStatus }
}
