DROP TABLE "task_events";
--> statement-breakpoint
DROP TABLE "suppressions";
--> statement-breakpoint
DROP TABLE "simulated_calls";
--> statement-breakpoint
DROP TABLE "leases";
--> statement-breakpoint
DROP TABLE "company_pace";
--> statement-breakpoint
DROP TABLE "campaign_windows";
--> statement-breakpoint
DROP TABLE "campaign_pace";
--> statement-breakpoint
DROP TABLE "campaign_events";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_timezone_source_check";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_outcome_counts_check";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_phone_number_key";
--> statement-breakpoint
DROP INDEX "call_tasks_queue_idx";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_contact_daily_times_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_days_of_week_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_blackout_dates_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_retry_policy_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_weight_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_caller_number_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_ring_timeout_sec_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_max_call_duration_sec_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_max_concurrent_calls_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_calls_per_minute_check";
--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_phone_number_key" UNIQUE("company_id","campaign_id","phone_number");
--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_max_concurrent_calls_check" CHECK ("campaigns"."max_concurrent_calls" between 1 and 10000);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_calls_per_minute_check" CHECK ("campaigns"."calls_per_minute" between 1 and 60000);
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "dial_timezone";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "timezone_source";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "outcome_counts";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "dial_priority";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "due_at";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "days_of_week";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "blackout_dates";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "contact_daily_start_time";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "contact_daily_end_time";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "retry_policy";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "weight";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "caller_number";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "ring_timeout_sec";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "max_call_duration_sec";
--> statement-breakpoint
-- What the migration contains beside the Drizzle schema.
DROP TRIGGER forget_dial_timezone ON call_tasks;
--> statement-breakpoint
DROP FUNCTION forget_dial_timezone();
