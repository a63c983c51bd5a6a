ALTER TABLE "rerates" DROP CONSTRAINT "rerates_status_check";--> statement-breakpoint
DROP INDEX "webhook_deliveries_due_idx";--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "chunk_ends" integer[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "failed_attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "last_error" text;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "next_attempt_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "served_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "rerates" ADD COLUMN "error" text;--> statement-breakpoint
ALTER TABLE "rerates" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rerates" ADD COLUMN "retry_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dirty_calls" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "dirty_calls" ADD COLUMN "retry_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dirty_calls" ADD COLUMN "error" text;--> statement-breakpoint
ALTER TABLE "rollup_checks" ADD COLUMN "error" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "event_failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "event_retry_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "imports_served_idx" ON "imports" USING btree ("company_id","served_at") WHERE "imports"."served_at" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due_idx" ON "webhook_deliveries" USING btree ("company_id","webhook_id","next_attempt_at") WHERE "webhook_deliveries"."status" = 'pending' and "webhook_deliveries"."next_attempt_at" is not null;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_failed_attempts_check" CHECK ("imports"."failed_attempts" >= 0);--> statement-breakpoint
ALTER TABLE "rerates" ADD CONSTRAINT "rerates_status_check" CHECK ("rerates"."status" in ('running', 'completed', 'failed'));