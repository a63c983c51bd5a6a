-- hand-written: renames tables, columns and stored values to the terms of docs/glossary.md. No release had the old names.
ALTER TABLE "fact_changes" RENAME TO "dirty_calls";
--> statement-breakpoint
ALTER SEQUENCE "fact_changes_seq_seq" RENAME TO "dirty_calls_seq_seq";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME CONSTRAINT "fact_changes_pkey" TO "dirty_calls_pkey";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME CONSTRAINT "fact_changes_company_fkey" TO "dirty_calls_company_fkey";
--> statement-breakpoint
ALTER TABLE "call_facts" RENAME TO "call_contributions";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME CONSTRAINT "call_facts_pkey" TO "call_contributions_pkey";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME CONSTRAINT "call_facts_series_fkey" TO "call_contributions_series_fkey";
--> statement-breakpoint
ALTER INDEX "call_facts_series_idx" RENAME TO "call_contributions_series_idx";
--> statement-breakpoint
ALTER TABLE "rollup_checks" RENAME COLUMN "wrong_cells" TO "wrong_buckets";
--> statement-breakpoint
ALTER TABLE "leases" RENAME COLUMN "is_unsaid" TO "is_unreported";
--> statement-breakpoint
ALTER TABLE "campaign_pace" RENAME COLUMN "look_again_at" TO "recheck_at";
--> statement-breakpoint
ALTER INDEX "campaign_pace_look_again_at_idx" RENAME TO "campaign_pace_recheck_at_idx";
--> statement-breakpoint
ALTER TABLE "campaign_windows" RENAME COLUMN "look_again_at" TO "recheck_at";
--> statement-breakpoint
ALTER INDEX "campaign_windows_look_again_at_idx" RENAME TO "campaign_windows_recheck_at_idx";
--> statement-breakpoint
ALTER TABLE "imports" RENAME COLUMN "taken_back" TO "reverted";
--> statement-breakpoint
ALTER TABLE "imports" DROP CONSTRAINT "imports_status_check";
--> statement-breakpoint
UPDATE imports SET status = CASE status WHEN 'taking_back' THEN 'reverting' WHEN 'taken_back' THEN 'reverted' END WHERE status IN ('taking_back', 'taken_back');
--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_status_check" CHECK ("imports"."status" in ('receiving', 'waiting', 'merging', 'completed', 'failed', 'cancelled', 'reverting', 'reverted'));
--> statement-breakpoint
UPDATE campaign_events SET event = CASE event WHEN 'begun' THEN 'auto_started' WHEN 'import_taken_back' THEN 'import_reverted' END WHERE event IN ('begun', 'import_taken_back');
--> statement-breakpoint
UPDATE webhooks SET event_types = array_replace(array_replace(array_replace(event_types, 'campaign.begun', 'campaign.auto_started'), 'campaign.import_taken_back', 'campaign.import_reverted'), 'import.taken_back', 'import.reverted') WHERE event_types && ARRAY['campaign.begun', 'campaign.import_taken_back', 'import.taken_back'];
--> statement-breakpoint
UPDATE webhook_deliveries SET event_type = CASE event_type WHEN 'campaign.begun' THEN 'campaign.auto_started' WHEN 'campaign.import_taken_back' THEN 'campaign.import_reverted' WHEN 'import.taken_back' THEN 'import.reverted' END WHERE event_type IN ('campaign.begun', 'campaign.import_taken_back', 'import.taken_back');
--> statement-breakpoint
UPDATE events SET items = (
  SELECT jsonb_agg(CASE item ->> 'type' WHEN 'campaign.begun' THEN jsonb_set(item, '{type}', '"campaign.auto_started"') WHEN 'campaign.import_taken_back' THEN jsonb_set(item, '{type}', '"campaign.import_reverted"') WHEN 'import.taken_back' THEN jsonb_set(item, '{type}', '"import.reverted"') ELSE item END ORDER BY place)
  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place))
WHERE items @? '$[*] ? (@.type == "campaign.begun" || @.type == "campaign.import_taken_back" || @.type == "import.taken_back")';
--> statement-breakpoint
UPDATE event_outbox SET items = (
  SELECT jsonb_agg(CASE item ->> 'type' WHEN 'campaign.begun' THEN jsonb_set(item, '{type}', '"campaign.auto_started"') WHEN 'campaign.import_taken_back' THEN jsonb_set(item, '{type}', '"campaign.import_reverted"') WHEN 'import.taken_back' THEN jsonb_set(item, '{type}', '"import.reverted"') ELSE item END ORDER BY place)
  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place))
WHERE items @? '$[*] ? (@.type == "campaign.begun" || @.type == "campaign.import_taken_back" || @.type == "import.taken_back")';
--> statement-breakpoint
UPDATE task_events SET rule = 'reached' WHERE rule = 'talked';
--> statement-breakpoint
UPDATE task_events SET rule = regexp_replace(rule, '_again$', '_retry') WHERE rule LIKE '%\_again' AND rule <> 'never_again';
--> statement-breakpoint
UPDATE task_events SET rule = regexp_replace(rule, '_backs_off$', '_backoff') WHERE rule LIKE '%\_backs\_off';
--> statement-breakpoint
ALTER FUNCTION forget_dial_timezone() RENAME TO clear_dial_timezone;
--> statement-breakpoint
ALTER TRIGGER forget_dial_timezone ON call_tasks RENAME TO clear_dial_timezone;
