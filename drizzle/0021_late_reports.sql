ALTER TABLE "campaign_failures" DROP CONSTRAINT "campaign_failures_operation_check";--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "is_outcome_from_carrier" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "extra_data" jsonb;--> statement-breakpoint
ALTER TABLE "task_events" ADD COLUMN "facts" jsonb;--> statement-breakpoint
ALTER TABLE "task_events" ADD COLUMN "is_effective" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "campaign_failures" ADD CONSTRAINT "campaign_failures_operation_check" CHECK ("campaign_failures"."operation" in ('start', 'end', 'complete', 'compute_windows', 'claim', 'record_call', 'settle', 'settle_attempt', 'pause'));
--> statement-breakpoint
-- hand-written: a report about a call reopens its attempt in the tenant role.
GRANT UPDATE (is_effective) ON task_events TO new_voice_tenant;
--> statement-breakpoint
COMMENT ON COLUMN calls.is_outcome_from_carrier IS 'The carrier reported the outcome. A report of the agent replaces it.';
--> statement-breakpoint
COMMENT ON COLUMN calls.extra_data IS 'Reported values that were not stored as they were sent.';
--> statement-breakpoint
COMMENT ON COLUMN task_events.facts IS 'What was known of the call when the decision was made; a report after which the call differs is a late one.';
--> statement-breakpoint
COMMENT ON COLUMN task_events.is_effective IS 'False: a later decision about the attempt replaced this one, or it only records a report.';