import { APIError, llm, stt, tts, type voice } from '@livekit/agents'
import { dispose } from '@livekit/rtc-node'
import { test } from 'tap'
import { TelemetrySender } from '../../sdk/src/index.ts'
import {
  type SessionParts,
  startSession,
  totalUsage,
  usageOfSession,
} from '../setup/agents/reported-session.ts'
import { FailingTTS, ScriptedLLM, ScriptedSTT, ScriptedTTS } from '../setup/agents/voice.ts'
import { company, createCall, key, readMetrics, s, service } from './setup.ts'

const text = 'We open at nine.'
const reply = () => ({ text, usage: { input: 900, cached: 100, output: 20 } })
const requested = {
  llm_input_tokens: 900,
  llm_cached_input_tokens: 100,
  llm_output_tokens: 20,
  tts_characters: text.length,
  stt_duration_sec: 1,
}
const openaiNames = { provider: 'eu.api.openai.com', model: 'gpt-4o-2024-11-20' }

/** A session of one question and its answer. */
async function answerOnce(parts: SessionParts) {
  const started = await startSession(reply, parts)
  const metrics: { type: string; label: string; ttftMs?: number }[] = []
  started.session.on(
    'metrics_collected' as never,
    ((event: voice.MetricsCollectedEvent) => void metrics.push(event.metrics as never)) as never,
  )
  await started.userSays('When do you open?', 1)
  await started.session.close()
  return { ...started, metrics }
}

test('Sessions with adapters of LiveKit', async (t) => {
  // The native library, which resamples audio, keeps the process alive until then.
  t.teardown(dispose)

  t.test(
    'A request through a FallbackAdapter of the model, the voice or the recognizer is counted and priced once',
    async (t) => {
      for (const [i, price] of [
        { component: 'llm', unit: 'million_input_tokens', price: '2.5' },
        { component: 'llm', unit: 'million_cached_input_tokens', price: '1.25' },
        { component: 'llm', unit: 'million_output_tokens', price: '10' },
      ].entries()) {
        const body = { ...price, provider: 'openai', model: 'gpt-4o', effective_from: '2020-01-01T00:00:00Z' }
        const { status } = await s.request('POST', '/api/prices', company.headers, body)
        t.equal(status, 201, String(i))
      }
      const id = await createCall()
      const sender = new TelemetrySender({ url: service, key, flushMs: 1 })
      const recognizer = new ScriptedSTT()
      const failing = new ScriptedLLM(() => ({ error: new APIError('overloaded', { retryable: false }) }))
      const voiceOfSession = new tts.FallbackAdapter({ ttsInstances: [new FailingTTS(), new ScriptedTTS()] })
      // Otherwise it retries the first voice forever.
      t.teardown(() => voiceOfSession.close())
      const { session, metrics } = await answerOnce({
        recognizer,
        collector: sender.collect(id),
        models: {
          llm: new llm.FallbackAdapter({ llms: [failing, new ScriptedLLM(reply, openaiNames)] }),
          tts: voiceOfSession,
          stt: new stt.FallbackAdapter({ sttInstances: [recognizer] }),
        },
      })
      t.match(await sender.close(), { rejected: 0, warnings: 0, misused: 0 })
      const livekitUsage = usageOfSession(session.usage.modelUsage)
      t.ok(
        (livekitUsage.llm_input_tokens ?? 0) >= 1800 && (livekitUsage.tts_characters ?? 0) >= 2 * text.length,
        'LiveKit counts the request of the adapter as well',
      )
      const stored = await readMetrics(id)
      t.match(stored, requested)
      t.equal(stored.cost_llm, '0.002325', '800 tokens at 2.5, 100 at 1.25 and 20 at 10 USD per million')
      t.match(stored.providers, {
        llm: openaiNames,
        tts: { provider: 'Cartesia', model: 'sonic-3' },
        stt: { provider: 'Deepgram', model: 'nova-3' },
      })
      const { items } = (await s.request('GET', `/api/calls/${id}/logs`, company.headers)).body
      const answer = items.find(({ role }: { role: string }) => role === 'assistant')
      const adapter = metrics.find(({ label }) => label === 'FallbackAdapter')
      t.equal(answer.latency_llm, adapter?.ttftMs, 'the caller waited for the failed attempt as well')
    },
  )

  t.test(
    'A voice that LiveKit splits into sentences is counted once, whichever event comes first',
    async (t) => {
      const wholeText = new ScriptedTTS(false)
      for (const [name, voiceOfSession] of Object.entries({
        'wrapped by LiveKit': wholeText,
        'in a FallbackAdapter': new tts.FallbackAdapter({ ttsInstances: [new ScriptedTTS(false)] }),
      })) {
        const started = await answerOnce({ models: { tts: voiceOfSession } })
        t.ok(Number(usageOfSession(started.session.usage.modelUsage).tts_characters) > text.length, name)
        t.same(totalUsage(started.turns()), requested, name)
        const { ttfb_tts } = started.turns().find(({ role }) => role === 'assistant') ?? {}
        t.ok((ttfb_tts ?? -1) >= 0, `${name}: has a latency`)
      }
    },
  )

  t.test(
    'An adapter in an adapter, and one with a label of its own, are found by what they contain',
    async (t) => {
      class OwnAdapter extends llm.FallbackAdapter {
        override label() {
          return 'acme.Models'
        }
      }
      const inner = new llm.FallbackAdapter({ llms: [new ScriptedLLM(reply)] })
      const started = await answerOnce({ models: { llm: new OwnAdapter({ llms: [inner] }) } })
      t.equal(started.metrics.filter(({ type }) => type === 'llm_metrics').length, 3)
      t.same(totalUsage(started.turns()), requested)
      t.ok((started.turns().find(({ role }) => role === 'assistant')?.latency_llm ?? -1) >= 0)
    },
  )

  t.test('Usage of a model without a name is left to the skillbase, and the others are listed', async (t) => {
    const unnamed = new ScriptedLLM(reply, { provider: 'unknown', model: 'unknown' })
    const started = await answerOnce({ models: { llm: unnamed } })
    t.notOk(started.completions()[0]?.providers?.llm)
    const named = await answerOnce({
      models: { llm: unnamed },
      options: { providers: { llm: { provider: 'acme', model: 'chat' } } },
    })
    t.same(named.completions()[0]?.providers?.llm, { provider: 'acme', model: 'chat' })
  })
})
