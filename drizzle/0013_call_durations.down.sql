COMMENT ON COLUMN calls.duration_sec IS 'Seconds from start to end.';
--> statement-breakpoint
-- hand-written: durations of attempts and of calls that nobody answered are again from their start to their end. The durations of
-- other answered calls are those that were reported.
UPDATE calls c SET duration_sec = extract(epoch FROM c.ended_at - c.started_at)::float8
  WHERE c.ended_at IS NOT NULL AND c.started_at <= c.ended_at AND (c.duration_sec IS NULL OR c.call_task_id IS NOT NULL
    OR EXISTS (SELECT FROM test_calls t WHERE t.company_id = c.company_id AND t.call_id = c.id));
--> statement-breakpoint
INSERT INTO dirty_calls (company_id, call_id) SELECT company_id, id FROM calls;
--> statement-breakpoint
-- hand-written: rollups count calls that were not dialed among all calls again.
UPDATE metric_rollups r SET calls = r.calls + added.calls, completed = r.completed + added.completed,
    failed = r.failed + added.failed, cancelled = r.cancelled + added.cancelled,
    unpriced_calls = r.unpriced_calls + added.unpriced, unmeasured_calls = r.unmeasured_calls + added.unmeasured
  FROM (
    SELECT x.company_id, target.grain, target.series_id, target.bucket, count(*) AS calls,
      count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
      count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
      count(*) FILTER (WHERE cost_total IS NULL AND usage > 0) AS unpriced,
      count(*) FILTER (WHERE cost_total IS NULL AND usage = 0) AS unmeasured
    FROM (
      SELECT *, date_trunc('hour', started_at, 'UTC') AS hour, date_trunc('day', started_at, 'UTC') AS day,
        coalesce(greatest(stt_duration_sec, llm_input_tokens, llm_output_tokens, tts_characters, livekit_duration_sec), 0) AS usage
      FROM call_contributions WHERE NOT is_dialed
    ) AS x CROSS JOIN LATERAL (VALUES ('hour', series_id, hour), ('day', series_id, day), ('hour', total_series_id, hour),
      ('day', total_series_id, day)) AS target(grain, series_id, bucket)
    GROUP BY 1, 2, 3, 4
  ) AS added
  WHERE r.company_id = added.company_id AND r.grain = added.grain AND r.series_id = added.series_id AND r.bucket = added.bucket;
--> statement-breakpoint
ALTER TABLE "calls" DROP CONSTRAINT "calls_answered_at_check";
--> statement-breakpoint
ALTER TABLE "calls" DROP CONSTRAINT "calls_ring_sec_check";
--> statement-breakpoint
DROP INDEX "calls_not_dialed_idx";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "is_dialed";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "is_answered";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "ring_sec";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "dialed_at";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "answered_at";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "interruptions_per_turn";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "is_dialed";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "is_answered";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "ring_sec";
--> statement-breakpoint
ALTER TABLE "call_contributions" DROP COLUMN "turn_count";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "dialed";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "answered";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "not_dialed";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "ring_n";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "ring_sum";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "turn_interruptions";
--> statement-breakpoint
ALTER TABLE "metric_rollups" DROP COLUMN "interruption_turns";
