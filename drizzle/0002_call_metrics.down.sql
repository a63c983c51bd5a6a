DROP TABLE "call_metrics";
--> statement-breakpoint
DROP TABLE "call_logs";
