-- hand-written: the identity of the telephone behind a number. src/lib/phone/identity.ts is the same rule in JavaScript, and
-- says where each part of it comes from.
CREATE FUNCTION phone_identity(number text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN left(number, 3) NOT IN ('+52', '+54', '+55') THEN number
    ELSE regexp_replace(regexp_replace(regexp_replace(number,
      '^\+52(?:1|01|044|045)([0-9]{10})$', '+52\1'),
      '^\+550?([1-9][0-9])([6-9][0-9]{7})$', '+55\19\2'),
      '^\+549([0-9]{10})$', '+54\1') END
$$;
--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_phone_number_key";--> statement-breakpoint
ALTER TABLE "suppressions" DROP CONSTRAINT "suppressions_phone_number_key";--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_timezone_source_check";--> statement-breakpoint
DROP INDEX "leases_phone_number_key";--> statement-breakpoint
DROP INDEX "test_calls_phone_number_idx";--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "phone_extension" text;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "further_numbers" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "phone_identity" text GENERATED ALWAYS AS (phone_identity(phone_number)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "unknown_zone" text DEFAULT 'strictest' NOT NULL;--> statement-breakpoint
ALTER TABLE "leases" ADD COLUMN "phone_identity" text GENERATED ALWAYS AS (phone_identity(phone_number)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "phone_identity" text GENERATED ALWAYS AS (phone_identity(phone_number)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "import_rows" ADD COLUMN "phone_extension" text;--> statement-breakpoint
ALTER TABLE "import_rows" ADD COLUMN "further_numbers" jsonb;--> statement-breakpoint
ALTER TABLE "test_calls" ADD COLUMN "phone_identity" text GENERATED ALWAYS AS (phone_identity(phone_number)) STORED NOT NULL;--> statement-breakpoint
-- hand-written: two live calls to one telephone by two of its numbers. They end within the longest call.
DO $$ BEGIN
  IF EXISTS (SELECT FROM leases WHERE is_live GROUP BY company_id, phone_identity HAVING count(*) > 1) THEN
    RAISE EXCEPTION 'a company has two live calls to the same telephone: wait until one has ended, then start again';
  END IF;
END $$;
--> statement-breakpoint
-- hand-written: of several contacts of a campaign with the same telephone one remains: the one in a live call, else one in
-- progress, else the one that was called most often, else the oldest. Calls and history of the others become its own.
CREATE TEMPORARY TABLE merged_tasks ON COMMIT DROP AS
  SELECT * FROM (
    SELECT company_id, campaign_id, id, status, first_value(id) OVER (PARTITION BY company_id, campaign_id, phone_identity
      ORDER BY EXISTS (SELECT FROM leases l WHERE l.company_id = t.company_id AND l.call_task_id = t.id AND l.is_live) DESC,
        status = 'in_progress' DESC, attempt_count DESC, created_at, id) AS kept_id FROM call_tasks t
  ) AS ranked WHERE id <> kept_id;
--> statement-breakpoint
UPDATE calls c SET call_task_id = m.kept_id FROM merged_tasks m WHERE c.company_id = m.company_id AND c.call_task_id = m.id;
--> statement-breakpoint
UPDATE task_events e SET call_task_id = m.kept_id FROM merged_tasks m
  WHERE e.company_id = m.company_id AND e.call_task_id = m.id;
--> statement-breakpoint
-- A merged contact in progress has an attempt that has ended and is not settled, and the remaining one is in progress too.
-- Settling both would count the contact twice.
DELETE FROM leases l USING merged_tasks m WHERE l.company_id = m.company_id AND l.call_task_id = m.id;
--> statement-breakpoint
UPDATE campaigns k SET total_tasks = greatest(0, total_tasks - m.total),
    completed_tasks = greatest(0, completed_tasks - m.completed), failed_tasks = greatest(0, failed_tasks - m.failed)
  FROM (
    SELECT company_id, campaign_id, count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed,
      count(*) FILTER (WHERE status = 'failed') AS failed
    FROM merged_tasks GROUP BY company_id, campaign_id
  ) AS m WHERE k.company_id = m.company_id AND k.id = m.campaign_id;
--> statement-breakpoint
INSERT INTO campaign_events (company_id, campaign_id, at, event, detail, data)
  SELECT company_id, campaign_id, now(), 'edited', count(*) || ' contact(s) were merged with another of the same telephone',
    jsonb_build_object('merged', count(*))
  FROM merged_tasks GROUP BY company_id, campaign_id;
--> statement-breakpoint
DELETE FROM call_tasks t USING merged_tasks m WHERE t.company_id = m.company_id AND t.id = m.id;
--> statement-breakpoint
-- hand-written: of several suppressions of one telephone the one that expires last remains.
DELETE FROM suppressions s USING (
    SELECT company_id, id, row_number() OVER (PARTITION BY company_id, phone_identity
      ORDER BY expires_at DESC NULLS FIRST, created_at, id) AS position FROM suppressions
  ) AS ranked WHERE s.company_id = ranked.company_id AND s.id = ranked.id AND ranked.position > 1;
--> statement-breakpoint
CREATE UNIQUE INDEX "leases_phone_identity_key" ON "leases" USING btree ("company_id","phone_identity") WHERE "leases"."is_live";--> statement-breakpoint
CREATE INDEX "test_calls_phone_identity_idx" ON "test_calls" USING btree ("company_id","phone_identity","placed_at");--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_phone_identity_key" UNIQUE("company_id","phone_identity","campaign_id");--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_phone_identity_key" UNIQUE("company_id","phone_identity");--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_phone_extension_check" CHECK ("call_tasks"."phone_extension" ~ '^[0-9]{1,15}$');--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_further_numbers_check" CHECK (jsonb_typeof("call_tasks"."further_numbers") = 'array');--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_timezone_source_check" CHECK ("call_tasks"."timezone_source" in ('given', 'number', 'country', 'campaign'));--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_unknown_zone_check" CHECK ("campaigns"."unknown_zone" in ('strictest', 'campaign'));
--> statement-breakpoint
-- hand-written: the zones of waiting contacts are determined again, because those of mobile numbers are read differently. The
-- scheduler does it; until then nobody is dialed.
UPDATE call_tasks SET dial_timezone = NULL, timezone_source = NULL
  WHERE status IN ('pending', 'retry') AND timezone_source IN ('number', 'campaign');
--> statement-breakpoint
-- hand-written: cached windows of campaigns without contact hours include the night. The scheduler calculates them again.
DELETE FROM campaign_windows;
