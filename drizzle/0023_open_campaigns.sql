ALTER TABLE "campaigns" ADD COLUMN "skillbase_version_pinned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "version_pinning" text DEFAULT 'when_scheduled' NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "completes" text DEFAULT 'when_done' NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "max_attempts" integer;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_version_pinning_check" CHECK ("campaigns"."version_pinning" in ('when_scheduled', 'when_started'));--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_completes_check" CHECK ("campaigns"."completes" in ('when_done', 'never'));--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_max_attempts_check" CHECK ("campaigns"."max_attempts" between 1 and 1000);
--> statement-breakpoint
-- hand-written: comments.
COMMENT ON COLUMN campaigns.skillbase_version_pinned_at IS 'When a start set skillbase_version to the published version. null: none has, or a user chose the version.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.version_pinning IS 'Whether a campaign without skillbase_version takes the version published when it is scheduled, or when it starts to run.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.completes IS 'Whether the campaign is completed once no contact is left to call, or stays running.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_attempts IS 'Maximum number of attempts per contact that count, whatever their outcomes. null: none.';
--> statement-breakpoint
COMMENT ON COLUMN companies.limits IS 'JSON object: max_concurrent_calls, calls_per_minute, requests_per_minute, attempts_per_number_per_day, attempts_per_number_per_week, min_hours_between_attempts. A missing key means no limit.';
