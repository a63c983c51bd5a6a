/** A complete, small config without warnings: shown in the documentation and used by the demo. */
export const exampleConfig = {
  context: {
    role: 'Тестовый ассистент',
    style: 'Профессиональный',
    safety_rules: ['Не давать медицинские советы'],
    facts: ['Работаем с 9 до 21'],
  },
  flow: { type: 'linear' as const, states: ['greeting', 'inquiry', 'booking'], transitions: [] },
  agent: { handoff_criteria: {}, crm_field_mapping: {} },
  tools: [],
  voice: {
    tts_provider: 'cartesia',
    tts_voice_id: '064b17af-d36b-4bfb-b003-be07dba1b649',
    stt_provider: 'deepgram',
    stt_language: 'ru',
  },
  llm: { provider: 'groq', model: 'openai/gpt-oss-20b', temperature: 0.7 },
}
