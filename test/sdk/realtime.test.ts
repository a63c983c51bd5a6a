import { llm } from '@livekit/agents'
import * as openai from '@livekit/agents-plugin-openai'
import { dispose } from '@livekit/rtc-node'
import { type Test, test } from 'tap'
import type { Turn } from '../../sdk/src/index.ts'
import { startRealtimeServer } from '../setup/agents/realtime-server.ts'
import { eventually, inOrder, startSession } from '../setup/agents/reported-session.ts'

const usage = { input: 800, audioInput: 500, cached: 300, cachedAudio: 200, output: 90, audioOutput: 70 }

/** A session of LiveKit's OpenAI realtime plugin with a server on loopback. */
async function startRealtime(t: Test, tools?: Parameters<typeof startSession>[1]) {
  const server = await startRealtimeServer(t)
  const model = new openai.realtime.RealtimeModel({
    apiKey: 'sk-test',
    baseURL: server.baseURL,
    model: 'gpt-realtime',
  })
  const models = { llm: model, stt: undefined, tts: undefined } as never
  const started = await startSession(() => ({}), { ...tools, models })
  await server.isConfigured
  const ask = (id: string, previous: string | null) => {
    server.userSpeaks(id)
    server.userStops(id, previous)
  }
  return { ...started, server, ask }
}

const transcriptOf = (turns: Turn[]) => inOrder(turns).map(({ role, content }) => `${role}: ${content}`)

test('Sessions with a realtime model', async (t) => {
  // The native library, which resamples audio, keeps the process alive until then.
  t.teardown(dispose)

  t.test('Transcripts that arrive after the replies have the places where they were spoken', async (t) => {
    const { session, server, ask, waitForSpoken, turns } = await startRealtime(t)
    ask('u1', null)
    server.reply('r1', 'At nine.', usage, 'u1')
    await waitForSpoken(1)
    server.transcribe('u1', 'When do you open?')
    await waitForSpoken(1, 'user')
    ask('u2', 'item_r1')
    server.reply('r2', 'At five.', usage, 'u2')
    await waitForSpoken(2)
    ask('u3', 'item_r2')
    server.reply('r3', 'Yes.', usage, 'u3')
    await waitForSpoken(3)
    server.transcribe('u2', 'When do you close?')
    server.transcribe('u3', 'Also on Mondays?')
    await waitForSpoken(3, 'user')
    await session.close()
    t.same(transcriptOf(turns()), [
      'user: When do you open?',
      'assistant: At nine.',
      'user: When do you close?',
      'assistant: At five.',
      'user: Also on Mondays?',
      'assistant: Yes.',
    ])
    const times = inOrder(turns()).map(({ created_at }) => created_at)
    t.same(times, times.toSorted(), 'created_at is when it was spoken')
  })

  t.test('A transcript in time, and speech without a transcript, leave no empty turn', async (t) => {
    const { session, server, ask, waitForSpoken, turns } = await startRealtime(t)
    ask('u1', null)
    server.transcribe('u1', 'Hello?')
    await waitForSpoken(1, 'user')
    server.reply('r1', 'Hello.', usage, 'u1')
    await waitForSpoken(1)
    ask('u2', 'item_r1')
    server.reply('r2', 'Are you there?', usage, 'u2')
    await waitForSpoken(2)
    await session.close()
    t.same(transcriptOf(turns()), ['user: Hello?', 'assistant: Hello.', 'assistant: Are you there?'])
  })

  t.test(
    'Metrics of a realtime model have no speech id; their latency and their tokens by kind are reported',
    async (t) => {
      const { session, server, ask, waitForSpoken, turns, completions } = await startRealtime(t)
      ask('u1', null)
      server.reply('r1', 'At nine.', usage, 'u1')
      await waitForSpoken(1)
      await session.close()
      const [reply] = turns().filter(({ role }) => role === 'assistant')
      t.ok(Number(reply?.latency_llm) >= 0)
      t.match(reply, {
        llm_input_tokens: 800,
        llm_cached_input_tokens: 300,
        llm_output_tokens: 90,
        llm_audio_input_tokens: 500,
        llm_cached_audio_input_tokens: 200,
        llm_audio_output_tokens: 70,
      })
      t.match(
        completions()[0]?.providers?.llm,
        { provider: /^127\.0\.0\.1:\d+$/, model: 'gpt-realtime' },
        'the event does not name the model; the session does',
      )
    },
  )

  t.test('Usage of a response that only calls a function belongs to the answer', async (t) => {
    const lookUp = llm.tool({
      name: 'look_up',
      description: 'Looks up the opening hours.',
      parameters: { type: 'object', properties: {} },
      execute: async () => 'nine',
    })
    const { session, server, ask, waitForSpoken, turns } = await startRealtime(t, { tools: [lookUp] })
    ask('u1', null)
    server.callFunction('r1', 'look_up', usage)
    await eventually(() => session.history.items.some(({ type }) => type === 'function_call_output'))
    server.reply('r2', 'At nine.', usage, 'u1')
    await waitForSpoken(1)
    await session.close()
    const [reply] = turns().filter(({ role }) => role === 'assistant')
    t.match(reply, { content: 'At nine.', llm_input_tokens: 1600, llm_audio_output_tokens: 140 })
  })
})
