CREATE TABLE "import_rows" (
	"company_id" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"phone_number" text,
	"contact_name" text,
	"contact_data" jsonb,
	"timezone" text,
	"dial_timezone" text,
	"timezone_source" text,
	"priority" integer,
	"next_attempt_at" timestamp (3) with time zone,
	"code" text,
	"detail" text,
	"cells" jsonb,
	CONSTRAINT "import_rows_pkey" PRIMARY KEY("company_id","import_id","line")
);
--> statement-breakpoint
ALTER TABLE "import_rows" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "imports" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"campaign_id" uuid NOT NULL,
	"status" text DEFAULT 'receiving' NOT NULL,
	"is_dry_run" boolean DEFAULT false NOT NULL,
	"on_duplicate" text DEFAULT 'skip' NOT NULL,
	"file_name" text,
	"file_bytes" bigint DEFAULT 0 NOT NULL,
	"file_sha256" text,
	"key_id" uuid,
	"reading" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"preview" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"refusals" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"suppressed" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"taken_back" integer DEFAULT 0 NOT NULL,
	"line" integer DEFAULT 0 NOT NULL,
	"error_code" text,
	"error_message" text,
	"alive_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "imports_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "imports_status_check" CHECK ("imports"."status" in ('receiving', 'waiting', 'merging', 'completed', 'failed', 'cancelled', 'taking_back', 'taken_back')),
	CONSTRAINT "imports_on_duplicate_check" CHECK ("imports"."on_duplicate" in ('skip', 'update', 'reject')),
	CONSTRAINT "imports_counts_check" CHECK ("imports"."total" >= 0 and "imports"."created" >= 0 and "imports"."updated" >= 0 and "imports"."skipped" >= 0 and "imports"."suppressed" >= 0 and "imports"."rejected" >= 0 and "imports"."taken_back" between 0 and "imports"."created"),
	CONSTRAINT "imports_total_check" CHECK ("imports"."status" <> 'completed' or "imports"."total" = "imports"."created" + "imports"."updated" + "imports"."skipped" + "imports"."suppressed" + "imports"."rejected")
);
--> statement-breakpoint
ALTER TABLE "imports" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "import_id" uuid;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_campaign_fkey" FOREIGN KEY ("company_id","campaign_id") REFERENCES "public"."campaigns"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "imports_campaign_idx" ON "imports" USING btree ("company_id","campaign_id","id");--> statement-breakpoint
CREATE INDEX "imports_open_idx" ON "imports" USING btree ("id") WHERE "imports"."finished_at" is null;--> statement-breakpoint
CREATE POLICY "of_company" ON "import_rows" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("import_rows"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("import_rows"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "imports" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("imports"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("imports"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);

--> statement-breakpoint
-- hand-written: triggers, grants, storage, comments. Generating again keeps what stands below this line.
GRANT SELECT, INSERT, UPDATE ON imports TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT ON import_rows TO new_voice_tenant;
--> statement-breakpoint
-- Rows come by the million, and most of them go within a minute.
ALTER TABLE import_rows SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
COMMENT ON TABLE imports IS 'A file of contacts that was uploaded for a campaign, and what became of its rows.';
--> statement-breakpoint
COMMENT ON COLUMN imports.file_bytes IS 'Bytes.';
--> statement-breakpoint
COMMENT ON COLUMN imports.line IS 'Up to which line of the file it has come.';
--> statement-breakpoint
COMMENT ON COLUMN imports.alive_at IS 'When somebody last worked on it.';
--> statement-breakpoint
COMMENT ON TABLE import_rows IS 'Rows of a file as they were read: those that are not yet in the campaign, and those refused (code).';
--> statement-breakpoint
COMMENT ON COLUMN import_rows.cells IS 'Of a refused row, JSON array: its cells as they came.';
--> statement-breakpoint
COMMENT ON COLUMN import_rows.timezone IS 'IANA zone that the row gives.';
--> statement-breakpoint
COMMENT ON COLUMN import_rows.dial_timezone IS 'As call_tasks.dial_timezone.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.import_id IS 'The file it came from.';
