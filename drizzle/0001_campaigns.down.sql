DROP TABLE "idempotency_keys";
--> statement-breakpoint
DROP TABLE "api_keys";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_call_fkey";
--> statement-breakpoint
DROP TABLE "calls";
--> statement-breakpoint
DROP TABLE "call_tasks";
--> statement-breakpoint
DROP TABLE "campaigns";
--> statement-breakpoint
DROP TABLE "skillbase_versions";
--> statement-breakpoint
DROP TABLE "skillbases";
--> statement-breakpoint
DROP TABLE "companies";
