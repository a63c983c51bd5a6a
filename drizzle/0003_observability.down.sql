DROP TABLE "superseded_costs";
--> statement-breakpoint
DROP TABLE "rollup_checks";
--> statement-breakpoint
DROP TABLE "rerates";
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
ALTER TABLE "call_metrics" DROP CONSTRAINT "call_metrics_cost_reported_check";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP CONSTRAINT "call_metrics_cost_lines_check";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP CONSTRAINT "call_metrics_providers_check";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "is_outcome_classified";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "cost_lines";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "cost_reported";
--> statement-breakpoint
ALTER TABLE "call_metrics" DROP COLUMN "providers";
