import type { llm, stt, tts } from '@livekit/agents'
import * as cartesia from '@livekit/agents-plugin-cartesia'
import * as deepgram from '@livekit/agents-plugin-deepgram'
import * as elevenlabs from '@livekit/agents-plugin-elevenlabs'
import * as openai from '@livekit/agents-plugin-openai'
import type { Brief } from './brief.ts'

/** The plugins of a session. */
export interface Models {
  llm: llm.LLM
  stt?: stt.STT
  tts?: tts.TTS
}

type Env = Readonly<Record<string, string | undefined>>

/** Providers with an OpenAI-compatible API: the base URL, and the environment variable that holds the key. */
const endpoints: Readonly<Record<string, { baseURL: string; key: string }>> = {
  openai: { baseURL: 'https://api.openai.com/v1', key: 'OPENAI_API_KEY' },
  groq: { baseURL: 'https://api.groq.com/openai/v1', key: 'GROQ_API_KEY' },
  cerebras: { baseURL: 'https://api.cerebras.ai/v1', key: 'CEREBRAS_API_KEY' },
  deepseek: { baseURL: 'https://api.deepseek.com/v1', key: 'DEEPSEEK_API_KEY' },
  mistral: { baseURL: 'https://api.mistral.ai/v1', key: 'MISTRAL_API_KEY' },
  openrouter: { baseURL: 'https://openrouter.ai/api/v1', key: 'OPENROUTER_API_KEY' },
  together: { baseURL: 'https://api.together.xyz/v1', key: 'TOGETHER_API_KEY' },
  xai: { baseURL: 'https://api.x.ai/v1', key: 'XAI_API_KEY' },
}

/** Creates the plugins that a brief names. @throws Error when a provider has no plugin here, or its key is not set */
export const createModels = (
  { llm, stt, tts }: Pick<Brief, 'llm' | 'stt' | 'tts'>,
  env: Env,
): Required<Models> => ({
  llm: llmOf(llm, env),
  stt: sttOf(stt, env),
  tts: ttsOf(tts, env),
})

function llmOf({ provider, model, temperature, max_tokens }: Brief['llm'], env: Env): llm.LLM {
  const endpoint = endpoints[provider]
  if (endpoint === undefined) throw noPlugin('llm', provider)
  return new openai.LLM({
    model,
    baseURL: endpoint.baseURL,
    apiKey: keyOf(env, endpoint.key),
    ...(temperature !== null && { temperature }),
    ...(max_tokens !== null && { maxCompletionTokens: max_tokens }),
  })
}

function sttOf({ provider, model, language }: Brief['stt'], env: Env): stt.STT {
  const modelOption = model === null ? {} : { model }
  if (provider === 'deepgram')
    return new deepgram.STT({ ...modelOption, language, apiKey: keyOf(env, 'DEEPGRAM_API_KEY') })
  if (provider === 'openai')
    return new openai.STT({ ...modelOption, language, apiKey: keyOf(env, 'OPENAI_API_KEY') })
  if (provider === 'elevenlabs')
    return new elevenlabs.STT({
      ...modelOption,
      languageCode: language,
      apiKey: keyOf(env, 'ELEVEN_API_KEY'),
    } as never)
  throw noPlugin('stt', provider)
}

function ttsOf({ provider, model, voice_id, speed, language }: Brief['tts'], env: Env): tts.TTS {
  const modelOption = model === null ? {} : { model }
  const speedOption = speed === null ? {} : { speed }
  if (provider === 'cartesia')
    return new cartesia.TTS({
      ...modelOption,
      ...speedOption,
      language,
      voice: voice_id,
      apiKey: keyOf(env, 'CARTESIA_API_KEY'),
    })
  if (provider === 'elevenlabs')
    return new elevenlabs.TTS({
      ...modelOption,
      language,
      voiceId: voice_id,
      apiKey: keyOf(env, 'ELEVEN_API_KEY'),
    })
  if (provider === 'openai')
    return new openai.TTS({
      ...modelOption,
      ...speedOption,
      voice: voice_id as never,
      apiKey: keyOf(env, 'OPENAI_API_KEY'),
    })
  if (provider === 'deepgram')
    return new deepgram.TTS({ model: voice_id, apiKey: keyOf(env, 'DEEPGRAM_API_KEY') })
  throw noPlugin('tts', provider)
}

const noPlugin = (role: string, provider: string) =>
  new Error(`This agent has no plugin for the ${role} provider "${provider}". Add it in src/models.ts.`)

function keyOf(env: Env, name: string): string {
  const key = env[name]
  if (!key) throw new Error(`Set the environment variable ${name}: a skillbase uses this provider.`)
  return key
}
