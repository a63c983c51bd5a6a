-- Merged contacts and suppressions stay merged.
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_phone_identity_key";
--> statement-breakpoint
ALTER TABLE "suppressions" DROP CONSTRAINT "suppressions_phone_identity_key";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_phone_extension_check";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_further_numbers_check";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_timezone_source_check";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_unknown_zone_check";
--> statement-breakpoint
DROP INDEX "leases_phone_identity_key";
--> statement-breakpoint
DROP INDEX "test_calls_phone_identity_idx";
--> statement-breakpoint
CREATE UNIQUE INDEX "leases_phone_number_key" ON "leases" USING btree ("company_id","phone_number") WHERE "leases"."is_live";
--> statement-breakpoint
CREATE INDEX "test_calls_phone_number_idx" ON "test_calls" USING btree ("company_id","phone_number","placed_at");
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "phone_extension";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "further_numbers";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "phone_identity";
--> statement-breakpoint
ALTER TABLE "campaigns" DROP COLUMN "unknown_zone";
--> statement-breakpoint
ALTER TABLE "leases" DROP COLUMN "phone_identity";
--> statement-breakpoint
ALTER TABLE "test_calls" DROP COLUMN "phone_identity";
--> statement-breakpoint
ALTER TABLE "import_rows" DROP COLUMN "phone_extension";
--> statement-breakpoint
ALTER TABLE "import_rows" DROP COLUMN "further_numbers";
--> statement-breakpoint
ALTER TABLE "suppressions" DROP COLUMN "phone_identity";
--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_phone_number_key" UNIQUE("company_id","phone_number","campaign_id");
--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_phone_number_key" UNIQUE("company_id","phone_number");
--> statement-breakpoint
-- hand-written: before 0010 several zones of a number had the source number.
UPDATE call_tasks SET timezone_source = 'number' WHERE timezone_source = 'country';
--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_timezone_source_check" CHECK ("call_tasks"."timezone_source" in ('given', 'number', 'campaign'));
--> statement-breakpoint
DROP FUNCTION phone_identity(text);
