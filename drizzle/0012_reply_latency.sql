ALTER TABLE "call_contributions" ALTER COLUMN "ttfb_stt_n" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "call_contributions" ALTER COLUMN "latency_llm_n" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "call_contributions" ALTER COLUMN "ttfb_tts_n" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "call_contributions" ALTER COLUMN "eou_latency_n" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "e2e_latency" double precision;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "is_e2e_computed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "overlap_ms" double precision;--> statement-breakpoint
ALTER TABLE "call_logs" ADD COLUMN "is_filler" boolean;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "e2e_latency_avg" double precision;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "e2e_latency_min" double precision;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "e2e_latency_max" double precision;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "overlap_count" integer;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "measured_replies" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "overlap_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "e2e_latency_n" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "e2e_latency_sum" numeric;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "e2e_latency_min" double precision;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "e2e_latency_max" double precision;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "e2e_latency_buckets" smallint[];--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "measured_replies" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "overlap_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "e2e_latency_n" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "e2e_latency_sum" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "e2e_latency_min" double precision;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "e2e_latency_max" double precision;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "e2e_latency_histogram" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "call_logs" ADD CONSTRAINT "call_logs_e2e_latency_check" CHECK ("call_logs"."e2e_latency" between 0 and 600000);--> statement-breakpoint
ALTER TABLE "call_logs" ADD CONSTRAINT "call_logs_overlap_ms_check" CHECK ("call_logs"."overlap_ms" between 0 and 600000);--> statement-breakpoint
ALTER TABLE "call_logs" ADD CONSTRAINT "call_logs_is_e2e_computed_check" CHECK (not "call_logs"."is_e2e_computed" or "call_logs"."e2e_latency" is not null);--> statement-breakpoint
ALTER TABLE "call_metrics" ADD CONSTRAINT "call_metrics_e2e_latency_check" CHECK ("call_metrics"."e2e_latency_avg" between 0 and 600000 and "call_metrics"."e2e_latency_min" between 0 and 600000 and "call_metrics"."e2e_latency_max" between 0 and 600000 and "call_metrics"."e2e_latency_min" <= "call_metrics"."e2e_latency_max");--> statement-breakpoint
ALTER TABLE "call_metrics" ADD CONSTRAINT "call_metrics_overlap_count_check" CHECK ("call_metrics"."overlap_count" >= 0);
--> statement-breakpoint
-- hand-written: from here on. These values were in extra_data.
WITH moved AS (
  SELECT company_id, call_id, turn_index,
    jsonb_path_query_first(extra_data, '$.e2e_latency_ms ? (@.type() == "number" && @ >= 0 && @ <= 600000)')::float8 AS e2e_latency,
    jsonb_path_query_first(extra_data, '$.overlap_ms ? (@.type() == "number" && @ >= 0 && @ <= 600000)')::float8 AS overlap_ms,
    jsonb_path_query_first(extra_data, '$.is_filler ? (@.type() == "boolean")')::boolean AS is_filler
  FROM call_logs WHERE extra_data ?| array['e2e_latency_ms', 'overlap_ms', 'is_filler']
)
UPDATE call_logs stored SET e2e_latency = moved.e2e_latency, overlap_ms = moved.overlap_ms, is_filler = moved.is_filler,
  extra_data = nullif(stored.extra_data - array_remove(array[
    CASE WHEN moved.e2e_latency IS NOT NULL THEN 'e2e_latency_ms' END,
    CASE WHEN moved.overlap_ms IS NOT NULL THEN 'overlap_ms' END,
    CASE WHEN moved.is_filler IS NOT NULL THEN 'is_filler' END], NULL), '{}')
FROM moved
WHERE stored.company_id = moved.company_id AND stored.call_id = moved.call_id AND stored.turn_index = moved.turn_index;
--> statement-breakpoint
-- The reply latency of turns that report only its stages, as src/db/schema/latency-rules.ts and telemetry/reply-latency.ts
-- compute it.
WITH turns AS (
  SELECT *, coalesce(eou_latency, CASE WHEN lag(role) OVER previous = 'user' THEN lag(eou_latency) OVER previous END)
    + latency_llm + ttfb_tts AS computed
  FROM call_logs
  WINDOW previous AS (PARTITION BY company_id, call_id, is_filler IS TRUE OR role = 'system' ORDER BY turn_index)
)
UPDATE call_logs stored SET e2e_latency = turns.computed, is_e2e_computed = true
FROM turns
WHERE stored.company_id = turns.company_id AND stored.call_id = turns.call_id AND stored.turn_index = turns.turn_index
  AND turns.e2e_latency IS NULL AND turns.overlap_ms IS NULL AND turns.is_filler IS NOT TRUE AND turns.role = 'assistant'
  AND turns.computed <= 600000;
--> statement-breakpoint
-- Metrics that were derived from turns: the new columns, and latencies without those of filler.
WITH derived AS (
  SELECT company_id, call_id,
    avg(CASE WHEN is_filler IS NOT TRUE THEN ttfb_stt END) AS ttfb_stt_avg, min(CASE WHEN is_filler IS NOT TRUE THEN ttfb_stt END) AS ttfb_stt_min, max(CASE WHEN is_filler IS NOT TRUE THEN ttfb_stt END) AS ttfb_stt_max,
    avg(CASE WHEN is_filler IS NOT TRUE THEN latency_llm END) AS latency_llm_avg, min(CASE WHEN is_filler IS NOT TRUE THEN latency_llm END) AS latency_llm_min, max(CASE WHEN is_filler IS NOT TRUE THEN latency_llm END) AS latency_llm_max,
    avg(CASE WHEN is_filler IS NOT TRUE THEN ttfb_tts END) AS ttfb_tts_avg, min(CASE WHEN is_filler IS NOT TRUE THEN ttfb_tts END) AS ttfb_tts_min, max(CASE WHEN is_filler IS NOT TRUE THEN ttfb_tts END) AS ttfb_tts_max,
    avg(CASE WHEN is_filler IS NOT TRUE THEN eou_latency END) AS eou_latency_avg, min(CASE WHEN is_filler IS NOT TRUE THEN eou_latency END) AS eou_latency_min, max(CASE WHEN is_filler IS NOT TRUE THEN eou_latency END) AS eou_latency_max,
    avg(CASE WHEN is_filler IS NOT TRUE THEN e2e_latency END) AS e2e_latency_avg, min(CASE WHEN is_filler IS NOT TRUE THEN e2e_latency END) AS e2e_latency_min, max(CASE WHEN is_filler IS NOT TRUE THEN e2e_latency END) AS e2e_latency_max,
    CASE WHEN bool_or(overlap_ms IS NOT NULL OR role = 'assistant' AND is_filler IS NOT TRUE
      AND (e2e_latency IS NOT NULL OR eou_latency IS NOT NULL)) THEN count(overlap_ms)::int END AS overlap_count
  FROM call_logs GROUP BY company_id, call_id
)
UPDATE call_metrics m SET (ttfb_stt_avg, ttfb_stt_min, ttfb_stt_max, latency_llm_avg, latency_llm_min, latency_llm_max, ttfb_tts_avg, ttfb_tts_min, ttfb_tts_max, eou_latency_avg, eou_latency_min, eou_latency_max, e2e_latency_avg, e2e_latency_min, e2e_latency_max, overlap_count)
  = (d.ttfb_stt_avg, d.ttfb_stt_min, d.ttfb_stt_max, d.latency_llm_avg, d.latency_llm_min, d.latency_llm_max, d.ttfb_tts_avg, d.ttfb_tts_min, d.ttfb_tts_max, d.eou_latency_avg, d.eou_latency_min, d.eou_latency_max, d.e2e_latency_avg, d.e2e_latency_min, d.e2e_latency_max, d.overlap_count)
FROM derived d
WHERE m.company_id = d.company_id AND m.call_id = d.call_id AND m.is_derived
  AND (m.ttfb_stt_avg, m.ttfb_stt_min, m.ttfb_stt_max, m.latency_llm_avg, m.latency_llm_min, m.latency_llm_max, m.ttfb_tts_avg, m.ttfb_tts_min, m.ttfb_tts_max, m.eou_latency_avg, m.eou_latency_min, m.eou_latency_max, m.e2e_latency_avg, m.e2e_latency_min, m.e2e_latency_max, m.overlap_count)
    IS DISTINCT FROM (d.ttfb_stt_avg, d.ttfb_stt_min, d.ttfb_stt_max, d.latency_llm_avg, d.latency_llm_min, d.latency_llm_max, d.ttfb_tts_avg, d.ttfb_tts_min, d.ttfb_tts_max, d.eou_latency_avg, d.eou_latency_min, d.eou_latency_max, d.e2e_latency_avg, d.e2e_latency_min, d.e2e_latency_max, d.overlap_count);
--> statement-breakpoint
-- Rollups: calls with a new figure, and those with a latency of 1 ms and below, which have other buckets now, are folded
-- again. Until then, a query subtracts what they contributed before.
INSERT INTO dirty_calls (company_id, call_id)
SELECT DISTINCT company_id, call_id FROM call_logs
WHERE e2e_latency IS NOT NULL OR overlap_ms IS NOT NULL OR is_filler OR role = 'assistant' AND eou_latency IS NOT NULL
  OR least(ttfb_stt, latency_llm, ttfb_tts, eou_latency) <= 1;
--> statement-breakpoint
ALTER TABLE metric_rollups ALTER COLUMN e2e_latency_histogram SET STORAGE MAIN;
--> statement-breakpoint
COMMENT ON COLUMN call_logs.e2e_latency IS 'ms from the end of the caller''s speech to the first sound of the reply: as reported, or computed from the stages (is_e2e_computed). null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.is_e2e_computed IS 'e2e_latency was not reported: it is eou_latency + latency_llm + ttfb_tts.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.overlap_ms IS 'ms for which both spoke, when the reply began before the caller had finished. null: it did not.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.is_filler IS 'The words only bridged the wait for the answer; their latencies are not aggregated. null: not reported.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.e2e_latency_avg IS 'Reply latency, end of the caller''s speech to the first sound of the reply: average in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.e2e_latency_min IS 'Reply latency, end of the caller''s speech to the first sound of the reply: minimum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.e2e_latency_max IS 'Reply latency, end of the caller''s speech to the first sound of the reply: maximum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.overlap_count IS 'Replies that began before the caller had finished. null: no wait for a reply was measured.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.measured_replies IS 'Number of replies whose beginning relative to the end of the caller''s speech is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.overlap_count IS 'Number of replies that began before the caller had finished.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.e2e_latency_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.e2e_latency_sum IS 'Reply latency, end of the caller''s speech to the first sound of the reply: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.e2e_latency_min IS 'Reply latency, end of the caller''s speech to the first sound of the reply: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.e2e_latency_max IS 'Reply latency, end of the caller''s speech to the first sound of the reply: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.measured_replies IS 'Number of replies whose beginning relative to the end of the caller''s speech is known.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.overlap_count IS 'Number of replies that began before the caller had finished.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.e2e_latency_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.e2e_latency_sum IS 'Reply latency, end of the caller''s speech to the first sound of the reply: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.e2e_latency_min IS 'Reply latency, end of the caller''s speech to the first sound of the reply: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.e2e_latency_max IS 'Reply latency, end of the caller''s speech to the first sound of the reply: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.e2e_latency_histogram IS 'Reply latency, end of the caller''s speech to the first sound of the reply: turns by bucket with ten decimal digits per bucket, sum of n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.e2e_latency_buckets IS 'Reply latency, end of the caller''s speech to the first sound of the reply: logarithmic bucket (2 % wide) of each turn that is not 0 ms.';
