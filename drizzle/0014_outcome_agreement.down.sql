-- hand-written: outcomes that were made equal stay equal.
DROP TRIGGER copy_outcome_to_call ON call_metrics;
--> statement-breakpoint
DROP FUNCTION copy_outcome_to_call();
--> statement-breakpoint
DROP TRIGGER copy_outcome_to_metrics ON calls;
--> statement-breakpoint
DROP FUNCTION copy_outcome_to_metrics();
--> statement-breakpoint
ALTER TABLE "rollup_checks" DROP COLUMN "wrong_values";
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.outcome IS 'Outcome of the latest attempt.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.outcome IS NULL;
