/** Known providers and retired models. They only cause warnings: any other name is accepted and used. */

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

/** A model that its provider has shut down. */
interface RetiredModel {
  role: ProviderRole
  provider: string
  model: string
  /** The date on which it was shut down, ISO 8601. */
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
