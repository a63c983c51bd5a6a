-- hand-written: rollups of companies with a latency of 1 ms and below are built again, because their histograms have buckets
-- that earlier versions cannot read.
CREATE TEMPORARY TABLE rebuilt_companies ON COMMIT DROP AS
  SELECT DISTINCT company_id FROM call_contributions
  WHERE least(ttfb_stt_min, latency_llm_min, ttfb_tts_min, eou_latency_min) <= 1
  UNION
  SELECT company_id FROM metric_rollups WHERE greatest(
    scale(ttfb_stt_histogram), scale(latency_llm_histogram), scale(ttfb_tts_histogram), scale(eou_latency_histogram)) > 0;
--> statement-breakpoint
DELETE FROM metric_rollups WHERE company_id IN (SELECT company_id FROM rebuilt_companies);
--> statement-breakpoint
DELETE FROM call_contributions WHERE company_id IN (SELECT company_id FROM rebuilt_companies);
--> statement-breakpoint
INSERT INTO dirty_calls (company_id, call_id)
SELECT company_id, id FROM calls WHERE company_id IN (SELECT company_id FROM rebuilt_companies)
UNION
SELECT company_id, call_id FROM call_logs WHERE is_filler;
--> statement-breakpoint
DROP TABLE rebuilt_companies;
--> statement-breakpoint
-- hand-written: latencies of filler count again.
WITH derived AS (
  SELECT company_id, call_id,
    avg(ttfb_stt) AS ttfb_stt_avg, min(ttfb_stt) AS ttfb_stt_min, max(ttfb_stt) AS ttfb_stt_max,
    avg(latency_llm) AS latency_llm_avg, min(latency_llm) AS latency_llm_min, max(latency_llm) AS latency_llm_max,
    avg(ttfb_tts) AS ttfb_tts_avg, min(ttfb_tts) AS ttfb_tts_min, max(ttfb_tts) AS ttfb_tts_max,
    avg(eou_latency) AS eou_latency_avg, min(eou_latency) AS eou_latency_min, max(eou_latency) AS eou_latency_max
  FROM call_logs GROUP BY company_id, call_id HAVING bool_or(is_filler)
)
UPDATE call_metrics m SET (ttfb_stt_avg, ttfb_stt_min, ttfb_stt_max, latency_llm_avg, latency_llm_min, latency_llm_max, ttfb_tts_avg, ttfb_tts_min, ttfb_tts_max, eou_latency_avg, eou_latency_min, eou_latency_max)
  = (d.ttfb_stt_avg, d.ttfb_stt_min, d.ttfb_stt_max, d.latency_llm_avg, d.latency_llm_min, d.latency_llm_max, d.ttfb_tts_avg, d.ttfb_tts_min, d.ttfb_tts_max, d.eou_latency_avg, d.eou_latency_min, d.eou_latency_max)
FROM derived d WHERE m.company_id = d.company_id AND m.call_id = d.call_id AND m.is_derived;
--> statement-breakpoint
-- hand-written: these values were in extra_data. Reply latencies that were not reported are computed again by the upgrade.
UPDATE call_logs SET extra_data = coalesce(extra_data, '{}') || jsonb_strip_nulls(jsonb_build_object(
  'e2e_latency_ms', CASE WHEN NOT is_e2e_computed THEN e2e_latency END, 'overlap_ms', overlap_ms, 'is_filler', is_filler))
WHERE e2e_latency IS NOT NULL AND NOT is_e2e_computed OR overlap_ms IS NOT NULL OR is_filler IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "call_logs" DROP CONSTRAINT "call_logs_e2e_latency_check";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP CONSTRAINT "call_logs_overlap_ms_check";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP CONSTRAINT "call_logs_is_e2e_computed_check";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP CONSTRAINT "call_metrics_e2e_latency_check";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP CONSTRAINT "call_metrics_overlap_count_check";
--> statement-breakpoint
ALTER TABLE "call_contributions" ALTER COLUMN "ttfb_stt_n" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "call_contributions" ALTER COLUMN "latency_llm_n" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "call_contributions" ALTER COLUMN "ttfb_tts_n" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "call_contributions" ALTER COLUMN "eou_latency_n" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "e2e_latency";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "is_e2e_computed";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "overlap_ms";
--> statement-breakpoint
ALTER TABLE "call_logs" DROP COLUMN "is_filler";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "e2e_latency_avg";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "e2e_latency_min";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "e2e_latency_max";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "overlap_count";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "measured_replies";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "overlap_count";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "e2e_latency_n";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "e2e_latency_sum";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "e2e_latency_min";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "e2e_latency_max";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "e2e_latency_buckets";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "measured_replies";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "overlap_count";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "e2e_latency_n";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "e2e_latency_sum";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "e2e_latency_min";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "e2e_latency_max";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "e2e_latency_histogram";
