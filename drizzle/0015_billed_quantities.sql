CREATE TABLE "price_aliases" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"provider" text NOT NULL,
	"model" text DEFAULT '' NOT NULL,
	"price_provider" text NOT NULL,
	"price_model" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "price_aliases_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "price_aliases_provider_key" UNIQUE("company_id","provider","model"),
	CONSTRAINT "price_aliases_provider_check" CHECK ("price_aliases"."provider" <> '' and "price_aliases"."provider" = lower("price_aliases"."provider")),
	CONSTRAINT "price_aliases_model_check" CHECK ("price_aliases"."model" = lower("price_aliases"."model")),
	CONSTRAINT "price_aliases_price_provider_check" CHECK ("price_aliases"."price_provider" ~ '^[a-z0-9][a-z0-9_.-]*$')
);
--> statement-breakpoint
ALTER TABLE "price_aliases" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prices" DROP CONSTRAINT "prices_unit_check";--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_cache_write_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_cache_write_1h_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_audio_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_cached_audio_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_image_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_cached_image_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_audio_output_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_image_output_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "llm_session_sec" double precision;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "stt_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "stt_output_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "tts_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "tts_output_tokens" integer;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "tts_duration_sec" double precision;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_cache_write_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_cache_write_1h_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_audio_input_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_cached_audio_input_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_image_input_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_cached_image_input_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_audio_output_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_image_output_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "llm_session_sec" double precision;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "stt_input_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "stt_output_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "tts_input_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "tts_output_tokens" bigint;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "tts_duration_sec" double precision;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "has_usage_details" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "unpriced_cost" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "price_aliases" ADD CONSTRAINT "price_aliases_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_logs" ADD CONSTRAINT "call_logs_usage_details_check" CHECK (least("call_logs"."llm_cache_write_tokens", "call_logs"."llm_cache_write_1h_tokens", "call_logs"."llm_audio_input_tokens", "call_logs"."llm_cached_audio_input_tokens", "call_logs"."llm_image_input_tokens", "call_logs"."llm_cached_image_input_tokens", "call_logs"."llm_audio_output_tokens", "call_logs"."llm_image_output_tokens", "call_logs"."stt_input_tokens", "call_logs"."stt_output_tokens", "call_logs"."tts_input_tokens", "call_logs"."tts_output_tokens") >= 0 and least("call_logs"."llm_session_sec", "call_logs"."tts_duration_sec") >= 0 and greatest("call_logs"."llm_session_sec", "call_logs"."tts_duration_sec") < 'Infinity' and "call_logs"."llm_cache_write_tokens" <= "call_logs"."llm_input_tokens" and "call_logs"."llm_cache_write_1h_tokens" <= "call_logs"."llm_cache_write_tokens" and "call_logs"."llm_audio_input_tokens" <= "call_logs"."llm_input_tokens" and "call_logs"."llm_cached_audio_input_tokens" <= "call_logs"."llm_audio_input_tokens" and "call_logs"."llm_image_input_tokens" <= "call_logs"."llm_input_tokens" and "call_logs"."llm_cached_image_input_tokens" <= "call_logs"."llm_image_input_tokens" and "call_logs"."llm_audio_output_tokens" <= "call_logs"."llm_output_tokens" and "call_logs"."llm_image_output_tokens" <= "call_logs"."llm_output_tokens");--> statement-breakpoint
ALTER TABLE "call_metrics" ADD CONSTRAINT "call_metrics_usage_details_check" CHECK (least("call_metrics"."llm_cache_write_tokens", "call_metrics"."llm_cache_write_1h_tokens", "call_metrics"."llm_audio_input_tokens", "call_metrics"."llm_cached_audio_input_tokens", "call_metrics"."llm_image_input_tokens", "call_metrics"."llm_cached_image_input_tokens", "call_metrics"."llm_audio_output_tokens", "call_metrics"."llm_image_output_tokens", "call_metrics"."stt_input_tokens", "call_metrics"."stt_output_tokens", "call_metrics"."tts_input_tokens", "call_metrics"."tts_output_tokens") >= 0 and least("call_metrics"."llm_session_sec", "call_metrics"."tts_duration_sec") >= 0 and greatest("call_metrics"."llm_session_sec", "call_metrics"."tts_duration_sec") < 'Infinity');--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_unit_check" CHECK ("prices"."unit" in ('second', 'minute', 'million_characters', 'million_input_tokens', 'million_cached_input_tokens', 'million_cache_write_tokens', 'million_cache_write_1h_tokens', 'million_audio_input_tokens', 'million_cached_audio_input_tokens', 'million_image_input_tokens', 'million_cached_image_input_tokens', 'million_output_tokens', 'million_audio_output_tokens', 'million_image_output_tokens', 'call'));--> statement-breakpoint
CREATE POLICY "of_company" ON "price_aliases" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("price_aliases"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("price_aliases"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- hand-written: grants, comments, stored values, prices. Generating again keeps what stands below this line.
GRANT SELECT, INSERT, UPDATE, DELETE ON price_aliases TO new_voice_tenant;
--> statement-breakpoint
COMMENT ON TABLE price_aliases IS 'Names under which agents of a company report providers and models, and the names of their prices.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.unpriced_cost IS 'USD: the known components of calls whose total is not known.';
--> statement-breakpoint
COMMENT ON COLUMN price_aliases.price_model IS 'Empty: the reported model.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_cache_write_tokens IS 'Input tokens written to the cache; part of llm_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_cache_write_1h_tokens IS 'Input tokens written to a cache that is kept for an hour; part of llm_cache_write_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_audio_input_tokens IS 'Input tokens of audio; part of llm_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_cached_audio_input_tokens IS 'Cached input tokens of audio; part of llm_audio_input_tokens and of llm_cached_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_image_input_tokens IS 'Input tokens of images; part of llm_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_cached_image_input_tokens IS 'Cached input tokens of images; part of llm_image_input_tokens and of llm_cached_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_audio_output_tokens IS 'Output tokens of audio; part of llm_output_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_image_output_tokens IS 'Output tokens of images; part of llm_output_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_session_sec IS 'Seconds of the connection to a realtime model.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.stt_input_tokens IS 'Input tokens of a speech-to-text model that is billed by tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.stt_output_tokens IS 'Output tokens of a speech-to-text model that is billed by tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.tts_input_tokens IS 'Input tokens of a text-to-speech model that is billed by tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.tts_output_tokens IS 'Output tokens of a text-to-speech model that is billed by tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.tts_duration_sec IS 'Seconds of generated speech.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_cache_write_tokens IS 'Input tokens written to the cache; part of llm_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_cache_write_1h_tokens IS 'Input tokens written to a cache that is kept for an hour; part of llm_cache_write_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_audio_input_tokens IS 'Input tokens of audio; part of llm_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_cached_audio_input_tokens IS 'Cached input tokens of audio; part of llm_audio_input_tokens and of llm_cached_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_image_input_tokens IS 'Input tokens of images; part of llm_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_cached_image_input_tokens IS 'Cached input tokens of images; part of llm_image_input_tokens and of llm_cached_input_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_audio_output_tokens IS 'Output tokens of audio; part of llm_output_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_image_output_tokens IS 'Output tokens of images; part of llm_output_tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_session_sec IS 'Seconds of the connection to a realtime model.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.stt_input_tokens IS 'Input tokens of a speech-to-text model that is billed by tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.stt_output_tokens IS 'Output tokens of a speech-to-text model that is billed by tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.tts_input_tokens IS 'Input tokens of a text-to-speech model that is billed by tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.tts_output_tokens IS 'Output tokens of a text-to-speech model that is billed by tokens.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.tts_duration_sec IS 'Seconds of generated speech.';
--> statement-breakpoint
-- Usage details were stored in extra_data.usage of turns. They move into their columns; a value that is not a quantity stays.
CREATE TEMPORARY TABLE moved_usage ON COMMIT DROP AS
  SELECT l.company_id, l.call_id, l.turn_index, u.key AS name, (u.value #>> '{}')::numeric AS quantity
  FROM call_logs l
  CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(l.extra_data->'usage') WHEN 'object' THEN l.extra_data->'usage' ELSE '{}' END) u
  WHERE l.extra_data ? 'usage' AND u.key IN ('llm_cache_write_tokens', 'llm_cache_write_1h_tokens', 'llm_audio_input_tokens', 'llm_cached_audio_input_tokens', 'llm_image_input_tokens', 'llm_cached_image_input_tokens', 'llm_audio_output_tokens', 'llm_image_output_tokens', 'llm_session_sec', 'stt_input_tokens', 'stt_output_tokens', 'tts_input_tokens', 'tts_output_tokens', 'tts_duration_sec')
    AND CASE WHEN jsonb_typeof(u.value) <> 'number' THEN false
      WHEN u.key LIKE '%\_sec' THEN (u.value #>> '{}')::numeric BETWEEN 0 AND 604800
      ELSE (u.value #>> '{}')::numeric BETWEEN 0 AND 2147483647 AND (u.value #>> '{}')::numeric % 1 = 0 END;
--> statement-breakpoint
-- A part that exceeds the quantity that includes it is reduced to that quantity.
UPDATE call_logs l SET
    llm_cache_write_tokens = CASE WHEN m.llm_cache_write_tokens IS NOT NULL THEN least(m.llm_cache_write_tokens, l.llm_input_tokens) END,
    llm_cache_write_1h_tokens = CASE WHEN m.llm_cache_write_1h_tokens IS NOT NULL THEN least(m.llm_cache_write_1h_tokens, m.llm_cache_write_tokens, l.llm_input_tokens) END,
    llm_audio_input_tokens = CASE WHEN m.llm_audio_input_tokens IS NOT NULL THEN least(m.llm_audio_input_tokens, l.llm_input_tokens) END,
    llm_cached_audio_input_tokens = CASE WHEN m.llm_cached_audio_input_tokens IS NOT NULL THEN least(m.llm_cached_audio_input_tokens, m.llm_audio_input_tokens, l.llm_input_tokens) END,
    llm_image_input_tokens = CASE WHEN m.llm_image_input_tokens IS NOT NULL THEN least(m.llm_image_input_tokens, l.llm_input_tokens) END,
    llm_cached_image_input_tokens = CASE WHEN m.llm_cached_image_input_tokens IS NOT NULL THEN least(m.llm_cached_image_input_tokens, m.llm_image_input_tokens, l.llm_input_tokens) END,
    llm_audio_output_tokens = CASE WHEN m.llm_audio_output_tokens IS NOT NULL THEN least(m.llm_audio_output_tokens, l.llm_output_tokens) END,
    llm_image_output_tokens = CASE WHEN m.llm_image_output_tokens IS NOT NULL THEN least(m.llm_image_output_tokens, l.llm_output_tokens) END,
    llm_session_sec = m.llm_session_sec,
    stt_input_tokens = m.stt_input_tokens,
    stt_output_tokens = m.stt_output_tokens,
    tts_input_tokens = m.tts_input_tokens,
    tts_output_tokens = m.tts_output_tokens,
    tts_duration_sec = m.tts_duration_sec,
    extra_data = nullif(CASE WHEN (l.extra_data->'usage') - m.names = '{}' THEN l.extra_data - 'usage'
      ELSE jsonb_set(l.extra_data, '{usage}', (l.extra_data->'usage') - m.names) END, '{}')
  FROM (
    SELECT company_id, call_id, turn_index, array_agg(name) AS names,
      max(quantity) FILTER (WHERE name = 'llm_cache_write_tokens') AS llm_cache_write_tokens,
      max(quantity) FILTER (WHERE name = 'llm_cache_write_1h_tokens') AS llm_cache_write_1h_tokens,
      max(quantity) FILTER (WHERE name = 'llm_audio_input_tokens') AS llm_audio_input_tokens,
      max(quantity) FILTER (WHERE name = 'llm_cached_audio_input_tokens') AS llm_cached_audio_input_tokens,
      max(quantity) FILTER (WHERE name = 'llm_image_input_tokens') AS llm_image_input_tokens,
      max(quantity) FILTER (WHERE name = 'llm_cached_image_input_tokens') AS llm_cached_image_input_tokens,
      max(quantity) FILTER (WHERE name = 'llm_audio_output_tokens') AS llm_audio_output_tokens,
      max(quantity) FILTER (WHERE name = 'llm_image_output_tokens') AS llm_image_output_tokens,
      max(quantity) FILTER (WHERE name = 'llm_session_sec') AS llm_session_sec,
      max(quantity) FILTER (WHERE name = 'stt_input_tokens') AS stt_input_tokens,
      max(quantity) FILTER (WHERE name = 'stt_output_tokens') AS stt_output_tokens,
      max(quantity) FILTER (WHERE name = 'tts_input_tokens') AS tts_input_tokens,
      max(quantity) FILTER (WHERE name = 'tts_output_tokens') AS tts_output_tokens,
      max(quantity) FILTER (WHERE name = 'tts_duration_sec') AS tts_duration_sec
    FROM moved_usage GROUP BY company_id, call_id, turn_index
  ) AS m WHERE l.company_id = m.company_id AND l.call_id = m.call_id AND l.turn_index = m.turn_index;
--> statement-breakpoint
UPDATE call_metrics m SET llm_cache_write_tokens = s.llm_cache_write_tokens, llm_cache_write_1h_tokens = s.llm_cache_write_1h_tokens, llm_audio_input_tokens = s.llm_audio_input_tokens, llm_cached_audio_input_tokens = s.llm_cached_audio_input_tokens, llm_image_input_tokens = s.llm_image_input_tokens, llm_cached_image_input_tokens = s.llm_cached_image_input_tokens, llm_audio_output_tokens = s.llm_audio_output_tokens, llm_image_output_tokens = s.llm_image_output_tokens, llm_session_sec = s.llm_session_sec, stt_input_tokens = s.stt_input_tokens, stt_output_tokens = s.stt_output_tokens, tts_input_tokens = s.tts_input_tokens, tts_output_tokens = s.tts_output_tokens, tts_duration_sec = s.tts_duration_sec
  FROM (
    SELECT l.company_id, l.call_id, sum(l.llm_cache_write_tokens) AS llm_cache_write_tokens, sum(l.llm_cache_write_1h_tokens) AS llm_cache_write_1h_tokens, sum(l.llm_audio_input_tokens) AS llm_audio_input_tokens, sum(l.llm_cached_audio_input_tokens) AS llm_cached_audio_input_tokens, sum(l.llm_image_input_tokens) AS llm_image_input_tokens, sum(l.llm_cached_image_input_tokens) AS llm_cached_image_input_tokens, sum(l.llm_audio_output_tokens) AS llm_audio_output_tokens, sum(l.llm_image_output_tokens) AS llm_image_output_tokens, sum(l.llm_session_sec::numeric) AS llm_session_sec, sum(l.stt_input_tokens) AS stt_input_tokens, sum(l.stt_output_tokens) AS stt_output_tokens, sum(l.tts_input_tokens) AS tts_input_tokens, sum(l.tts_output_tokens) AS tts_output_tokens, sum(l.tts_duration_sec::numeric) AS tts_duration_sec
    FROM call_logs l JOIN (SELECT DISTINCT company_id, call_id FROM moved_usage) AS moved USING (company_id, call_id)
    GROUP BY l.company_id, l.call_id
  ) AS s WHERE m.company_id = s.company_id AND m.call_id = s.call_id;
--> statement-breakpoint
INSERT INTO dirty_calls (company_id, call_id) SELECT DISTINCT company_id, call_id FROM moved_usage;
--> statement-breakpoint
-- The components of calls without a total are no longer in those of the rollups.
UPDATE metric_rollups r SET cost_stt = r.cost_stt - p.cost_stt, cost_stt_n = r.cost_stt_n - p.cost_stt_n,
    cost_llm = r.cost_llm - p.cost_llm, cost_llm_n = r.cost_llm_n - p.cost_llm_n,
    cost_tts = r.cost_tts - p.cost_tts, cost_tts_n = r.cost_tts_n - p.cost_tts_n,
    cost_livekit = r.cost_livekit - p.cost_livekit, cost_livekit_n = r.cost_livekit_n - p.cost_livekit_n, unpriced_cost = p.unpriced_cost
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
-- Shared prices of models that are billed by tokens of several kinds. A price that the platform has added before is kept.
INSERT INTO prices (company_id, component, provider, model, unit, price, effective_from, effective_to, source)
SELECT v.company_id::uuid, v.component, v.provider, v.model, v.unit, v.price, v.effective_from::timestamptz, v.effective_to::timestamptz, v.source FROM (VALUES
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime', 'million_input_tokens', 4, '2026-01-01Z', NULL, 'as gpt-realtime-1.5: developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime', 'million_cached_input_tokens', 0.4, '2026-01-01Z', NULL, 'as gpt-realtime-1.5: developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime', 'million_output_tokens', 16, '2026-01-01Z', NULL, 'as gpt-realtime-1.5: developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime', 'million_audio_input_tokens', 32, '2026-01-01Z', NULL, 'as gpt-realtime-1.5: developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime', 'million_cached_audio_input_tokens', 0.4, '2026-01-01Z', NULL, 'as gpt-realtime-1.5: developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime', 'million_audio_output_tokens', 64, '2026-01-01Z', NULL, 'as gpt-realtime-1.5: developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime', 'million_image_input_tokens', 5, '2026-01-01Z', NULL, 'as gpt-realtime-1.5: developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime', 'million_cached_image_input_tokens', 0.5, '2026-01-01Z', NULL, 'as gpt-realtime-1.5: developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-1.5', 'million_input_tokens', 4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-1.5', 'million_cached_input_tokens', 0.4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-1.5', 'million_output_tokens', 16, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-1.5', 'million_audio_input_tokens', 32, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-1.5', 'million_cached_audio_input_tokens', 0.4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-1.5', 'million_audio_output_tokens', 64, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-1.5', 'million_image_input_tokens', 5, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-1.5', 'million_cached_image_input_tokens', 0.5, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-1.5, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2', 'million_input_tokens', 4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2', 'million_cached_input_tokens', 0.4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2', 'million_output_tokens', 24, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2', 'million_audio_input_tokens', 32, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2', 'million_cached_audio_input_tokens', 0.4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2', 'million_audio_output_tokens', 64, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2', 'million_image_input_tokens', 5, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2', 'million_cached_image_input_tokens', 0.5, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1', 'million_input_tokens', 4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1', 'million_cached_input_tokens', 0.4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1', 'million_output_tokens', 24, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1', 'million_audio_input_tokens', 32, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1', 'million_cached_audio_input_tokens', 0.4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1', 'million_audio_output_tokens', 64, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1', 'million_image_input_tokens', 5, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1', 'million_cached_image_input_tokens', 0.5, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-mini', 'million_input_tokens', 0.6, '2026-01-01Z', NULL, 'as gpt-realtime-2.1-mini: developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-mini', 'million_cached_input_tokens', 0.06, '2026-01-01Z', NULL, 'as gpt-realtime-2.1-mini: developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-mini', 'million_output_tokens', 2.4, '2026-01-01Z', NULL, 'as gpt-realtime-2.1-mini: developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-mini', 'million_audio_input_tokens', 10, '2026-01-01Z', NULL, 'as gpt-realtime-2.1-mini: developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-mini', 'million_cached_audio_input_tokens', 0.3, '2026-01-01Z', NULL, 'as gpt-realtime-2.1-mini: developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-mini', 'million_audio_output_tokens', 20, '2026-01-01Z', NULL, 'as gpt-realtime-2.1-mini: developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-mini', 'million_image_input_tokens', 0.8, '2026-01-01Z', NULL, 'as gpt-realtime-2.1-mini: developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-mini', 'million_cached_image_input_tokens', 0.08, '2026-01-01Z', NULL, 'as gpt-realtime-2.1-mini: developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1-mini', 'million_input_tokens', 0.6, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1-mini', 'million_cached_input_tokens', 0.06, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1-mini', 'million_output_tokens', 2.4, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1-mini', 'million_audio_input_tokens', 10, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1-mini', 'million_cached_audio_input_tokens', 0.3, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1-mini', 'million_audio_output_tokens', 20, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1-mini', 'million_image_input_tokens', 0.8, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-realtime-2.1-mini', 'million_cached_image_input_tokens', 0.08, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-2.1-mini, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'openai', 'gpt-4o-transcribe', 'million_input_tokens', 2.5, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-4o-transcribe, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'openai', 'gpt-4o-transcribe', 'million_output_tokens', 10, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-4o-transcribe, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'openai', 'gpt-4o-mini-transcribe', 'million_input_tokens', 1.25, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-4o-mini-transcribe, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'openai', 'gpt-4o-mini-transcribe', 'million_output_tokens', 5, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-4o-mini-transcribe, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'openai', 'gpt-realtime-whisper', 'minute', 0.017, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-realtime-whisper, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'openai', 'gpt-4o-mini-tts', 'million_input_tokens', 0.6, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-4o-mini-tts, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'openai', 'gpt-4o-mini-tts', 'million_output_tokens', 12, '2026-01-01Z', NULL, 'developers.openai.com/api/docs/models/gpt-4o-mini-tts, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5-5', 'million_input_tokens', 4, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5-5', 'million_cached_input_tokens', 0.2, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5-5', 'million_cache_write_tokens', 5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5-5', 'million_cache_write_1h_tokens', 8, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5-5', 'million_output_tokens', 20, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5', 'million_input_tokens', 5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5', 'million_cached_input_tokens', 0.5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5', 'million_cache_write_tokens', 6.25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5', 'million_cache_write_1h_tokens', 10, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-5', 'million_output_tokens', 25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-8', 'million_input_tokens', 5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-8', 'million_cached_input_tokens', 0.5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-8', 'million_cache_write_tokens', 6.25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-8', 'million_cache_write_1h_tokens', 10, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-8', 'million_output_tokens', 25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-7', 'million_input_tokens', 5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-7', 'million_cached_input_tokens', 0.5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-7', 'million_cache_write_tokens', 6.25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-7', 'million_cache_write_1h_tokens', 10, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-7', 'million_output_tokens', 25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-6', 'million_input_tokens', 5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-6', 'million_cached_input_tokens', 0.5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-6', 'million_cache_write_tokens', 6.25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-6', 'million_cache_write_1h_tokens', 10, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-6', 'million_output_tokens', 25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-5', 'million_input_tokens', 5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-5', 'million_cached_input_tokens', 0.5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-5', 'million_cache_write_tokens', 6.25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-5', 'million_cache_write_1h_tokens', 10, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-opus-4-5', 'million_output_tokens', 25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5-5', 'million_input_tokens', 2, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5-5', 'million_cached_input_tokens', 0.2, '2026-01-01Z', '2026-10-07Z', 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5-5', 'million_cached_input_tokens', 0.1, '2026-10-07Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11; lowered 2026-10-07'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5-5', 'million_cache_write_tokens', 2.5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5-5', 'million_cache_write_1h_tokens', 4, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5-5', 'million_output_tokens', 10, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5', 'million_input_tokens', 2, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5', 'million_cached_input_tokens', 0.2, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5', 'million_cache_write_tokens', 2.5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5', 'million_cache_write_1h_tokens', 4, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-5', 'million_output_tokens', 10, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-6', 'million_input_tokens', 3, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-6', 'million_cached_input_tokens', 0.3, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-6', 'million_cache_write_tokens', 3.75, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-6', 'million_cache_write_1h_tokens', 6, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-6', 'million_output_tokens', 15, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-5', 'million_input_tokens', 3, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-5', 'million_cached_input_tokens', 0.3, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-5', 'million_cache_write_tokens', 3.75, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-5', 'million_cache_write_1h_tokens', 6, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-sonnet-4-5', 'million_output_tokens', 15, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-haiku-4-5', 'million_input_tokens', 1, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-haiku-4-5', 'million_cached_input_tokens', 0.1, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-haiku-4-5', 'million_cache_write_tokens', 1.25, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-haiku-4-5', 'million_cache_write_1h_tokens', 2, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'anthropic', 'claude-haiku-4-5', 'million_output_tokens', 5, '2026-01-01Z', NULL, 'platform.claude.com/docs/en/about-claude/pricing, 2026-11')
) AS v(company_id, component, provider, model, unit, price, effective_from, effective_to, source)
WHERE NOT EXISTS (SELECT FROM prices p WHERE p.company_id = v.company_id::uuid AND p.component = v.component
  AND p.provider = v.provider AND lower(p.model) = v.model);
