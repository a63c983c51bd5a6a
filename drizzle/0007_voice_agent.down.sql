REVOKE INSERT ON leases FROM new_voice_tenant;
--> statement-breakpoint
REVOKE INSERT, UPDATE ON company_pace FROM new_voice_tenant;
--> statement-breakpoint
DROP TABLE "test_calls";
--> statement-breakpoint
DROP TABLE "livekit_calls";
--> statement-breakpoint
DROP TABLE "call_tokens";
--> statement-breakpoint
DROP TABLE "call_briefs";
--> statement-breakpoint
ALTER TABLE "leases" DROP CONSTRAINT "leases_campaign_check";
--> statement-breakpoint
DROP INDEX "leases_test_idx";
--> statement-breakpoint
-- A test call that is under way goes on, and is known of no more.
DELETE FROM "leases" WHERE "campaign_id" IS NULL;
--> statement-breakpoint
ALTER TABLE "leases" ALTER COLUMN "call_task_id" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "leases" ALTER COLUMN "campaign_id" SET NOT NULL;
