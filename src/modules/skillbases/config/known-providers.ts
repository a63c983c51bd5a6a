/** What is known of providers. It only makes warnings: a name that is not here is used as it is. */

export type ProviderRole = 'tts' | 'stt' | 'llm'

export const knownProviders: Record<ProviderRole, readonly string[]> = {
  tts: ['azure', 'cartesia', 'deepgram', 'elevenlabs', 'google', 'openai', 'salutespeech', 'yandex'],
  stt: [
    'assemblyai',
    'azure',
    'cartesia',
    'deepgram',
    'elevenlabs',
    'gladia',
    'google',
    'groq',
    'openai',
    'salutespeech',
    'speechmatics',
    'yandex',
  ],
  llm: [
    'anthropic',
    'azure',
    'cerebras',
    'deepseek',
    'gigachat',
    'google',
    'groq',
    'mistral',
    'ollama',
    'openai',
    'openrouter',
    'together',
    'xai',
    'yandex',
  ],
}

export interface RetiredModel {
  role: ProviderRole
  provider: string
  model: string
  /** The day it was shut down. */
  retired_on: string
  replacement: string
}

export const retiredModels: readonly RetiredModel[] = [
  {
    role: 'llm',
    provider: 'groq',
    model: 'llama-3.1-8b-instant',
    retired_on: '2026-08-16',
    replacement: 'openai/gpt-oss-20b',
  },
  {
    role: 'llm',
    provider: 'groq',
    model: 'llama-3.3-70b-versatile',
    retired_on: '2026-08-16',
    replacement: 'openai/gpt-oss-120b',
  },
]
