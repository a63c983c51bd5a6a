ALTER TABLE "imports" DROP CONSTRAINT "imports_company_fkey";
--> statement-breakpoint
-- hand-written: imports of suppression lists have no campaign. The suppressions themselves are kept.
DELETE FROM import_rows r USING imports i
  WHERE i.company_id = r.company_id AND i.id = r.import_id AND i.campaign_id IS NULL;
--> statement-breakpoint
DELETE FROM imports WHERE campaign_id IS NULL;
--> statement-breakpoint
ALTER TABLE "imports" ALTER COLUMN "campaign_id" SET NOT NULL;
