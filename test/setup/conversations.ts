import { randomUUID } from 'node:crypto'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { startTestService, TestCompany, TestResponse } from './service.ts'

type Service = Awaited<ReturnType<typeof startTestService>>

/** Sends a POST and returns the body of the response. @throws Error when the status is not 2xx */
export async function post(
  s: Service,
  company: TestCompany,
  path: string,
  body: object,
): Promise<TestResponse['body']> {
  const response = await s.request('POST', path, company.headers, body)
  if (response.status >= 300) throw new Error(`${path}: ${response.status} ${JSON.stringify(response.body)}`)
  return response.body
}

/** Creates a skillbase with the example config. Returns its id. */
export async function createSkillbase(s: Service, company: TestCompany): Promise<string> {
  const body = { name: 'Bot', slug: `bot-${randomUUID()}`, config: exampleConfig }
  return (await post(s, company, '/api/skillbases', body)).id
}

/** Turns of a conversation that visits these states: one turn of the bot and one of the user in each. */
export const dialogue = (...states: string[]) =>
  states.flatMap((state_id, i) => [
    { turn_index: 2 * i, role: 'assistant', state_id, content: 'Hello' },
    { turn_index: 2 * i + 1, role: 'user', state_id, content: 'Yes' },
  ])
