ALTER TABLE "calls" ADD COLUMN "ring_sec" double precision;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "dialed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "answered_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "is_dialed" boolean GENERATED ALWAYS AS ((answered_at is not null or turn_count > 0 or outcome is null
  or not (outcome in ('suppressed', 'outside_window')
    or outcome in ('cancelled') and coalesce(ended_reason, '') = 'not_dialed'))) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "is_answered" boolean GENERATED ALWAYS AS (((answered_at is not null or turn_count > 0 or outcome is null
  or not (outcome in ('suppressed', 'outside_window')
    or outcome in ('cancelled') and coalesce(ended_reason, '') = 'not_dialed')) and (answered_at is not null
  or case when outcome is null then status in ('active', 'completed') or turn_count > 0
    when outcome in ('agent_error', 'cancelled') then turn_count > 0
    else outcome in ('success', 'fail', 'callback', 'transferred', 'max_duration', 'voicemail') end))) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "interruptions_per_turn" double precision GENERATED ALWAYS AS ("call_metrics"."interruption_count"::double precision / nullif("call_metrics"."turn_count", 0)::double precision) STORED;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "is_dialed" boolean;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "is_answered" boolean;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "ring_sec" double precision;--> statement-breakpoint
ALTER TABLE "call_contributions" ADD COLUMN "turn_count" integer;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "dialed" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "answered" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "not_dialed" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "ring_n" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "ring_sum" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "turn_interruptions" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD COLUMN "interruption_turns" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "calls_not_dialed_idx" ON "calls" USING btree ("company_id","started_at","id") WHERE not "calls"."is_dialed";--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_answered_at_check" CHECK ("calls"."dialed_at" <= "calls"."answered_at" and "calls"."answered_at" <= "calls"."ended_at" and "calls"."dialed_at" <= "calls"."ended_at");--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_ring_sec_check" CHECK ("calls"."ring_sec" >= 0 and "calls"."ring_sec" < 'Infinity');
--> statement-breakpoint
-- hand-written: answers of stored calls, where they are known: by the carrier's own record, by the event of the status active, and
-- for calls that were not placed by the platform by their duration, which was from the answer or the start to the end.
UPDATE calls c SET answered_at = known.answered_at FROM (
    SELECT company_id, call_id, min(answered_at) AS answered_at FROM (
      SELECT company_id, call_id, answered_at FROM livekit_calls WHERE answered_at IS NOT NULL
      UNION ALL
      SELECT company_id, call_id, answered_at FROM simulated_calls WHERE answered_at IS NOT NULL
      UNION ALL
      SELECT e.company_id, (item->>'call_id')::uuid, e.at FROM events e CROSS JOIN jsonb_array_elements(e.items) AS i(item)
        WHERE item->>'type' = 'call.status' AND item->>'status' = 'active'
    ) AS reports GROUP BY company_id, call_id
  ) AS known
  WHERE c.company_id = known.company_id AND c.id = known.call_id AND c.is_dialed
    AND known.answered_at BETWEEN c.started_at AND coalesce(c.ended_at, known.answered_at);
--> statement-breakpoint
UPDATE calls c SET answered_at = greatest(c.started_at, c.ended_at - make_interval(secs => c.duration_sec))
  WHERE c.answered_at IS NULL AND c.is_answered AND c.ended_at IS NOT NULL AND c.duration_sec IS NOT NULL AND c.call_task_id IS NULL
    AND NOT EXISTS (SELECT FROM test_calls t WHERE t.company_id = c.company_id AND t.call_id = c.id);
--> statement-breakpoint
-- hand-written: durations by the new definition. A call that was answered at an unknown time keeps its duration.
UPDATE calls SET dialed_at = started_at,
    ring_sec = CASE WHEN answered_at IS NOT NULL THEN extract(epoch FROM answered_at - started_at)::float8
      WHEN NOT is_answered THEN extract(epoch FROM ended_at - started_at)::float8 END,
    duration_sec = CASE WHEN answered_at IS NOT NULL THEN extract(epoch FROM ended_at - answered_at)::float8
      WHEN is_answered THEN duration_sec END
  WHERE ended_at IS NOT NULL AND is_dialed;
--> statement-breakpoint
UPDATE calls SET duration_sec = NULL WHERE NOT is_dialed;
--> statement-breakpoint
-- hand-written: a contact that waits does not show the outcome of an attempt that was never dialed.
UPDATE call_tasks t SET outcome = NULL FROM calls c
  WHERE t.status IN ('pending', 'retry') AND c.company_id = t.company_id AND c.id = t.call_id AND NOT c.is_dialed
    AND t.outcome = 'cancelled';
--> statement-breakpoint
-- hand-written: the contributions of all calls to the rollups are computed again.
INSERT INTO dirty_calls (company_id, call_id) SELECT company_id, id FROM calls;
--> statement-breakpoint
-- hand-written: comments.
COMMENT ON COLUMN calls.dialed_at IS 'When the carrier began to dial, or the caller called. Null: not known, or never dialed.';
--> statement-breakpoint
COMMENT ON COLUMN calls.answered_at IS 'When a person or a machine answered, by the first report of it. Null: not known, or nobody answered.';
--> statement-breakpoint
COMMENT ON COLUMN calls.is_dialed IS 'False: the call ended before it was placed. No rate or average includes it.';
--> statement-breakpoint
COMMENT ON COLUMN calls.is_answered IS 'A person or a machine answered, also when answered_at is not known.';
--> statement-breakpoint
COMMENT ON COLUMN calls.ring_sec IS 'Seconds from dialed_at to answered_at, or to ended_at when nobody answered.';
--> statement-breakpoint
COMMENT ON COLUMN calls.duration_sec IS 'Seconds from answered_at to ended_at. Null when nobody answered.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ring_sec IS 'calls.ring_sec: seconds until the answer, or until the end without one.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.interruptions_per_turn IS 'interruption_count / turn_count: interruptions per turn of either side.';
