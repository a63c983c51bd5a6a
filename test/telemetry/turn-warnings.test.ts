import t, { test } from 'tap'
import { normaliseProvider, priceNames } from '../../src/modules/prices/provider-names.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const company = await s.createCompany()

async function send(turns: object[]) {
  const { body: call } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
  const { status, body: result } = await s.request('POST', `/api/calls/${call.id}/turns`, company.headers, {
    turns,
  })
  t.equal(status, 200)
  const { body: logs } = await s.request('GET', `/api/calls/${call.id}/logs`, company.headers)
  return { call_id: call.id, result, stored: logs.items }
}

test('A turn with a field that cannot be used keeps its words, tokens and characters', async (t) => {
  const turn = { role: 'assistant', content: 'We open at nine.', llm_output_tokens: 9, tts_characters: 16 }
  const unusable: [string, unknown, string][] = [
    ['e2e_latency', -426, 'negative_latency'],
    ['eou_latency', -426, 'negative_latency'],
    ['ttfb_stt', -3.5, 'negative_latency'],
    ['latency_llm', 600_001, 'absurd_latency'],
    ['eou_latency', -700_000, 'negative_latency'],
    ['e2e_latency', 600_001, 'absurd_latency'],
    ['created_at', 5, 'invalid'],
    ['created_at', '2026-11-23T12:00:00-18:30', 'invalid_time'],
    ['stopped_speaking_at', '0000-01-01T00:00:00Z', 'invalid_time'],
    ['is_filler', 'yes', 'invalid'],
    ['ttfb_tts', 'fast', 'invalid'],
    ['llm_input_tokens', 10.5, 'invalid'],
    ['llm_input_tokens', -1, 'invalid'],
    ['stt_duration_sec', -0.1, 'invalid'],
    ['sentiment', 7, 'invalid'],
    ['was_interrupted', 'yes', 'invalid'],
    ['state_id', '', 'invalid'],
    ['extra_data', [1], 'invalid'],
    ['llm_reasoning_tokens', 5, 'unknown_field'],
    ['a/b~c', 5, 'unknown_field'],
    ['llm_audio_output_tokens', 10, 'exceeds_total'],
  ]
  const { result, stored } = await send(
    unusable.map(([field, value], turn_index) => ({ ...turn, turn_index, [field]: value })),
  )
  t.match(result, { accepted: unusable.length, rejected: [] })
  t.same(
    result.warnings.map(({ index, field, value, code }: Record<string, unknown>) => [
      index,
      field,
      value,
      code,
    ]),
    unusable.map(([field, value, code], index) => [
      index,
      field,
      typeof value === 'object' ? null : value,
      code,
    ]),
  )
  for (const { reason } of result.warnings) t.match(reason, /\.$/)
  for (const [i, row] of stored.entries()) {
    t.match(row, turn)
    const [field = ''] = unusable[i] ?? []
    if (field in row && field !== 'created_at') t.equal(row[field], null, field)
  }
  t.same(
    stored.map(({ overlap_ms }: { overlap_ms: number | null }) => overlap_ms),
    [426, 426, ...Array(unusable.length - 2).fill(null)],
    'more than ten minutes are a clock error and not an overlap',
  )
})

test('Words are never lost: what cannot be stored is replaced, and a text that is too long is cut', async (t) => {
  const pairs = '\u{1f600}'.repeat(60_000)
  const contents = ['a\u0000b', 'half \ud83d', 'x'.repeat(100_001), pairs]
  const { result, stored } = await send(
    contents.map((content, turn_index) => ({ turn_index, role: 'user', content })),
  )
  t.match(result, { accepted: 4, warnings: [{ index: 0 }, { index: 1 }, { index: 2, value: null }] })
  t.equal(result.warnings.length, 3, 'characters are counted, not their halves')
  t.same(
    stored.map(({ content }: { content: string }) => content),
    ['a\ufffdb', 'half \ufffd', 'x'.repeat(100_000), pairs],
  )
})

test('What tools and models wrote is kept, with U+FFFD for what cannot be stored', async (t) => {
  const sent = {
    state_id: 'ask\u0000',
    extra_data: { 'key\ud800': [{ note: 'a\u0000b' }, 'half \udfff', 'whole \u{1f600}', 7, null, true] },
  }
  const { result, stored } = await send([{ turn_index: 0, role: 'assistant', content: 'Yes', ...sent }])
  t.match(result, {
    accepted: 1,
    warnings: [
      { field: 'state_id', code: 'unstorable_text' },
      { field: 'extra_data', code: 'unstorable_text', value: null },
    ],
  })
  t.match(stored, [
    {
      state_id: 'ask\ufffd',
      extra_data: { 'key\ufffd': [{ note: 'a\ufffdb' }, 'half \ufffd', 'whole \u{1f600}', 7, null, true] },
    },
  ])
})

test('An item that cannot be placed is rejected, and not measured is not a warning', async (t) => {
  const { result, stored } = await send([
    { turn_index: 0, role: 'assistant', eou_latency: 0, latency_llm: -1, ttfb_tts: null },
    { role: 'user', content: 'Which turn?' },
    { turn_index: 2, role: 'bot' },
  ])
  t.match(result, { accepted: 1, warnings: [] })
  t.same(
    result.rejected.map(({ pointer }: { pointer: string }) => pointer),
    ['/turns/1/turn_index', '/turns/2/role'],
  )
  t.match(stored, [{ turn_index: 0, eou_latency: null, latency_llm: null }])
})

test('Usage details of a stored turn are filled later, unless they would exceed the quantity that includes them', async (t) => {
  const basics = { turn_index: 0, role: 'assistant', content: 'Yes.', llm_input_tokens: 100 }
  const { call_id, stored } = await send([basics])
  t.match(stored, [{ llm_audio_input_tokens: null, tts_duration_sec: null }])
  const again = async (fields: object) => {
    const turns = [{ ...basics, ...fields }]
    const { body } = await s.request('POST', `/api/calls/${call_id}/turns`, company.headers, { turns })
    const logs = await s.request('GET', `/api/calls/${call_id}/logs`, company.headers)
    return { result: body, stored: logs.body.items[0] }
  }
  t.match(await again({ llm_audio_input_tokens: 60, tts_duration_sec: 1.5 }), {
    result: { accepted: 1, rejected: [] },
    stored: { llm_audio_input_tokens: 60, tts_duration_sec: 1.5 },
  })
  t.match(await again({ llm_audio_input_tokens: undefined, llm_cached_audio_input_tokens: 70 }), {
    result: {
      accepted: 0,
      rejected: [
        {
          pointer: '/turns/0/llm_cached_audio_input_tokens',
          code: 'contradicts',
          detail: /exceed llm_audio_input_tokens/,
        },
      ],
    },
    stored: { llm_audio_input_tokens: 60, llm_cached_audio_input_tokens: null },
  })
  t.match(await again({ llm_audio_input_tokens: 61 }), {
    result: { rejected: [{ pointer: '/turns/0/llm_audio_input_tokens' }] },
    stored: { llm_audio_input_tokens: 60 },
  })
})

test('A turn that is sent again after a warning is a duplicate, and warns again', async (t) => {
  const turn = { turn_index: 0, role: 'assistant', content: 'Yes.', eou_latency: -426, llm_session_sec: 2 }
  const { call_id, stored } = await send([turn])
  t.match(stored[0], { overlap_ms: 426, llm_session_sec: 2, extra_data: null })
  const { body } = await s.request('POST', '/api/telemetry', company.headers, {
    turns: [
      { call_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b', turn_index: 0, role: 'user' },
      { call_id, ...turn },
    ],
  })
  t.match(body.turns, { accepted: 0, duplicates: 1, rejected: [{ index: 0 }], warnings: [{ index: 1 }] })
})

test('Names that agents report lead to the names of the price book', (t) => {
  const providers: [string, string | undefined][] = [
    ['Deepgram', 'deepgram'],
    ['api.deepgram.com', 'deepgram'],
    ['api.eu.deepgram.com', 'deepgram'],
    ['wss://api.eu.deepgram.com:443/v1/listen', 'deepgram'],
    ['eu.api.openai.com', 'openai'],
    ['us.api.openai.com:443', 'openai'],
    ['acme.openai.azure.com', 'azure'],
    ['acme.cognitiveservices.azure.com', 'azure'],
    ['westeurope.tts.speech.microsoft.com', 'azure'],
    ['Azure OpenAI', 'azure'],
    ['api.groq.com', 'groq'],
    ['api.x.ai', 'xai'],
    ['ElevenLabs', 'elevenlabs'],
    ['Eleven Labs', 'elevenlabs'],
    ['api.us.elevenlabs.io', 'elevenlabs'],
    ['openrouter.ai', 'openrouter'],
    ['europe-west4-aiplatform.googleapis.com', 'google'],
    ['Vertex AI', 'google'],
    ['Gemini', 'google'],
    ['AWS Bedrock', 'bedrock'],
    ['bedrock-runtime.eu-central-1.amazonaws.com', 'bedrock'],
    ['livekit', 'livekit'],
    ['Acme Speech', 'acme-speech'],
    ['127.0.0.1:7995', undefined],
    ['localhost', undefined],
    ['llm.acme.internal', undefined],
    ['notopenai.com', undefined],
    ['api.openai.com.evil.example', undefined],
  ]
  for (const [reported, name] of providers) t.equal(normaliseProvider(reported), name, reported)
  const models: [string, string, string][] = [
    ['api.openai.com', 'gpt-4o-2024-11-20', 'openai gpt-4o'],
    ['OpenAI', 'GPT-4o', 'openai gpt-4o'],
    ['livekit', 'openai/gpt-4o', 'openai gpt-4o'],
    ['livekit', 'deepgram/nova-3:en', 'deepgram nova-3'],
    ['openrouter.ai', 'anthropic/claude-sonnet-4', 'anthropic claude-sonnet-4'],
    ['openrouter.ai', 'deepseek/deepseek-chat-v3-0324:free', 'deepseek deepseek-chat-v3'],
    ['openrouter', 'x-ai/grok-4', 'xai grok-4'],
    ['AWS Bedrock', 'eu.anthropic.claude-sonnet-4-20250514-v1:0', 'anthropic claude-sonnet-4'],
    ['bedrock', 'amazon.nova-lite-v1:0', 'amazon nova-lite'],
    [
      'bedrock',
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0',
      'anthropic claude-haiku-4-5',
    ],
    ['Vertex AI', 'publishers/google/models/gemini-2.0-flash-001', 'google gemini-2.0-flash'],
    ['Vertex AI', 'google/gemini-2.5-pro', 'google gemini-2.5-pro'],
    ['api.groq.com', 'openai/gpt-oss-20b', 'groq openai/gpt-oss-20b'],
  ]
  for (const [provider, model, expected] of models) {
    const names = priceNames({ provider, model })
    t.same(
      names[0],
      { provider: provider.toLowerCase(), model: model.toLowerCase() },
      'the reported names first',
    )
    t.ok(
      names.some((name) => `${name.provider} ${name.model}` === expected),
      `${provider} ${model}: ${expected}`,
    )
  }
  t.notOk(
    priceNames({ provider: 'api.groq.com', model: 'openai/gpt-oss-20b' }).some(
      ({ provider }) => provider === 'openai',
    ),
    'Groq is no gateway: its prices are its own',
  )
  t.same(
    priceNames({ provider: 'llm.acme.internal:8000', model: 'chat' }, { provider: 'groq', model: 'm' }).slice(
      -2,
    ),
    [
      { provider: 'groq', model: 'chat' },
      { provider: 'groq', model: 'm' },
    ],
  )
  t.end()
})
