CREATE TABLE "call_tasks" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"campaign_id" uuid NOT NULL,
	"phone_number" text NOT NULL,
	"contact_name" text,
	"contact_data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"timezone" text,
	"status" text DEFAULT 'pending' NOT NULL,
	"attempt_count" integer DEFAULT 0 NOT NULL,
	"last_attempt_at" timestamp (3) with time zone,
	"next_attempt_at" timestamp (3) with time zone,
	"call_id" uuid,
	"outcome" text,
	"error_message" text,
	"priority" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "call_tasks_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "call_tasks_phone_number_key" UNIQUE("company_id","campaign_id","phone_number"),
	CONSTRAINT "call_tasks_phone_number_check" CHECK ("call_tasks"."phone_number" ~ '^\+[1-9][0-9]{6,14}$'),
	CONSTRAINT "call_tasks_contact_data_check" CHECK (jsonb_typeof("call_tasks"."contact_data") = 'object'),
	CONSTRAINT "call_tasks_timezone_check" CHECK ("call_tasks"."timezone" <> ''),
	CONSTRAINT "call_tasks_status_check" CHECK ("call_tasks"."status" in ('pending', 'in_progress', 'completed', 'retry', 'failed', 'cancelled', 'skipped')),
	CONSTRAINT "call_tasks_outcome_check" CHECK ("call_tasks"."outcome" in ('success', 'fail', 'callback', 'transferred', 'max_duration', 'no_answer', 'busy', 'voicemail', 'declined', 'invalid_number', 'blocked', 'carrier_error', 'no_capacity', 'agent_error', 'suppressed', 'outside_window', 'cancelled', 'lost')),
	CONSTRAINT "call_tasks_attempt_count_check" CHECK ("call_tasks"."attempt_count" >= 0),
	CONSTRAINT "call_tasks_priority_check" CHECK ("call_tasks"."priority" between -1000 and 1000)
);
--> statement-breakpoint
ALTER TABLE "call_tasks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "calls" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"skillbase_id" uuid,
	"skillbase_version" integer,
	"campaign_id" uuid,
	"call_task_id" uuid,
	"external_call_id" text,
	"livekit_room_id" text,
	"direction" text NOT NULL,
	"caller_number" text,
	"callee_number" text,
	"status" text DEFAULT 'queued' NOT NULL,
	"outcome" text,
	"outcome_data" jsonb,
	"collected_data" jsonb,
	"ended_reason" text,
	"duration_sec" double precision,
	"turn_count" integer DEFAULT 0 NOT NULL,
	"states_visited" text[] DEFAULT '{}'::text[] NOT NULL,
	"language" text,
	"rating" smallint,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calls_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "calls_external_call_id_key" UNIQUE("company_id","external_call_id"),
	CONSTRAINT "calls_direction_check" CHECK ("calls"."direction" in ('inbound', 'outbound')),
	CONSTRAINT "calls_status_check" CHECK ("calls"."status" in ('queued', 'dialing', 'ringing', 'active', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "calls_outcome_check" CHECK ("calls"."outcome" in ('success', 'fail', 'callback', 'transferred', 'max_duration', 'no_answer', 'busy', 'voicemail', 'declined', 'invalid_number', 'blocked', 'carrier_error', 'no_capacity', 'agent_error', 'suppressed', 'outside_window', 'cancelled', 'lost')),
	CONSTRAINT "calls_ended_at_check" CHECK ("calls"."ended_at" is null or ("calls"."status" in ('completed', 'failed', 'cancelled') and "calls"."ended_at" >= "calls"."started_at")),
	CONSTRAINT "calls_duration_sec_check" CHECK ("calls"."duration_sec" >= 0 and "calls"."duration_sec" < 'Infinity'),
	CONSTRAINT "calls_turn_count_check" CHECK ("calls"."turn_count" >= 0),
	CONSTRAINT "calls_rating_check" CHECK ("calls"."rating" between 1 and 5),
	CONSTRAINT "calls_outcome_data_check" CHECK (jsonb_typeof("calls"."outcome_data") = 'object'),
	CONSTRAINT "calls_collected_data_check" CHECK (jsonb_typeof("calls"."collected_data") = 'object'),
	CONSTRAINT "calls_numbers_check" CHECK (length("calls"."caller_number") between 1 and 64 and length("calls"."callee_number") between 1 and 64)
);
--> statement-breakpoint
ALTER TABLE "calls" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "campaigns" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"skillbase_id" uuid NOT NULL,
	"skillbase_version" integer,
	"name" text NOT NULL,
	"description" text,
	"status" text DEFAULT 'draft' NOT NULL,
	"status_reason" text,
	"start_time" timestamp (3) with time zone,
	"end_time" timestamp (3) with time zone,
	"daily_start_time" time(0),
	"daily_end_time" time(0),
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"max_concurrent_calls" integer DEFAULT 5 NOT NULL,
	"calls_per_minute" integer DEFAULT 10 NOT NULL,
	"max_retries" integer DEFAULT 3 NOT NULL,
	"retry_delay_minutes" integer DEFAULT 30 NOT NULL,
	"total_tasks" integer DEFAULT 0 NOT NULL,
	"completed_tasks" integer DEFAULT 0 NOT NULL,
	"failed_tasks" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaigns_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "campaigns_status_check" CHECK ("campaigns"."status" in ('draft', 'scheduled', 'running', 'paused', 'completed', 'stopped')),
	CONSTRAINT "campaigns_times_check" CHECK ("campaigns"."end_time" > "campaigns"."start_time"),
	CONSTRAINT "campaigns_daily_times_check" CHECK (("campaigns"."daily_start_time" is null) = ("campaigns"."daily_end_time" is null) and ("campaigns"."daily_start_time" is null or "campaigns"."daily_start_time" <> "campaigns"."daily_end_time") and "campaigns"."daily_start_time" is distinct from '24:00'),
	CONSTRAINT "campaigns_timezone_check" CHECK ("campaigns"."timezone" <> ''),
	CONSTRAINT "campaigns_max_concurrent_calls_check" CHECK ("campaigns"."max_concurrent_calls" between 1 and 10000),
	CONSTRAINT "campaigns_calls_per_minute_check" CHECK ("campaigns"."calls_per_minute" between 1 and 60000),
	CONSTRAINT "campaigns_max_retries_check" CHECK ("campaigns"."max_retries" between 0 and 100),
	CONSTRAINT "campaigns_retry_delay_minutes_check" CHECK ("campaigns"."retry_delay_minutes" between 0 and 43200),
	CONSTRAINT "campaigns_counters_check" CHECK ("campaigns"."total_tasks" >= 0 and "campaigns"."completed_tasks" >= 0 and "campaigns"."failed_tasks" >= 0),
	CONSTRAINT "campaigns_ended_at_check" CHECK ("campaigns"."ended_at" is null or "campaigns"."status" in ('completed', 'stopped'))
);
--> statement-breakpoint
ALTER TABLE "campaigns" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "api_keys" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "api_keys_key_hash_key" UNIQUE("company_id","key_hash"),
	CONSTRAINT "api_keys_key_hash_check" CHECK ("api_keys"."key_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("api_keys"."scopes") > 0 and "api_keys"."scopes" <@ array['read', 'write', 'ingest', 'admin'])
);
--> statement-breakpoint
ALTER TABLE "api_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "companies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"email" text,
	"phone" text,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"limits" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "companies_slug_key" UNIQUE("slug"),
	CONSTRAINT "companies_slug_check" CHECK ("companies"."slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
	CONSTRAINT "companies_settings_check" CHECK (jsonb_typeof("companies"."settings") = 'object'),
	CONSTRAINT "companies_limits_check" CHECK (jsonb_typeof("companies"."limits") = 'object')
);
--> statement-breakpoint
ALTER TABLE "companies" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"company_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"body" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("company_id","key"),
	CONSTRAINT "idempotency_keys_key_check" CHECK (length("idempotency_keys"."key") between 1 and 255),
	CONSTRAINT "idempotency_keys_status_check" CHECK ("idempotency_keys"."status" between 200 and 299)
);
--> statement-breakpoint
ALTER TABLE "idempotency_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "skillbase_versions" (
	"company_id" uuid NOT NULL,
	"skillbase_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"config" jsonb NOT NULL,
	"config_hash" text,
	"restored_from" integer,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "skillbase_versions_pkey" PRIMARY KEY("company_id","skillbase_id","version"),
	CONSTRAINT "skillbase_versions_version_check" CHECK ("skillbase_versions"."version" >= 1),
	CONSTRAINT "skillbase_versions_config_check" CHECK (jsonb_typeof("skillbase_versions"."config") = 'object'),
	CONSTRAINT "skillbase_versions_restored_from_check" CHECK ("skillbase_versions"."restored_from" >= 1 and "skillbase_versions"."restored_from" < "skillbase_versions"."version")
);
--> statement-breakpoint
ALTER TABLE "skillbase_versions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "skillbases" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"description" text,
	"version" integer DEFAULT 1 NOT NULL,
	"config" jsonb NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"is_published" boolean DEFAULT false NOT NULL,
	"published_version" integer,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "skillbases_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "skillbases_slug_key" UNIQUE("company_id","slug"),
	CONSTRAINT "skillbases_slug_check" CHECK ("skillbases"."slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
	CONSTRAINT "skillbases_version_check" CHECK ("skillbases"."version" >= 1),
	CONSTRAINT "skillbases_config_check" CHECK (jsonb_typeof("skillbases"."config") = 'object'),
	CONSTRAINT "skillbases_published_version_check" CHECK ("skillbases"."published_version" between 1 and "skillbases"."version"),
	CONSTRAINT "skillbases_is_published_check" CHECK ("skillbases"."is_published" or "skillbases"."published_version" is null)
);
--> statement-breakpoint
ALTER TABLE "skillbases" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_campaign_fkey" FOREIGN KEY ("company_id","campaign_id") REFERENCES "public"."campaigns"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_tasks" ADD CONSTRAINT "call_tasks_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_skillbase_fkey" FOREIGN KEY ("company_id","skillbase_id") REFERENCES "public"."skillbases"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_skillbase_version_fkey" FOREIGN KEY ("company_id","skillbase_id","skillbase_version") REFERENCES "public"."skillbase_versions"("company_id","skillbase_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_campaign_fkey" FOREIGN KEY ("company_id","campaign_id") REFERENCES "public"."campaigns"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_call_task_fkey" FOREIGN KEY ("company_id","call_task_id") REFERENCES "public"."call_tasks"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_skillbase_fkey" FOREIGN KEY ("company_id","skillbase_id") REFERENCES "public"."skillbases"("company_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_skillbase_version_fkey" FOREIGN KEY ("company_id","skillbase_id","skillbase_version") REFERENCES "public"."skillbase_versions"("company_id","skillbase_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "skillbase_versions" ADD CONSTRAINT "skillbase_versions_skillbase_fkey" FOREIGN KEY ("company_id","skillbase_id") REFERENCES "public"."skillbases"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "skillbases" ADD CONSTRAINT "skillbases_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "call_tasks_campaign_idx" ON "call_tasks" USING btree ("company_id","campaign_id","id");--> statement-breakpoint
CREATE INDEX "call_tasks_status_idx" ON "call_tasks" USING btree ("company_id","campaign_id","status","id");--> statement-breakpoint
CREATE INDEX "call_tasks_call_idx" ON "call_tasks" USING btree ("company_id","call_id") WHERE "call_tasks"."call_id" is not null;--> statement-breakpoint
CREATE INDEX "calls_started_at_idx" ON "calls" USING btree ("company_id","started_at","id");--> statement-breakpoint
CREATE INDEX "calls_campaign_idx" ON "calls" USING btree ("company_id","campaign_id","started_at","id");--> statement-breakpoint
CREATE INDEX "calls_skillbase_idx" ON "calls" USING btree ("company_id","skillbase_id","started_at","id");--> statement-breakpoint
CREATE INDEX "calls_outcome_idx" ON "calls" USING btree ("company_id","outcome","started_at","id");--> statement-breakpoint
CREATE INDEX "calls_status_idx" ON "calls" USING btree ("company_id","status","started_at","id");--> statement-breakpoint
CREATE INDEX "calls_call_task_idx" ON "calls" USING btree ("company_id","call_task_id") WHERE "calls"."call_task_id" is not null;--> statement-breakpoint
CREATE INDEX "calls_id_idx" ON "calls" USING btree ("id");--> statement-breakpoint
CREATE INDEX "campaigns_status_idx" ON "campaigns" USING btree ("company_id","status","id");--> statement-breakpoint
CREATE INDEX "campaigns_skillbase_idx" ON "campaigns" USING btree ("company_id","skillbase_id","id");--> statement-breakpoint
CREATE INDEX "campaigns_id_idx" ON "campaigns" USING btree ("id");--> statement-breakpoint
CREATE INDEX "api_keys_key_hash_idx" ON "api_keys" USING btree ("key_hash");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE POLICY "of_company" ON "call_tasks" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("call_tasks"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("call_tasks"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "calls" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("calls"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("calls"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "campaigns" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("campaigns"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("campaigns"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "api_keys" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("api_keys"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("api_keys"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "companies" AS PERMISSIVE FOR SELECT TO "new_voice_tenant" USING ("companies"."id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "idempotency_keys" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("idempotency_keys"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("idempotency_keys"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "skillbase_versions" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("skillbase_versions"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("skillbase_versions"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "skillbases" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("skillbases"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("skillbases"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- hand-written: triggers, grants, storage, comments. Generating again keeps what stands below this line.
-- Checked at the end: a company goes with all it has, whichever of its tables goes first.
ALTER TABLE call_tasks ALTER CONSTRAINT call_tasks_call_fkey DEFERRABLE INITIALLY DEFERRED;
--> statement-breakpoint
CREATE TRIGGER fill_company BEFORE INSERT ON call_tasks FOR EACH ROW WHEN (NEW.company_id IS NULL) EXECUTE FUNCTION fill_company_from_campaign();
--> statement-breakpoint
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE OF config, version ON skillbases FOR EACH ROW EXECUTE FUNCTION keep_skillbase_version();
--> statement-breakpoint
GRANT SELECT ON companies TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys, idempotency_keys, skillbases, campaigns, call_tasks, calls TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT ON skillbase_versions TO new_voice_tenant;
--> statement-breakpoint
ALTER TABLE call_tasks SET (fillfactor = 90);
--> statement-breakpoint
ALTER TABLE calls SET (fillfactor = 90);
--> statement-breakpoint
COMMENT ON TABLE companies IS 'A tenant. Everything belongs to exactly one.';
--> statement-breakpoint
COMMENT ON COLUMN companies.slug IS 'The name in addresses: lower-case words joined by hyphens, unique on the platform.';
--> statement-breakpoint
COMMENT ON COLUMN companies.settings IS 'JSON object, free for the company.';
--> statement-breakpoint
COMMENT ON COLUMN companies.limits IS 'JSON object: max_concurrent_calls, calls_per_minute, requests_per_minute; what is not named is not limited.';
--> statement-breakpoint
COMMENT ON COLUMN companies.is_active IS 'While false, its keys are refused.';
--> statement-breakpoint
COMMENT ON TABLE api_keys IS 'A key of a company. The key itself is stored nowhere.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.prefix IS 'The beginning of the key, to tell it by.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.key_hash IS 'SHA-256 of the key, hex.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.scopes IS 'Any of read, write, ingest, admin.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.expires_at IS 'From then on the key is refused; null: never.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.last_used_at IS 'Noted at most once a minute.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.revoked_at IS 'From then on the key is refused.';
--> statement-breakpoint
COMMENT ON TABLE idempotency_keys IS 'Answers given to requests with an Idempotency-Key, kept for 24 hours.';
--> statement-breakpoint
COMMENT ON COLUMN idempotency_keys.company_id IS 'The nil uuid for requests of the platform.';
--> statement-breakpoint
COMMENT ON COLUMN idempotency_keys.request_hash IS 'SHA-256 of method, address and body.';
--> statement-breakpoint
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status of the answer; null while the request runs.';
--> statement-breakpoint
COMMENT ON COLUMN idempotency_keys.body IS 'The answer; null where it held a secret.';
--> statement-breakpoint
COMMENT ON TABLE skillbases IS 'A voice bot.';
--> statement-breakpoint
COMMENT ON COLUMN skillbases.slug IS 'Unique in the company.';
--> statement-breakpoint
COMMENT ON COLUMN skillbases.version IS 'Number of the newest config; grows by one with each changed config.';
--> statement-breakpoint
COMMENT ON COLUMN skillbases.config IS 'JSON object: context, flow, agent, tools, voice, llm. The newest version.';
--> statement-breakpoint
COMMENT ON COLUMN skillbases.published_version IS 'The version that campaigns and calls run; null: none.';
--> statement-breakpoint
COMMENT ON TABLE skillbase_versions IS 'Every config a skillbase ever had. Rows are never changed.';
--> statement-breakpoint
COMMENT ON COLUMN skillbase_versions.config_hash IS 'SHA-256 of the canonical config, hex; null for rows of hand-written SQL.';
--> statement-breakpoint
COMMENT ON COLUMN skillbase_versions.restored_from IS 'The version whose config this one took up again.';
--> statement-breakpoint
COMMENT ON TABLE campaigns IS 'Whom to call, with which skillbase, when, how fast, how often again.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.skillbase_version IS 'The version it runs; null: pinned when it starts.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.status_reason IS 'Why it is in this state, where somebody should know.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.start_time IS 'No attempt before; null: at once.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.end_time IS 'No attempt from then on (half-open); null: open.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.daily_start_time IS 'Wall-clock time in timezone, HH:MM; null: all day.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.daily_end_time IS 'Wall-clock time in timezone, half-open, to 24:00; before daily_start_time: crosses midnight.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.timezone IS 'IANA zone.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_concurrent_calls IS 'Live calls at most.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.calls_per_minute IS 'Attempts started in any 60 s at most.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_retries IS 'Attempts after the first at most.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.retry_delay_minutes IS 'Minutes from an attempt to the next.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.total_tasks IS 'Tasks there are.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.completed_tasks IS 'Tasks in state completed.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.failed_tasks IS 'Tasks in state failed.';
--> statement-breakpoint
COMMENT ON TABLE call_tasks IS 'One contact of one campaign: the queue.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.phone_number IS 'E.164.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.contact_data IS 'JSON object: what is known of the contact, for the prompt.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.timezone IS 'IANA zone of the contact; null: by number, else the campaigns.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.attempt_count IS 'Attempts that counted.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.next_attempt_at IS 'Not before then; null: as soon as it may.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.call_id IS 'The latest attempt.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.outcome IS 'Of the latest attempt.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.priority IS 'Higher is dialed sooner; 0 is usual.';
--> statement-breakpoint
COMMENT ON TABLE calls IS 'One attempt to reach somebody, or one inbound call.';
--> statement-breakpoint
COMMENT ON COLUMN calls.skillbase_version IS 'The version it runs or ran.';
--> statement-breakpoint
COMMENT ON COLUMN calls.external_call_id IS 'Id in the system that made the call; unique in the company.';
--> statement-breakpoint
COMMENT ON COLUMN calls.caller_number IS 'E.164 where it is a number; may be a word like anonymous.';
--> statement-breakpoint
COMMENT ON COLUMN calls.callee_number IS 'E.164 where it is a number.';
--> statement-breakpoint
COMMENT ON COLUMN calls.outcome_data IS 'JSON object.';
--> statement-breakpoint
COMMENT ON COLUMN calls.collected_data IS 'JSON object: what the conversation collected.';
--> statement-breakpoint
COMMENT ON COLUMN calls.duration_sec IS 'Seconds from start to end.';
--> statement-breakpoint
COMMENT ON COLUMN calls.turn_count IS 'Turns in call_logs when it was last derived.';
--> statement-breakpoint
COMMENT ON COLUMN calls.states_visited IS 'States of the flow, each once, in the order of their first turn.';
--> statement-breakpoint
COMMENT ON COLUMN calls.language IS 'BCP 47.';
--> statement-breakpoint
COMMENT ON COLUMN calls.rating IS '1 to 5.';
--> statement-breakpoint
COMMENT ON COLUMN calls.started_at IS 'When the attempt began.';
--> statement-breakpoint
COMMENT ON COLUMN calls.ended_at IS 'Only in a final state.';
