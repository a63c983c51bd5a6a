ALTER TABLE "campaign_failures" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "of_company" ON "campaign_failures" CASCADE;
--> statement-breakpoint
DROP TABLE "campaign_failures" CASCADE;
--> statement-breakpoint
DROP INDEX "leases_ended_idx";
--> statement-breakpoint
ALTER TABLE "leases" DROP COLUMN "dial_error";
