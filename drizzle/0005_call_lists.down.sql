DROP TABLE "imports";
--> statement-breakpoint
DROP TABLE "import_rows";
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP COLUMN "import_id";
