import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { Rates } from '../../src/telephony/simulated/call-plan.ts'
import { simulatedCarrier } from '../../src/telephony/simulated/simulated-carrier.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import { type Headers, startTestService, type TestService } from '../setup/service.ts'
import { listen, type Message, TestSocket } from '../setup/sockets.ts'

let lastNumber = 5_000_000
export const newNumber = () => `+7999${String(++lastNumber)}`

/** Sends requests with these headers and returns response bodies. Rejects when the status is not 2xx. */
export const apiOf = (s: Pick<TestService, 'request'>, headers: Headers) => {
  return async (method: string, path: string, body?: unknown) => {
    const response = await s.request(method, path, headers, body)
    if (response.status >= 300)
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(response.body)}`)
    return response.body
  }
}
export type Api = ReturnType<typeof apiOf>

export const newCall = async (api: Api, fields: object = {}): Promise<string> =>
  (await api('POST', '/api/calls', { direction: 'inbound', ...fields })).id

export const exampleTurn = (turn_index: number) => ({
  turn_index,
  role: turn_index % 2 === 0 ? 'assistant' : 'user',
  content: `turn ${turn_index}`,
  eou_latency: 300,
})

export const addTurn = (api: Api, call_id: string, turn_index: number) =>
  api('POST', `/api/calls/${call_id}/turns`, { turns: [exampleTurn(turn_index)] })

export async function newCampaign(api: Api, contacts: number): Promise<string> {
  const bot = await api('POST', '/api/skillbases', {
    name: 'Bot',
    slug: `bot-${randomUUID()}`,
    config: exampleConfig,
  })
  await api('POST', `/api/skillbases/${bot.id}/publish`, {})
  const { id } = await api('POST', '/api/campaigns', { name: 'C', skillbase_id: bot.id, ...aroundTheClock })
  const tasks = Array.from({ length: contacts }, () => ({ phone_number: newNumber() }))
  if (contacts > 0) await api('POST', `/api/campaigns/${id}/tasks`, { tasks })
  return id
}

export const typesOf = (events: Message[]) => events.map(({ type }) => type)

/** Repeats a request while the service returns 503, as clients do: a pool may hold several lost connections. */
export async function repeatWhileUnavailable<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request()
    } catch (error) {
      if (!/: 503 /.test(String(error)) || attempt === 50) throw error
    }
  }
}

/** All events of a company after the id `after`, from GET /api/events. */
export async function listEvents(api: Api, after = 0): Promise<Message[]> {
  const found: Message[] = []
  for (let position = after; ; ) {
    const page = await api('GET', `/api/events?after=${position}&limit=1000`)
    found.push(...page.items)
    position = page.next_after
    if (!page.has_more) return found
  }
}

export function createCarrier(
  s: TestService,
  now: () => Date,
  rates: Rates,
  agent?: { url: string; key: string },
) {
  return simulatedCarrier({
    db: s.db,
    now,
    seed: 'live',
    speed: 100,
    rates,
    agent: { url: () => agent?.url, keyOf: async () => agent?.key ?? '' },
    onError: (error) => {
      throw error
    },
  })
}

/** A listening service with a company, and functions that open sockets. */
export async function startLiveService(t: Test, env: Record<string, string> = {}) {
  const s = await startTestService(t, env)
  const url = await listen(s)
  const company = await s.createCompany()
  const api = apiOf(s, company.headers)
  const open = async (path: string, headers: Headers = company.headers) => {
    const client = await TestSocket.open(url + path, headers)
    t.teardown(() => client.terminate())
    return client
  }
  /** Opens /api/live and waits for the first message: a snapshot or the resume state. */
  const watch = async (query = '', headers?: Headers) => {
    const client = await open(`/api/live${query}`, headers)
    const first = await client.next(({ type }) => type !== 'event')
    return { client, first }
  }
  return { s, url, company, api, open, watch }
}

/** Matches a message with an event of this type, and of this call when `id` is given. */
export const isEvent = (type: string, id?: string) => (message: Message) =>
  message.type === 'event' &&
  message.event.type === type &&
  (id === undefined || message.event.call_id === id)
