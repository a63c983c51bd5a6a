-- hand-written: quantities return to extra_data.usage of their turns. Those of metrics without turns are lost.
UPDATE call_logs SET extra_data = jsonb_set(coalesce(extra_data, '{}'), '{usage}', coalesce(extra_data->'usage', '{}')
    || jsonb_strip_nulls(jsonb_build_object('llm_cache_write_tokens', llm_cache_write_tokens, 'llm_cache_write_1h_tokens', llm_cache_write_1h_tokens, 'llm_audio_input_tokens', llm_audio_input_tokens, 'llm_cached_audio_input_tokens', llm_cached_audio_input_tokens, 'llm_image_input_tokens', llm_image_input_tokens, 'llm_cached_image_input_tokens', llm_cached_image_input_tokens, 'llm_audio_output_tokens', llm_audio_output_tokens, 'llm_image_output_tokens', llm_image_output_tokens, 'llm_session_sec', llm_session_sec, 'stt_input_tokens', stt_input_tokens, 'stt_output_tokens', stt_output_tokens, 'tts_input_tokens', tts_input_tokens, 'tts_output_tokens', tts_output_tokens, 'tts_duration_sec', tts_duration_sec)))
  WHERE num_nonnulls(llm_cache_write_tokens, llm_cache_write_1h_tokens, llm_audio_input_tokens, llm_cached_audio_input_tokens, llm_image_input_tokens, llm_cached_image_input_tokens, llm_audio_output_tokens, llm_image_output_tokens, llm_session_sec, stt_input_tokens, stt_output_tokens, tts_input_tokens, tts_output_tokens, tts_duration_sec) > 0 AND coalesce(jsonb_typeof(extra_data->'usage'), 'object') = 'object';
--> statement-breakpoint
-- hand-written: the components of calls without a total return to those of the rollups.
UPDATE metric_rollups r SET cost_stt = r.cost_stt + p.cost_stt, cost_stt_n = r.cost_stt_n + p.cost_stt_n,
    cost_llm = r.cost_llm + p.cost_llm, cost_llm_n = r.cost_llm_n + p.cost_llm_n,
    cost_tts = r.cost_tts + p.cost_tts, cost_tts_n = r.cost_tts_n + p.cost_tts_n,
    cost_livekit = r.cost_livekit + p.cost_livekit, cost_livekit_n = r.cost_livekit_n + p.cost_livekit_n
  FROM (
    SELECT c.company_id, t.grain, t.series_id, t.bucket,
      coalesce(sum(c.cost_stt), 0) AS cost_stt, count(c.cost_stt) AS cost_stt_n, coalesce(sum(c.cost_llm), 0) AS cost_llm, count(c.cost_llm) AS cost_llm_n, coalesce(sum(c.cost_tts), 0) AS cost_tts, count(c.cost_tts) AS cost_tts_n, coalesce(sum(c.cost_livekit), 0) AS cost_livekit, count(c.cost_livekit) AS cost_livekit_n,
      coalesce(sum(coalesce(c.cost_stt, 0) + coalesce(c.cost_llm, 0) + coalesce(c.cost_tts, 0) + coalesce(c.cost_livekit, 0)) FILTER (
        WHERE c.status IN ('completed', 'failed', 'cancelled') AND (c.has_usage_details OR greatest(c.stt_duration_sec,
          c.llm_input_tokens, c.llm_output_tokens, c.tts_characters, c.livekit_duration_sec) > 0)), 0) AS unpriced_cost
    FROM call_contributions c CROSS JOIN LATERAL (VALUES
      ('hour', c.series_id, date_trunc('hour', c.started_at, 'UTC')), ('day', c.series_id, date_trunc('day', c.started_at, 'UTC')),
      ('hour', c.total_series_id, date_trunc('hour', c.started_at, 'UTC')),
      ('day', c.total_series_id, date_trunc('day', c.started_at, 'UTC'))) AS t(grain, series_id, bucket)
    WHERE c.cost_total IS NULL AND num_nonnulls(c.cost_stt, c.cost_llm, c.cost_tts, c.cost_livekit) > 0
    GROUP BY 1, 2, 3, 4
  ) AS p WHERE r.company_id = p.company_id AND r.series_id = p.series_id AND r.grain = p.grain AND r.bucket = p.bucket;
--> statement-breakpoint
-- hand-written: the prices that the migration added, and those in units that do not exist before it.
DELETE FROM prices WHERE unit IN ('million_cache_write_tokens', 'million_cache_write_1h_tokens', 'million_audio_input_tokens',
    'million_cached_audio_input_tokens', 'million_image_input_tokens', 'million_cached_image_input_tokens',
    'million_audio_output_tokens', 'million_image_output_tokens')
  OR company_id = '00000000-0000-0000-0000-000000000000' AND (component, provider, model) IN (
    ('llm', 'anthropic', 'claude-haiku-4-5'), ('llm', 'anthropic', 'claude-opus-4-5'), ('llm', 'anthropic', 'claude-opus-4-6'), ('llm', 'anthropic', 'claude-opus-4-7'), ('llm', 'anthropic', 'claude-opus-4-8'), ('llm', 'anthropic', 'claude-opus-5'), ('llm', 'anthropic', 'claude-opus-5-5'), ('llm', 'anthropic', 'claude-sonnet-4-5'), ('llm', 'anthropic', 'claude-sonnet-4-6'), ('llm', 'anthropic', 'claude-sonnet-5'), ('llm', 'anthropic', 'claude-sonnet-5-5'), ('llm', 'openai', 'gpt-realtime'), ('llm', 'openai', 'gpt-realtime-1.5'), ('llm', 'openai', 'gpt-realtime-2'), ('llm', 'openai', 'gpt-realtime-2.1'), ('llm', 'openai', 'gpt-realtime-2.1-mini'), ('llm', 'openai', 'gpt-realtime-mini'), ('stt', 'openai', 'gpt-4o-mini-transcribe'), ('stt', 'openai', 'gpt-4o-transcribe'), ('stt', 'openai', 'gpt-realtime-whisper'), ('tts', 'openai', 'gpt-4o-mini-tts'));
--> statement-breakpoint
ALTER TABLE "price_aliases" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "of_company" ON "price_aliases" CASCADE;
--> statement-breakpoint
DROP TABLE "price_aliases" CASCADE;
--> statement-breakpoint
ALTER TABLE "call_logs" DROP CONSTRAINT "call_logs_usage_details_check";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP CONSTRAINT "call_metrics_usage_details_check";
--> statement-breakpoint
ALTER TABLE "prices" DROP CONSTRAINT "prices_unit_check";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_cache_write_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_cache_write_1h_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_audio_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_cached_audio_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_image_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_cached_image_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_audio_output_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_image_output_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "llm_session_sec";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "stt_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "stt_output_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "tts_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "tts_output_tokens";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "tts_duration_sec";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_cache_write_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_cache_write_1h_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_audio_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_cached_audio_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_image_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_cached_image_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_audio_output_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_image_output_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "llm_session_sec";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "stt_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "stt_output_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "tts_input_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "tts_output_tokens";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "tts_duration_sec";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "has_usage_details";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "unpriced_cost";
--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_unit_check" CHECK ("prices"."unit" in ('second', 'minute', 'million_characters', 'million_input_tokens', 'million_cached_input_tokens', 'million_output_tokens', 'call'));
