ALTER TABLE "imports" ADD COLUMN "chunk_ends" integer[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "failed_attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "last_error" text;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "next_attempt_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "served_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "imports_served_idx" ON "imports" USING btree ("company_id","served_at") WHERE "imports"."served_at" is not null;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_failed_attempts_check" CHECK ("imports"."failed_attempts" >= 0);