CREATE TABLE "campaign_events" (
	"company_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"seq" bigserial NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"event" text NOT NULL,
	"detail" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "campaign_events_pkey" PRIMARY KEY("company_id","campaign_id","seq"),
	CONSTRAINT "campaign_events_data_check" CHECK (jsonb_typeof("campaign_events"."data") = 'object')
);
--> statement-breakpoint
ALTER TABLE "campaign_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "campaign_pace" (
	"company_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"next_slot_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"look_again_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"last_claim_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"breaker_since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaign_pace_pkey" PRIMARY KEY("company_id","campaign_id")
);
--> statement-breakpoint
ALTER TABLE "campaign_pace" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "campaign_windows" (
	"company_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"dial_timezone" text NOT NULL,
	"opens_at" timestamp (3) with time zone,
	"closes_at" timestamp (3) with time zone,
	"look_again_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "campaign_windows_pkey" PRIMARY KEY("company_id","campaign_id","dial_timezone"),
	CONSTRAINT "campaign_windows_opening_check" CHECK (("campaign_windows"."opens_at" is null) = ("campaign_windows"."closes_at" is null) and "campaign_windows"."opens_at" < "campaign_windows"."closes_at")
);
--> statement-breakpoint
ALTER TABLE "campaign_windows" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "company_pace" (
	"company_id" uuid NOT NULL,
	"next_slot_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "company_pace_pkey" PRIMARY KEY("company_id")
);
--> statement-breakpoint
ALTER TABLE "company_pace" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "leases" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"call_task_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"phone_number" text NOT NULL,
	"worker" text NOT NULL,
	"claimed_at" timestamp (3) with time zone NOT NULL,
	"lease_until" timestamp (3) with time zone NOT NULL,
	"is_live" boolean DEFAULT true NOT NULL,
	"settle_at" timestamp (3) with time zone,
	"is_unsaid" boolean DEFAULT false NOT NULL,
	CONSTRAINT "leases_pkey" PRIMARY KEY("company_id","call_id"),
	CONSTRAINT "leases_settle_at_check" CHECK ("leases"."is_live" = ("leases"."settle_at" is null))
);
--> statement-breakpoint
ALTER TABLE "leases" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "simulated_calls" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"phone_number" text NOT NULL,
	"attempt" integer NOT NULL,
	"dial_requests" integer DEFAULT 1 NOT NULL,
	"dialed_at" timestamp (3) with time zone NOT NULL,
	"plan" jsonb NOT NULL,
	"step" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone,
	"status" text NOT NULL,
	"outcome" text,
	"answered_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "simulated_calls_pkey" PRIMARY KEY("company_id","call_id"),
	CONSTRAINT "simulated_calls_status_check" CHECK ("simulated_calls"."status" in ('dialing', 'ringing', 'active', 'ended')),
	CONSTRAINT "simulated_calls_outcome_check" CHECK ("simulated_calls"."outcome" in ('success', 'fail', 'callback', 'transferred', 'max_duration', 'no_answer', 'busy', 'voicemail', 'declined', 'invalid_number', 'blocked', 'carrier_error', 'no_capacity', 'agent_error', 'suppressed', 'outside_window', 'cancelled', 'lost')),
	CONSTRAINT "simulated_calls_dial_requests_check" CHECK ("simulated_calls"."dial_requests" >= 1),
	CONSTRAINT "simulated_calls_attempt_check" CHECK ("simulated_calls"."attempt" >= 1),
	CONSTRAINT "simulated_calls_plan_check" CHECK (jsonb_typeof("simulated_calls"."plan") = 'object')
);
--> statement-breakpoint
ALTER TABLE "simulated_calls" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "suppressions" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"phone_number" text NOT NULL,
	"reason" text DEFAULT 'other' NOT NULL,
	"source" text DEFAULT 'api' NOT NULL,
	"note" text,
	"call_id" uuid,
	"expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppressions_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "suppressions_phone_number_key" UNIQUE("company_id","phone_number"),
	CONSTRAINT "suppressions_phone_number_check" CHECK ("suppressions"."phone_number" ~ '^\+[1-9][0-9]{6,14}$'),
	CONSTRAINT "suppressions_reason_check" CHECK ("suppressions"."reason" in ('opt_out', 'blocked', 'do_not_call', 'complaint', 'other')),
	CONSTRAINT "suppressions_source_check" CHECK ("suppressions"."source" in ('api', 'import', 'call'))
);
--> statement-breakpoint
ALTER TABLE "suppressions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "task_events" (
	"company_id" uuid NOT NULL,
	"call_task_id" uuid NOT NULL,
	"seq" bigserial NOT NULL,
	"campaign_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"status" text NOT NULL,
	"outcome" text,
	"rule" text NOT NULL,
	"detail" text,
	"call_id" uuid,
	"due_at" timestamp (3) with time zone,
	"next_attempt_at" timestamp (3) with time zone,
	CONSTRAINT "task_events_pkey" PRIMARY KEY("company_id","call_task_id","seq"),
	CONSTRAINT "task_events_status_check" CHECK ("task_events"."status" in ('pending', 'in_progress', 'completed', 'retry', 'failed', 'cancelled', 'skipped')),
	CONSTRAINT "task_events_outcome_check" CHECK ("task_events"."outcome" in ('success', 'fail', 'callback', 'transferred', 'max_duration', 'no_answer', 'busy', 'voicemail', 'declined', 'invalid_number', 'blocked', 'carrier_error', 'no_capacity', 'agent_error', 'suppressed', 'outside_window', 'cancelled', 'lost'))
);
--> statement-breakpoint
ALTER TABLE "task_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "call_tasks" DROP CONSTRAINT "call_tasks_phone_number_key";--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_max_concurrent_calls_check";--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_calls_per_minute_check";--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "dial_timezone" text;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "timezone_source" text;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "outcome_counts" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "dial_priority" integer GENERATED ALWAYS AS (case when "call_tasks"."outcome" = 'callback' then 2000 else "call_tasks"."priority" end) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD COLUMN "due_at" timestamp (3) with time zone GENERATED ALWAYS AS (coalesce("call_tasks"."next_attempt_at", "call_tasks"."created_at")) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "days_of_week" smallint[];--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "blackout_dates" date[] DEFAULT '{}'::date[] NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "contact_daily_start_time" time(0);--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "contact_daily_end_time" time(0);--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "retry_policy" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "weight" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "caller_number" text;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "ring_timeout_sec" integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "max_call_duration_sec" integer DEFAULT 600 NOT NULL;--> statement-breakpoint
ALTER TABLE "campaign_events" ADD CONSTRAINT "campaign_events_campaign_fkey" FOREIGN KEY ("company_id","campaign_id") REFERENCES "public"."campaigns"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_pace" ADD CONSTRAINT "campaign_pace_campaign_fkey" FOREIGN KEY ("company_id","campaign_id") REFERENCES "public"."campaigns"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_windows" ADD CONSTRAINT "campaign_windows_campaign_fkey" FOREIGN KEY ("company_id","campaign_id") REFERENCES "public"."campaigns"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "company_pace" ADD CONSTRAINT "company_pace_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leases" ADD CONSTRAINT "leases_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "simulated_calls" ADD CONSTRAINT "simulated_calls_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_events" ADD CONSTRAINT "task_events_call_task_fkey" FOREIGN KEY ("company_id","call_task_id") REFERENCES "public"."call_tasks"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "campaign_pace_look_again_at_idx" ON "campaign_pace" USING btree ("look_again_at");--> statement-breakpoint
CREATE INDEX "campaign_windows_look_again_at_idx" ON "campaign_windows" USING btree ("look_again_at");--> statement-breakpoint
CREATE UNIQUE INDEX "leases_phone_number_key" ON "leases" USING btree ("company_id","phone_number") WHERE "leases"."is_live";--> statement-breakpoint
CREATE INDEX "leases_campaign_idx" ON "leases" USING btree ("company_id","campaign_id") WHERE "leases"."is_live";--> statement-breakpoint
CREATE INDEX "leases_lease_until_idx" ON "leases" USING btree ("lease_until") WHERE "leases"."is_live";--> statement-breakpoint
CREATE INDEX "leases_settle_at_idx" ON "leases" USING btree ("settle_at") WHERE not "leases"."is_live";--> statement-breakpoint
CREATE INDEX "simulated_calls_next_at_idx" ON "simulated_calls" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "suppressions_reason_idx" ON "suppressions" USING btree ("company_id","reason","id");--> statement-breakpoint
CREATE INDEX "task_events_campaign_idx" ON "task_events" USING btree ("company_id","campaign_id","at");--> statement-breakpoint
CREATE INDEX "call_tasks_queue_idx" ON "call_tasks" USING btree ("company_id","campaign_id","dial_timezone","dial_priority" DESC NULLS FIRST,"due_at","id") WHERE "call_tasks"."status" in ('pending', 'retry');--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_phone_number_key" UNIQUE("company_id","phone_number","campaign_id");--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_timezone_source_check" CHECK ("call_tasks"."timezone_source" in ('given', 'number', 'campaign'));--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_outcome_counts_check" CHECK (jsonb_typeof("call_tasks"."outcome_counts") = 'object');--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_contact_daily_times_check" CHECK (("campaigns"."contact_daily_start_time" is null) = ("campaigns"."contact_daily_end_time" is null) and ("campaigns"."contact_daily_start_time" is null or "campaigns"."contact_daily_start_time" <> "campaigns"."contact_daily_end_time") and "campaigns"."contact_daily_start_time" is distinct from '24:00');--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_days_of_week_check" CHECK (cardinality("campaigns"."days_of_week") > 0 and "campaigns"."days_of_week" <@ '{1,2,3,4,5,6,7}'::smallint[]);--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_blackout_dates_check" CHECK (array_position("campaigns"."blackout_dates", null) is null);--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_retry_policy_check" CHECK (jsonb_typeof("campaigns"."retry_policy") = 'object');--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_weight_check" CHECK ("campaigns"."weight" between 1 and 100);--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_caller_number_check" CHECK (length("campaigns"."caller_number") between 1 and 64);--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_ring_timeout_sec_check" CHECK ("campaigns"."ring_timeout_sec" between 5 and 120);--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_max_call_duration_sec_check" CHECK ("campaigns"."max_call_duration_sec" between 10 and 86400);--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_max_concurrent_calls_check" CHECK ("campaigns"."max_concurrent_calls" between 1 and 1000000);--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_calls_per_minute_check" CHECK ("campaigns"."calls_per_minute" between 1 and 60000000);--> statement-breakpoint
CREATE POLICY "of_company" ON "campaign_events" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("campaign_events"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("campaign_events"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "campaign_pace" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("campaign_pace"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("campaign_pace"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "campaign_windows" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("campaign_windows"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("campaign_windows"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "company_pace" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("company_pace"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("company_pace"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "leases" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("leases"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("leases"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "simulated_calls" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("simulated_calls"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("simulated_calls"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "suppressions" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("suppressions"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("suppressions"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "task_events" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("task_events"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("task_events"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- hand-written: triggers, grants, storage, comments. Generating again keeps what stands below this line.
-- A zone that hand-written SQL changes is worked out anew, and until then nobody dials.
CREATE FUNCTION forget_dial_timezone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.dial_timezone IS NOT DISTINCT FROM NEW.dial_timezone THEN
    NEW.dial_timezone := NULL;
    NEW.timezone_source := NULL;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER forget_dial_timezone BEFORE UPDATE OF timezone ON call_tasks FOR EACH ROW
  WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone)
  EXECUTE FUNCTION forget_dial_timezone();
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON campaign_pace TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT ON company_pace, simulated_calls TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, UPDATE ON leases TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_windows, suppressions TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT ON task_events, campaign_events TO new_voice_tenant;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE task_events_seq_seq, campaign_events_seq_seq TO new_voice_tenant;
--> statement-breakpoint
-- A row is written with every claim, and stays in its page.
ALTER TABLE campaign_pace SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
ALTER TABLE company_pace SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
ALTER TABLE leases SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
COMMENT ON COLUMN campaigns.days_of_week IS '1 (Monday) to 7: days on which windows begin; null: all.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.blackout_dates IS 'Dates on which nobody is called.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.contact_daily_start_time IS 'Wall-clock time in the zone of the contact, HH:MM; null: 08:00 to 21:00 where there are daily times.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.contact_daily_end_time IS 'Wall-clock time in the zone of the contact, half-open, to 24:00.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.retry_policy IS 'JSON object by outcome: max attempts after it, delays_minutes; what is not named is as usual.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.weight IS 'Its share beside other campaigns of the company.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.caller_number IS 'The number that is shown.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.ring_timeout_sec IS 'Seconds it may ring.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_call_duration_sec IS 'Seconds a conversation may last.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.dial_timezone IS 'Zones whose windows must all be open, joined by commas; empty: the campaigns alone; null: not worked out yet, and not dialed.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.timezone_source IS 'Where dial_timezone comes from.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.outcome_counts IS 'JSON object: attempts by outcome since the task was last taken up; what retries are judged by.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.dial_priority IS 'priority, or above all of them for a callback.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.due_at IS 'next_attempt_at, or when it was added.';
--> statement-breakpoint
COMMENT ON TABLE campaign_pace IS 'When a campaign may claim its next attempt. Whoever claims for it, or halts it, holds its row.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_pace.next_slot_at IS 'Theoretical arrival time of its next attempt (GCRA).';
--> statement-breakpoint
COMMENT ON COLUMN campaign_pace.look_again_at IS 'Before then there is nothing to claim.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_pace.breaker_since IS 'Attempts before then do not count for the breaker.';
--> statement-breakpoint
COMMENT ON TABLE company_pace IS 'The same for a company that has limits of its own.';
--> statement-breakpoint
COMMENT ON COLUMN company_pace.next_slot_at IS 'Theoretical arrival time of its next attempt (GCRA).';
--> statement-breakpoint
COMMENT ON TABLE campaign_windows IS 'The present or next opening of a campaign for contacts of a zone; what has no row is closed.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.dial_timezone IS 'As call_tasks.dial_timezone: IANA zones joined by commas; empty: the campaigns alone.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.opens_at IS 'Null: no opening was found.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.closes_at IS 'Not included.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.look_again_at IS 'When the opening is to be worked out again.';
--> statement-breakpoint
COMMENT ON TABLE leases IS 'An attempt that is under way, or has ended and is not settled yet.';
--> statement-breakpoint
COMMENT ON COLUMN leases.worker IS 'Who watches it, or did last.';
--> statement-breakpoint
COMMENT ON COLUMN leases.lease_until IS 'From then on the carrier is asked what became of it.';
--> statement-breakpoint
COMMENT ON COLUMN leases.settle_at IS 'When its task may be settled; null while it is live.';
--> statement-breakpoint
COMMENT ON COLUMN leases.is_unsaid IS 'The carrier ended a conversation, and its agent has said nothing of it.';
--> statement-breakpoint
COMMENT ON TABLE task_events IS 'What was decided of a contact, when, and by which rule.';
--> statement-breakpoint
COMMENT ON COLUMN task_events.rule IS 'Name of the rule.';
--> statement-breakpoint
COMMENT ON COLUMN task_events.due_at IS 'When the next attempt was due, before it was moved into a window.';
--> statement-breakpoint
COMMENT ON TABLE campaign_events IS 'What happened to a campaign, for the people who run it.';
--> statement-breakpoint
COMMENT ON TABLE suppressions IS 'A number that a company does not call.';
--> statement-breakpoint
COMMENT ON COLUMN suppressions.phone_number IS 'E.164, once in a company.';
--> statement-breakpoint
COMMENT ON COLUMN suppressions.expires_at IS 'From then on it may be called again; null: never.';
--> statement-breakpoint
COMMENT ON TABLE simulated_calls IS 'The simulated carriers own book: what it was asked to dial, and how far each call is.';
--> statement-breakpoint
COMMENT ON COLUMN simulated_calls.dial_requests IS 'How often it was asked to dial this call; it rang once.';
--> statement-breakpoint
COMMENT ON COLUMN simulated_calls.next_at IS 'When something happens next; null: nothing will.';
