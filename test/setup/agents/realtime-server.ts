// A stand-in for the OpenAI realtime API on loopback: the real plugin of LiveKit connects to it, and a test sends the
// events of the server in an order of its own.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { type WebSocket, WebSocketServer } from 'ws'

/** Usage as the API reports it: all tokens, and those of audio, of the input. */
export interface RealtimeUsage {
  input: number
  audioInput: number
  cached: number
  cachedAudio: number
  output: number
  audioOutput: number
}

const silence = Buffer.alloc(4_800).toString('base64')

export async function startRealtimeServer(t: Test) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const sockets: WebSocket[] = []
  let configured = () => {}
  const isConfigured = new Promise<void>((resolve) => {
    configured = resolve
  })
  server.on('connection', (socket) => {
    sockets.push(socket)
    socket.on('message', (data) => {
      if (JSON.parse(String(data)).type === 'session.update') configured()
    })
  })
  t.teardown(() => {
    for (const socket of sockets) socket.terminate()
    server.close()
  })
  const send = (type: string, fields: object = {}) =>
    sockets.at(-1)?.send(JSON.stringify({ type, ...fields }))
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** Resolves when the plugin has sent the options of its session. */
    isConfigured,
    send,
    userSpeaks: (item_id: string) =>
      send('input_audio_buffer.speech_started', { item_id, audio_start_ms: 0 }),
    userStops(item_id: string, previous_item_id: string | null): void {
      send('input_audio_buffer.speech_stopped', { item_id, audio_end_ms: 0 })
      const item = { id: item_id, type: 'message', role: 'user', content: [{ type: 'input_audio' }] }
      send('conversation.item.added', { previous_item_id, item })
    },
    transcribe: (item_id: string, transcript: string) =>
      send('conversation.item.input_audio_transcription.completed', {
        item_id,
        content_index: 0,
        transcript,
      }),
    /** A response that only calls a function. */
    callFunction(id: string, name: string, usage: RealtimeUsage): void {
      const item = { id: `item_${id}`, type: 'function_call', call_id: `call_${id}`, name, arguments: '{}' }
      send('response.created', { response: { id } })
      send('response.output_item.added', { response_id: id, item })
      send('response.output_item.done', { response_id: id, item })
      send('response.done', { response: { id, status: 'completed', usage: usageOf(usage) } })
    },
    /** A response that is spoken, with its usage. */
    reply(id: string, text: string, usage: RealtimeUsage, previous_item_id: string | null): void {
      const item_id = `item_${id}`
      const item = { id: item_id, type: 'message', role: 'assistant', content: [] }
      const part = { item_id, content_index: 0 }
      send('response.created', { response: { id } })
      send('response.output_item.added', { response_id: id, item })
      send('conversation.item.added', { previous_item_id, item })
      send('response.content_part.added', { ...part, part: { type: 'audio' } })
      send('response.output_audio_transcript.delta', { ...part, delta: text })
      send('response.output_audio.delta', { ...part, delta: silence })
      send('response.output_audio_transcript.done', { ...part, transcript: text })
      send('response.output_audio.done', part)
      send('response.output_item.done', { response_id: id, item })
      send('response.done', { response: { id, status: 'completed', usage: usageOf(usage) } })
    },
  }
}

const usageOf = ({ input, audioInput, cached, cachedAudio, output, audioOutput }: RealtimeUsage) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  input_token_details: {
    audio_tokens: audioInput,
    text_tokens: input - audioInput,
    cached_tokens: cached,
    cached_tokens_details: { audio_tokens: cachedAudio, text_tokens: cached - cachedAudio },
  },
  output_token_details: { audio_tokens: audioOutput, text_tokens: output - audioOutput },
})
