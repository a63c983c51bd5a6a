-- Hand-written.
DROP FUNCTION search_transcripts(tsquery, timestamptz, uuid, timestamptz, integer);
--> statement-breakpoint
DROP FUNCTION transcript_day(uuid, timestamptz);
--> statement-breakpoint
ALTER TABLE "changed_transcripts" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "call_texts" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "of_company" ON "changed_transcripts" CASCADE;
--> statement-breakpoint
DROP TABLE "changed_transcripts" CASCADE;
--> statement-breakpoint
DROP POLICY "of_company" ON "call_texts" CASCADE;
--> statement-breakpoint
DROP TABLE "call_texts" CASCADE;
--> statement-breakpoint
DROP INDEX "calls_contact_idx";
--> statement-breakpoint
DROP INDEX "calls_duration_idx";
--> statement-breakpoint
DROP INDEX "call_metrics_cost_idx";
--> statement-breakpoint
ALTER TABLE "calls" DROP COLUMN "contact_identity";
