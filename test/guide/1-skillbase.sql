INSERT INTO companies (id, name, slug, email)
VALUES (
  gen_random_uuid(),
  'Test Company',
  'test-company',
  'test@example.com'
) RETURNING id;

INSERT INTO skillbases (
  id,
  company_id,
  name,
  slug,
  config,
  version
) VALUES (
  gen_random_uuid(),
  '<company_id_from_above>',
  'Test Skillbase',
  'test-skillbase',
  '{
    "context": {
      "role": "Тестовый ассистент",
      "style": "Профессиональный",
      "safety_rules": ["Не давать медицинские советы"],
      "facts": ["Работаем с 9 до 21"]
    },
    "flow": {
      "type": "linear",
      "states": ["greeting", "inquiry", "booking"],
      "transitions": []
    },
    "agent": {
      "handoff_criteria": {},
      "crm_field_mapping": {}
    },
    "tools": [],
    "voice": {
      "tts_provider": "cartesia",
      "tts_voice_id": "064b17af-d36b-4bfb-b003-be07dba1b649",
      "stt_provider": "deepgram",
      "stt_language": "ru"
    },
    "llm": {
      "provider": "groq",
      "model": "llama-3.1-8b-instant",
      "temperature": 0.7
    }
  }'::jsonb,
  1
) RETURNING id, name, version;

SELECT id, name, slug, version, 
       jsonb_pretty(config) as config
FROM skillbases
WHERE slug = 'test-skillbase';

DELETE FROM skillbases WHERE slug = 'test-skillbase';
