-- hand-written: the comment of before.
COMMENT ON COLUMN companies.limits IS 'JSON object: max_concurrent_calls, calls_per_minute, requests_per_minute, attempts_per_number_per_day, attempts_per_number_per_week. A missing key means no limit.';
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_version_pinning_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_completes_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_max_attempts_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "skillbase_version_pinned_at";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "version_pinning";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "completes";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "max_attempts";
