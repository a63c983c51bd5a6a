ALTER TABLE "campaign_failures" DROP CONSTRAINT "campaign_failures_operation_check";
--> statement-breakpoint
-- hand-written: a failure is forgotten at the latest with the next attempt at its operation.
DELETE FROM "campaign_failures" WHERE "operation" = 'settle_attempt';
--> statement-breakpoint
-- hand-written: without the column, every entry with a call would count as an attempt.
DELETE FROM "task_events" WHERE NOT "is_effective";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "is_outcome_from_carrier";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "extra_data";
--> statement-breakpoint
ALTER TABLE "task_events" DROP COLUMN "facts";
--> statement-breakpoint
ALTER TABLE "task_events" DROP COLUMN "is_effective";
--> statement-breakpoint
ALTER TABLE "campaign_failures" ADD CONSTRAINT "campaign_failures_operation_check" CHECK ("campaign_failures"."operation" in ('start', 'end', 'complete', 'compute_windows', 'claim', 'record_call', 'settle', 'pause'));
