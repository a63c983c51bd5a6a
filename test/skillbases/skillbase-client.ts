import { randomUUID } from 'node:crypto'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { TestCompany, TestResponse, TestService } from '../setup/service.ts'
import type { Json } from './configs.ts'

/** The URL of a skillbase. */
export const urlOf = (id: string, path = '') => `/api/skillbases/${id}${path}`

/** Requests for skillbases of a test service. */
export function skillbaseClient(s: TestService) {
  const post = (c: TestCompany, fields: Json = {}): Promise<TestResponse> =>
    s.request('POST', '/api/skillbases', c.headers, {
      name: 'Бот',
      slug: `bot-${randomUUID()}`,
      config: exampleConfig,
      ...fields,
    })
  return {
    /** Sends the request to create a skillbase. */
    post,
    /** Creates a skillbase and returns it. @throws when the request fails */
    create: async (c: TestCompany, fields: Json = {}) => {
      const response = await post(c, fields)
      if (response.status !== 201) throw new Error(JSON.stringify(response.body))
      return response.body
    },
    versionsOf: async (c: TestCompany, id: string): Promise<Json[]> =>
      (await s.request('GET', urlOf(id, '/versions'), c.headers)).body.items,
    versionNumbersOf: async (c: TestCompany, id: string): Promise<unknown[]> =>
      (await s.request('GET', urlOf(id, '/versions'), c.headers)).body.items.map(
        ({ version }: Json) => version,
      ),
  }
}
