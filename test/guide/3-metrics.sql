INSERT INTO calls (
  id,
  company_id,
  direction,
  caller_number,
  status
) VALUES (
  gen_random_uuid(),
  '<company_id>',
  'outbound',
  '+79991234567',
  'completed'
) RETURNING id;

INSERT INTO call_metrics (
  id,
  call_id,
  ttfb_stt_avg,
  latency_llm_avg,
  ttfb_tts_avg,
  eou_latency_avg,
  stt_duration_sec,
  llm_input_tokens,
  llm_output_tokens,
  tts_characters,
  cost_stt,
  cost_llm,
  cost_tts,
  cost_total,
  turn_count
) VALUES (
  gen_random_uuid(),
  '<call_id_from_above>',
  150.5,
  800.2,
  200.1,
  1200.5,
  45.3,
  150,
  200,
  350,
  0.012,
  0.008,
  0.015,
  0.035,
  10
) RETURNING id;

SELECT 
  cm.ttfb_stt_avg,
  cm.latency_llm_avg,
  cm.cost_total,
  cm.turn_count,
  c.caller_number
FROM call_metrics cm
JOIN calls c ON cm.call_id = c.id
WHERE c.caller_number = '+79991234567';
