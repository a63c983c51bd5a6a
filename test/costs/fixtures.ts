import type { UnitPrice } from '../../src/modules/prices/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { TestService } from '../setup/service.ts'

export const nil = '00000000-0000-0000-0000-000000000000'

/** A shared price of every model of a provider, unless the fields are others. */
export const price = (
  fields: Partial<UnitPrice> & Pick<UnitPrice, 'component' | 'provider' | 'unit' | 'price'>,
): UnitPrice => ({
  id: 'p',
  model: '',
  minimum: '0',
  increment: '0',
  is_own: false,
  ...fields,
})

/** The prices of the reference example: its call costs 0.072781 USD in total. */
export const priceBook: UnitPrice[] = [
  price({ component: 'stt', provider: 'deepgram', unit: 'minute', price: '0.0048' }),
  price({ component: 'llm', provider: 'groq', unit: 'million_input_tokens', price: '0.075' }),
  price({ component: 'llm', provider: 'groq', unit: 'million_cached_input_tokens', price: '0.0375' }),
  price({ component: 'llm', provider: 'groq', unit: 'million_output_tokens', price: '0.30' }),
  price({ component: 'tts', provider: 'cartesia', unit: 'million_characters', price: '50' }),
  price({
    component: 'livekit',
    provider: 'livekit',
    model: 'agent',
    unit: 'minute',
    price: '0.01',
    increment: '1',
  }),
  price({
    component: 'livekit',
    provider: 'livekit',
    model: 'sip',
    unit: 'minute',
    price: '0.004',
    increment: '60',
  }),
]
export const providers = {
  stt: { provider: 'deepgram' },
  llm: { provider: 'groq' },
  tts: { provider: 'cartesia' },
}
export const usage = {
  stt_duration_sec: 37.42,
  llm_input_tokens: 1000,
  llm_cached_input_tokens: 400,
  llm_output_tokens: 200,
  tts_characters: 1000,
  livekit_duration_sec: 70,
}

/** Creates a company with a skillbase, and functions to create ended calls and prices of the company. */
export async function createPricedCompany(s: TestService) {
  const company = await s.createCompany()
  const config = structuredClone(exampleConfig) as unknown as Record<string, Record<string, unknown>>
  const created = await s.request('POST', '/api/skillbases', company.headers, {
    name: 'Bot',
    slug: 'bot',
    config,
  })
  const skillbase_id = created.body.id as string
  const call = async (started_at: string, turn: object = {}, fields: object = {}) => {
    const { body } = await s.request('POST', '/api/calls', company.headers, {
      direction: 'inbound',
      skillbase_id,
      started_at,
      caller_number: '+79991234567',
      ...fields,
    })
    const turns = [{ turn_index: 0, role: 'assistant', stt_duration_sec: 60, tts_characters: 1000, ...turn }]
    await s.request('POST', `/api/calls/${body.id}/turns`, company.headers, { turns })
    const completed = await s.request('POST', `/api/calls/${body.id}/complete`, company.headers, {
      duration_sec: 60,
    })
    return { id: body.id as string, metrics: completed.body.metrics }
  }
  const createPrice = (body: object) => s.request('POST', '/api/prices', company.headers, body)
  return { company, skillbase_id, call, createPrice, config }
}

export const sttOf = (config: Record<string, Record<string, unknown>>) => String(config.voice?.stt_provider)
