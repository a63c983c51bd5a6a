ALTER TABLE "imports" DROP CONSTRAINT "imports_failed_attempts_check";
--> statement-breakpoint
ALTER TABLE "rerates" DROP CONSTRAINT "rerates_status_check";
--> statement-breakpoint
-- hand-written: rerates that failed have ended too.
UPDATE "rerates" SET "status" = 'completed' WHERE "status" = 'failed';
--> statement-breakpoint
DROP INDEX "imports_served_idx";
--> statement-breakpoint
DROP INDEX "webhook_deliveries_due_idx";
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due_idx" ON "webhook_deliveries" USING btree ("next_attempt_at") WHERE "webhook_deliveries"."status" = 'pending';
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "chunk_ends";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "failed_attempts";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "last_error";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "next_attempt_at";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "served_at";
--> statement-breakpoint
ALTER TABLE "rerates" DROP COLUMN "error";
--> statement-breakpoint
ALTER TABLE "rerates" DROP COLUMN "failures";
--> statement-breakpoint
ALTER TABLE "rerates" DROP COLUMN "retry_at";
--> statement-breakpoint
ALTER TABLE "dirty_calls" DROP COLUMN "failures";
--> statement-breakpoint
ALTER TABLE "dirty_calls" DROP COLUMN "retry_at";
--> statement-breakpoint
ALTER TABLE "dirty_calls" DROP COLUMN "error";
--> statement-breakpoint
ALTER TABLE "rollup_checks" DROP COLUMN "error";
--> statement-breakpoint
ALTER TABLE "webhooks" DROP COLUMN "event_failures";
--> statement-breakpoint
ALTER TABLE "webhooks" DROP COLUMN "event_retry_at";
--> statement-breakpoint
ALTER TABLE "rerates" ADD CONSTRAINT "rerates_status_check" CHECK ("rerates"."status" in ('running', 'completed'));
