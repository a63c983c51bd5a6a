DROP TABLE "rollup_checks";
--> statement-breakpoint
DROP TABLE "prices";
--> statement-breakpoint
DROP TABLE "metric_rollups";
--> statement-breakpoint
DROP TABLE "fact_changes";
--> statement-breakpoint
DROP TABLE "call_facts";
--> statement-breakpoint
DROP TABLE "metric_series";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "is_outcome_classified";
