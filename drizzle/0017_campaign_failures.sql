CREATE TABLE "campaign_failures" (
	"company_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"failures" integer NOT NULL,
	"reason" text NOT NULL,
	"retry_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "campaign_failures_pkey" PRIMARY KEY("company_id","campaign_id","operation"),
	CONSTRAINT "campaign_failures_operation_check" CHECK ("campaign_failures"."operation" in ('start', 'end', 'complete', 'compute_windows', 'claim', 'record_call', 'settle', 'pause')),
	CONSTRAINT "campaign_failures_failures_check" CHECK ("campaign_failures"."failures" > 0)
);
--> statement-breakpoint
ALTER TABLE "campaign_failures" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "leases" ADD COLUMN "dial_error" text;--> statement-breakpoint
ALTER TABLE "campaign_failures" ADD CONSTRAINT "campaign_failures_campaign_fkey" FOREIGN KEY ("company_id","campaign_id") REFERENCES "public"."campaigns"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "leases_ended_idx" ON "leases" USING btree ("company_id","campaign_id","settle_at") WHERE not "leases"."is_live";--> statement-breakpoint
CREATE POLICY "of_company" ON "campaign_failures" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("campaign_failures"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("campaign_failures"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- hand-written: the privilege of the tenant role, and the comment.
GRANT SELECT, DELETE ON campaign_failures TO new_voice_tenant;
--> statement-breakpoint
COMMENT ON TABLE campaign_failures IS 'Operations of campaigns that failed, and are left out until retry_at.';
