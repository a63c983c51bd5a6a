-- hand-written: restores the old names, the last one first.
ALTER TRIGGER clear_dial_timezone ON call_tasks RENAME TO forget_dial_timezone;
--> statement-breakpoint
ALTER FUNCTION clear_dial_timezone() RENAME TO forget_dial_timezone;
--> statement-breakpoint
UPDATE task_events SET rule = regexp_replace(rule, '_backoff$', '_backs_off') WHERE rule LIKE '%\_backoff';
--> statement-breakpoint
UPDATE task_events SET rule = regexp_replace(rule, '_retry$', '_again') WHERE rule LIKE '%\_retry';
--> statement-breakpoint
UPDATE task_events SET rule = 'talked' WHERE rule = 'reached';
--> statement-breakpoint
UPDATE event_outbox SET items = (
  SELECT jsonb_agg(CASE item ->> 'type' WHEN 'campaign.auto_started' THEN jsonb_set(item, '{type}', '"campaign.begun"') WHEN 'campaign.import_reverted' THEN jsonb_set(item, '{type}', '"campaign.import_taken_back"') WHEN 'import.reverted' THEN jsonb_set(item, '{type}', '"import.taken_back"') ELSE item END ORDER BY place)
  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place))
WHERE items @? '$[*] ? (@.type == "campaign.auto_started" || @.type == "campaign.import_reverted" || @.type == "import.reverted")';
--> statement-breakpoint
UPDATE events SET items = (
  SELECT jsonb_agg(CASE item ->> 'type' WHEN 'campaign.auto_started' THEN jsonb_set(item, '{type}', '"campaign.begun"') WHEN 'campaign.import_reverted' THEN jsonb_set(item, '{type}', '"campaign.import_taken_back"') WHEN 'import.reverted' THEN jsonb_set(item, '{type}', '"import.taken_back"') ELSE item END ORDER BY place)
  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place))
WHERE items @? '$[*] ? (@.type == "campaign.auto_started" || @.type == "campaign.import_reverted" || @.type == "import.reverted")';
--> statement-breakpoint
UPDATE webhook_deliveries SET event_type = CASE event_type WHEN 'campaign.auto_started' THEN 'campaign.begun' WHEN 'campaign.import_reverted' THEN 'campaign.import_taken_back' WHEN 'import.reverted' THEN 'import.taken_back' END WHERE event_type IN ('campaign.auto_started', 'campaign.import_reverted', 'import.reverted');
--> statement-breakpoint
UPDATE webhooks SET event_types = array_replace(array_replace(array_replace(event_types, 'campaign.auto_started', 'campaign.begun'), 'campaign.import_reverted', 'campaign.import_taken_back'), 'import.reverted', 'import.taken_back') WHERE event_types && ARRAY['campaign.auto_started', 'campaign.import_reverted', 'import.reverted'];
--> statement-breakpoint
UPDATE campaign_events SET event = CASE event WHEN 'auto_started' THEN 'begun' WHEN 'import_reverted' THEN 'import_taken_back' END WHERE event IN ('auto_started', 'import_reverted');
--> statement-breakpoint
ALTER TABLE "imports" DROP CONSTRAINT "imports_status_check";
--> statement-breakpoint
UPDATE imports SET status = CASE status WHEN 'reverting' THEN 'taking_back' WHEN 'reverted' THEN 'taken_back' END WHERE status IN ('reverting', 'reverted');
--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_status_check" CHECK ("imports"."status" in ('receiving', 'waiting', 'merging', 'completed', 'failed', 'cancelled', 'taking_back', 'taken_back'));
--> statement-breakpoint
ALTER TABLE "imports" RENAME COLUMN "reverted" TO "taken_back";
--> statement-breakpoint
ALTER INDEX "campaign_windows_recheck_at_idx" RENAME TO "campaign_windows_look_again_at_idx";
--> statement-breakpoint
ALTER TABLE "campaign_windows" RENAME COLUMN "recheck_at" TO "look_again_at";
--> statement-breakpoint
ALTER INDEX "campaign_pace_recheck_at_idx" RENAME TO "campaign_pace_look_again_at_idx";
--> statement-breakpoint
ALTER TABLE "campaign_pace" RENAME COLUMN "recheck_at" TO "look_again_at";
--> statement-breakpoint
ALTER TABLE "leases" RENAME COLUMN "is_unreported" TO "is_unsaid";
--> statement-breakpoint
ALTER TABLE "rollup_checks" RENAME COLUMN "wrong_buckets" TO "wrong_cells";
--> statement-breakpoint
ALTER INDEX "call_contributions_series_idx" RENAME TO "call_facts_series_idx";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME CONSTRAINT "call_contributions_series_fkey" TO "call_facts_series_fkey";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME CONSTRAINT "call_contributions_pkey" TO "call_facts_pkey";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME TO "call_facts";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME CONSTRAINT "dirty_calls_company_fkey" TO "fact_changes_company_fkey";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME CONSTRAINT "dirty_calls_pkey" TO "fact_changes_pkey";
--> statement-breakpoint
ALTER SEQUENCE "dirty_calls_seq_seq" RENAME TO "fact_changes_seq_seq";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME TO "fact_changes";
