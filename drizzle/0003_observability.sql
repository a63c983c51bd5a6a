CREATE TABLE "call_facts" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"series_id" integer NOT NULL,
	"total_series_id" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"status" text NOT NULL,
	"duration_sec" double precision,
	"turns" integer NOT NULL,
	"is_without_turns" boolean NOT NULL,
	"bot_turns" integer,
	"interruption_count" integer,
	"stt_duration_sec" double precision,
	"llm_input_tokens" bigint,
	"llm_cached_input_tokens" bigint,
	"llm_output_tokens" bigint,
	"tts_characters" bigint,
	"livekit_duration_sec" double precision,
	"cost_stt" numeric,
	"cost_llm" numeric,
	"cost_tts" numeric,
	"cost_livekit" numeric,
	"cost_total" numeric,
	"ttfb_stt_n" integer NOT NULL,
	"latency_llm_n" integer NOT NULL,
	"ttfb_tts_n" integer NOT NULL,
	"eou_latency_n" integer NOT NULL,
	"ttfb_stt_sum" numeric,
	"latency_llm_sum" numeric,
	"ttfb_tts_sum" numeric,
	"eou_latency_sum" numeric,
	"ttfb_stt_min" double precision,
	"latency_llm_min" double precision,
	"ttfb_tts_min" double precision,
	"eou_latency_min" double precision,
	"ttfb_stt_max" double precision,
	"latency_llm_max" double precision,
	"ttfb_tts_max" double precision,
	"eou_latency_max" double precision,
	"ttfb_stt_buckets" smallint[],
	"latency_llm_buckets" smallint[],
	"ttfb_tts_buckets" smallint[],
	"eou_latency_buckets" smallint[],
	CONSTRAINT "call_facts_pkey" PRIMARY KEY("company_id","call_id")
);
--> statement-breakpoint
ALTER TABLE "call_facts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "fact_changes" (
	"company_id" uuid NOT NULL,
	"seq" bigserial NOT NULL,
	"call_id" uuid NOT NULL,
	CONSTRAINT "fact_changes_pkey" PRIMARY KEY("company_id","seq")
);
--> statement-breakpoint
ALTER TABLE "fact_changes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "metric_rollups" (
	"company_id" uuid NOT NULL,
	"grain" text NOT NULL,
	"series_id" integer NOT NULL,
	"bucket" timestamp (3) with time zone NOT NULL,
	"calls" bigint DEFAULT 0 NOT NULL,
	"completed" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"cancelled" bigint DEFAULT 0 NOT NULL,
	"duration_n" bigint DEFAULT 0 NOT NULL,
	"duration_sum" numeric DEFAULT '0' NOT NULL,
	"duration_min" double precision,
	"duration_max" double precision,
	"turns" bigint DEFAULT 0 NOT NULL,
	"calls_without_turns" bigint DEFAULT 0 NOT NULL,
	"unpriced_calls" bigint DEFAULT 0 NOT NULL,
	"unmeasured_calls" bigint DEFAULT 0 NOT NULL,
	"interruption_n" bigint DEFAULT 0 NOT NULL,
	"interruption_count" bigint DEFAULT 0 NOT NULL,
	"interrupted_turns" bigint DEFAULT 0 NOT NULL,
	"interruptible_turns" bigint DEFAULT 0 NOT NULL,
	"stt_duration_n" bigint DEFAULT 0 NOT NULL,
	"stt_duration_sec" numeric DEFAULT '0' NOT NULL,
	"llm_input_n" bigint DEFAULT 0 NOT NULL,
	"llm_input_tokens" bigint DEFAULT 0 NOT NULL,
	"llm_cached_input_n" bigint DEFAULT 0 NOT NULL,
	"llm_cached_input_tokens" bigint DEFAULT 0 NOT NULL,
	"llm_output_n" bigint DEFAULT 0 NOT NULL,
	"llm_output_tokens" bigint DEFAULT 0 NOT NULL,
	"tts_n" bigint DEFAULT 0 NOT NULL,
	"tts_characters" bigint DEFAULT 0 NOT NULL,
	"livekit_duration_n" bigint DEFAULT 0 NOT NULL,
	"livekit_duration_sec" numeric DEFAULT '0' NOT NULL,
	"cost_stt_n" bigint DEFAULT 0 NOT NULL,
	"cost_stt" numeric DEFAULT '0' NOT NULL,
	"cost_llm_n" bigint DEFAULT 0 NOT NULL,
	"cost_llm" numeric DEFAULT '0' NOT NULL,
	"cost_tts_n" bigint DEFAULT 0 NOT NULL,
	"cost_tts" numeric DEFAULT '0' NOT NULL,
	"cost_livekit_n" bigint DEFAULT 0 NOT NULL,
	"cost_livekit" numeric DEFAULT '0' NOT NULL,
	"cost_total_n" bigint DEFAULT 0 NOT NULL,
	"cost_total" numeric DEFAULT '0' NOT NULL,
	"timed_cost" numeric DEFAULT '0' NOT NULL,
	"timed_cost_sec" numeric DEFAULT '0' NOT NULL,
	"ttfb_stt_n" bigint DEFAULT 0 NOT NULL,
	"latency_llm_n" bigint DEFAULT 0 NOT NULL,
	"ttfb_tts_n" bigint DEFAULT 0 NOT NULL,
	"eou_latency_n" bigint DEFAULT 0 NOT NULL,
	"ttfb_stt_sum" numeric DEFAULT '0' NOT NULL,
	"latency_llm_sum" numeric DEFAULT '0' NOT NULL,
	"ttfb_tts_sum" numeric DEFAULT '0' NOT NULL,
	"eou_latency_sum" numeric DEFAULT '0' NOT NULL,
	"ttfb_stt_min" double precision,
	"latency_llm_min" double precision,
	"ttfb_tts_min" double precision,
	"eou_latency_min" double precision,
	"ttfb_stt_max" double precision,
	"latency_llm_max" double precision,
	"ttfb_tts_max" double precision,
	"eou_latency_max" double precision,
	"ttfb_stt_histogram" numeric DEFAULT '0' NOT NULL,
	"latency_llm_histogram" numeric DEFAULT '0' NOT NULL,
	"ttfb_tts_histogram" numeric DEFAULT '0' NOT NULL,
	"eou_latency_histogram" numeric DEFAULT '0' NOT NULL,
	CONSTRAINT "metric_rollups_pkey" PRIMARY KEY("company_id","series_id","grain","bucket"),
	CONSTRAINT "metric_rollups_grain_check" CHECK ("metric_rollups"."grain" in ('hour', 'day'))
);
--> statement-breakpoint
ALTER TABLE "metric_rollups" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "metric_series" (
	"company_id" uuid NOT NULL,
	"id" integer NOT NULL,
	"is_total" boolean NOT NULL,
	"campaign_id" uuid,
	"skillbase_id" uuid,
	"skillbase_version" integer,
	"direction" text NOT NULL,
	"outcome" text,
	"first_bucket" timestamp (3) with time zone NOT NULL,
	"last_bucket" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "metric_series_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "metric_series_labels_key" UNIQUE NULLS NOT DISTINCT("company_id","is_total","campaign_id","skillbase_id","skillbase_version","direction","outcome"),
	CONSTRAINT "metric_series_total_check" CHECK (not "metric_series"."is_total" or num_nonnulls("metric_series"."campaign_id", "metric_series"."skillbase_id", "metric_series"."skillbase_version") = 0)
);
--> statement-breakpoint
ALTER TABLE "metric_series" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prices" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"component" text NOT NULL,
	"provider" text NOT NULL,
	"model" text DEFAULT '' NOT NULL,
	"unit" text NOT NULL,
	"price" numeric(18, 9) NOT NULL,
	"minimum" numeric(18, 6) DEFAULT '0' NOT NULL,
	"increment" numeric(18, 6) DEFAULT '0' NOT NULL,
	"effective_from" timestamp (3) with time zone NOT NULL,
	"effective_to" timestamp (3) with time zone,
	"source" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "prices_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "prices_effective_from_key" UNIQUE("company_id","component","provider","model","unit","effective_from"),
	CONSTRAINT "prices_component_check" CHECK ("prices"."component" in ('stt', 'llm', 'tts', 'livekit')),
	CONSTRAINT "prices_unit_check" CHECK ("prices"."unit" in ('second', 'minute', 'million_characters', 'million_input_tokens', 'million_cached_input_tokens', 'million_output_tokens', 'call')),
	CONSTRAINT "prices_provider_check" CHECK ("prices"."provider" ~ '^[a-z0-9][a-z0-9_.-]*$'),
	CONSTRAINT "prices_price_check" CHECK ("prices"."price" >= 0 and "prices"."price" < 'Infinity'),
	CONSTRAINT "prices_quantities_check" CHECK ("prices"."minimum" >= 0 and "prices"."minimum" < 'Infinity' and "prices"."increment" >= 0 and "prices"."increment" < 'Infinity'),
	CONSTRAINT "prices_effective_check" CHECK ("prices"."effective_to" > "prices"."effective_from")
);
--> statement-breakpoint
ALTER TABLE "prices" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rollup_checks" (
	"company_id" uuid NOT NULL,
	"day" date NOT NULL,
	"checked_at" timestamp (3) with time zone NOT NULL,
	"wrong_calls" integer NOT NULL,
	"wrong_cells" integer NOT NULL,
	CONSTRAINT "rollup_checks_pkey" PRIMARY KEY("company_id","day")
);
--> statement-breakpoint
ALTER TABLE "rollup_checks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rerates" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"is_dry_run" boolean NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"start" timestamp (3) with time zone NOT NULL,
	"end" timestamp (3) with time zone NOT NULL,
	"skillbase_id" uuid,
	"campaign_id" uuid,
	"calls" integer DEFAULT 0 NOT NULL,
	"changed_calls" integer DEFAULT 0 NOT NULL,
	"unpriced_before" integer DEFAULT 0 NOT NULL,
	"unpriced_after" integer DEFAULT 0 NOT NULL,
	"before" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"after" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"last_started_at" timestamp (3) with time zone,
	"last_call_id" uuid,
	"finished_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rerates_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "rerates_status_check" CHECK ("rerates"."status" in ('running', 'completed')),
	CONSTRAINT "rerates_period_check" CHECK ("rerates"."end" > "rerates"."start")
);
--> statement-breakpoint
ALTER TABLE "rerates" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "superseded_costs" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"rerate_id" uuid NOT NULL,
	"cost_stt" numeric(12, 6),
	"cost_llm" numeric(12, 6),
	"cost_tts" numeric(12, 6),
	"cost_livekit" numeric(12, 6),
	"cost_total" numeric(12, 6),
	"cost_lines" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "superseded_costs_pkey" PRIMARY KEY("company_id","call_id","rerate_id")
);
--> statement-breakpoint
ALTER TABLE "superseded_costs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "is_outcome_classified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "cost_lines" jsonb;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "cost_reported" jsonb;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD COLUMN "providers" jsonb;--> statement-breakpoint
ALTER TABLE "call_facts" ADD CONSTRAINT "call_facts_series_fkey" FOREIGN KEY ("company_id","series_id") REFERENCES "public"."metric_series"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fact_changes" ADD CONSTRAINT "fact_changes_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_rollups" ADD CONSTRAINT "metric_rollups_series_fkey" FOREIGN KEY ("company_id","series_id") REFERENCES "public"."metric_series"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_series" ADD CONSTRAINT "metric_series_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollup_checks" ADD CONSTRAINT "rollup_checks_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rerates" ADD CONSTRAINT "rerates_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "superseded_costs" ADD CONSTRAINT "superseded_costs_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "superseded_costs" ADD CONSTRAINT "superseded_costs_rerate_fkey" FOREIGN KEY ("company_id","rerate_id") REFERENCES "public"."rerates"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "call_facts_series_idx" ON "call_facts" USING btree ("company_id","series_id","started_at");--> statement-breakpoint
CREATE INDEX "rerates_running_idx" ON "rerates" USING btree ("id") WHERE "rerates"."status" = 'running';--> statement-breakpoint
CREATE INDEX "superseded_costs_rerate_idx" ON "superseded_costs" USING btree ("company_id","rerate_id");--> statement-breakpoint
ALTER TABLE "call_metrics" ADD CONSTRAINT "call_metrics_cost_reported_check" CHECK (jsonb_typeof("call_metrics"."cost_reported") = 'object');--> statement-breakpoint
ALTER TABLE "call_metrics" ADD CONSTRAINT "call_metrics_cost_lines_check" CHECK (jsonb_typeof("call_metrics"."cost_lines") = 'array');--> statement-breakpoint
ALTER TABLE "call_metrics" ADD CONSTRAINT "call_metrics_providers_check" CHECK (jsonb_typeof("call_metrics"."providers") = 'object');--> statement-breakpoint
CREATE POLICY "of_company" ON "call_facts" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("call_facts"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("call_facts"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "fact_changes" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("fact_changes"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("fact_changes"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "metric_rollups" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("metric_rollups"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("metric_rollups"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "metric_series" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("metric_series"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("metric_series"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "prices" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("prices"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("prices"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_everybody" ON "prices" AS PERMISSIVE FOR SELECT TO "new_voice_tenant" USING ("prices"."company_id" = '00000000-0000-0000-0000-000000000000' and nullif(current_setting('app.company_id', true), '')::uuid is not null);--> statement-breakpoint
CREATE POLICY "of_company" ON "rollup_checks" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("rollup_checks"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("rollup_checks"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "rerates" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("rerates"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("rerates"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "superseded_costs" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("superseded_costs"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("superseded_costs"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- hand-written: grants, storage, comments. Generating again keeps what stands below this line.
GRANT SELECT, INSERT ON fact_changes TO new_voice_tenant;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE fact_changes_seq_seq TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT ON metric_series, call_facts, metric_rollups, rollup_checks TO new_voice_tenant;
--> statement-breakpoint
ALTER TABLE fact_changes SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
ALTER TABLE call_facts SET (fillfactor = 90);
--> statement-breakpoint
-- A row is written over and over while its hour lasts, and stays in its page, whole.
ALTER TABLE metric_rollups SET (fillfactor = 50, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE metric_rollups ALTER COLUMN ttfb_stt_histogram SET STORAGE MAIN;
--> statement-breakpoint
ALTER TABLE metric_rollups ALTER COLUMN latency_llm_histogram SET STORAGE MAIN;
--> statement-breakpoint
ALTER TABLE metric_rollups ALTER COLUMN ttfb_tts_histogram SET STORAGE MAIN;
--> statement-breakpoint
ALTER TABLE metric_rollups ALTER COLUMN eou_latency_histogram SET STORAGE MAIN;
--> statement-breakpoint
COMMENT ON COLUMN calls.is_outcome_classified IS 'Nobody said the outcome: it follows from how the call went, and gives way to what is said.';
--> statement-breakpoint
COMMENT ON TABLE fact_changes IS 'Calls whose contribution to the rollups is to be folded again: appended by who changes a call, taken by who folds.';
--> statement-breakpoint
COMMENT ON TABLE metric_series IS 'What rollups are told apart by: all five labels, or (is_total) direction and outcome only.';
--> statement-breakpoint
COMMENT ON COLUMN metric_series.first_bucket IS 'The earliest hour it ever had a call in.';
--> statement-breakpoint
COMMENT ON COLUMN metric_series.last_bucket IS 'The latest hour it ever had a call in.';
--> statement-breakpoint
COMMENT ON TABLE call_facts IS 'What a call contributes to the rollups, as it was folded last.';
--> statement-breakpoint
COMMENT ON TABLE rollup_checks IS 'When a day of rollups was last compared with its calls, and what differed and was mended.';
--> statement-breakpoint
COMMENT ON TABLE metric_rollups IS 'Facts added up by hour and by day of UTC, a row for each series that had a call.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.duration_sec IS 'Seconds.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.stt_duration_sec IS 'Seconds of audio transcribed.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.livekit_duration_sec IS 'Seconds the agent was in the room.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.llm_input_tokens IS 'Tokens in, cached ones included.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.llm_cached_input_tokens IS 'Tokens in that were cached.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.llm_output_tokens IS 'Tokens out.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.tts_characters IS 'Characters spoken.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.cost_stt IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.cost_llm IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.cost_tts IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.cost_livekit IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.cost_total IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_sum IS 'Speech to text: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_min IS 'Speech to text: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_max IS 'Speech to text: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_buckets IS 'Speech to text: for each turn the bucket of its logarithm, each 2 % wide.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_sum IS 'Language model: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_min IS 'Language model: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_max IS 'Language model: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_buckets IS 'Language model: for each turn the bucket of its logarithm, each 2 % wide.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_sum IS 'Text to speech: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_min IS 'Text to speech: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_max IS 'Text to speech: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_buckets IS 'Text to speech: for each turn the bucket of its logarithm, each 2 % wide.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_sum IS 'End of the callers speech to the agents audio: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_min IS 'End of the callers speech to the agents audio: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_max IS 'End of the callers speech to the agents audio: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_buckets IS 'End of the callers speech to the agents audio: for each turn the bucket of its logarithm, each 2 % wide.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.duration_sum IS 'Seconds.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.timed_cost IS 'USD of calls that were priced and timed.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.timed_cost_sec IS 'Seconds of calls that were priced and timed.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.stt_duration_sec IS 'Seconds of audio transcribed.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.livekit_duration_sec IS 'Seconds the agent was in the room.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.llm_input_tokens IS 'Tokens in, cached ones included.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.llm_cached_input_tokens IS 'Tokens in that were cached.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.llm_output_tokens IS 'Tokens out.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.tts_characters IS 'Characters spoken.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_stt IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_llm IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_tts IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_livekit IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_total IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_stt_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_llm_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_tts_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_livekit_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_total_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_sum IS 'Speech to text: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_min IS 'Speech to text: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_max IS 'Speech to text: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_histogram IS 'Speech to text: turns by bucket, ten decimal digits each: sum n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_sum IS 'Language model: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_min IS 'Language model: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_max IS 'Language model: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_histogram IS 'Language model: turns by bucket, ten decimal digits each: sum n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_sum IS 'Text to speech: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_min IS 'Text to speech: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_max IS 'Text to speech: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_histogram IS 'Text to speech: turns by bucket, ten decimal digits each: sum n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_sum IS 'End of the callers speech to the agents audio: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_min IS 'End of the callers speech to the agents audio: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_max IS 'End of the callers speech to the agents audio: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_histogram IS 'End of the callers speech to the agents audio: turns by bucket, ten decimal digits each: sum n(i) * 10^(10 i).';
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON prices TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT ON rerates, superseded_costs TO new_voice_tenant;
--> statement-breakpoint
COMMENT ON TABLE prices IS 'What a provider asks, from an instant to an instant, of one company, or of everybody (the nil company).';
--> statement-breakpoint
COMMENT ON COLUMN prices.model IS 'Empty: what models of the provider without a price of their own cost.';
--> statement-breakpoint
COMMENT ON COLUMN prices.price IS 'USD a unit.';
--> statement-breakpoint
COMMENT ON COLUMN prices.minimum IS 'The least that is billed, in seconds, tokens, characters or calls.';
--> statement-breakpoint
COMMENT ON COLUMN prices.increment IS 'What is begun is billed whole, in seconds, tokens, characters or calls; 0: as measured.';
--> statement-breakpoint
COMMENT ON TABLE rerates IS 'A period whose calls are priced anew, or only compared.';
--> statement-breakpoint
COMMENT ON TABLE superseded_costs IS 'What a call was said to cost before a rerate.';
--> statement-breakpoint
COMMENT ON COLUMN superseded_costs.cost_stt IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN superseded_costs.cost_llm IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN superseded_costs.cost_tts IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN superseded_costs.cost_livekit IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN superseded_costs.cost_total IS 'USD, exact to a millionth.';
--> statement-breakpoint
COMMENT ON COLUMN superseded_costs.cost_lines IS 'What it was made of.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_lines IS 'What the computed cost is made of: quantity, unit price, which price, amount in USD.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_reported IS 'USD by component, as the provider reported it: it wins over what is computed.';
--> statement-breakpoint
INSERT INTO prices (company_id, component, provider, model, unit, price, minimum, increment, effective_from, effective_to, source) VALUES
  ('00000000-0000-0000-0000-000000000000', 'stt', 'deepgram', 'nova-3', 'minute', 0.0048, 0, 0, '2026-01-01Z', NULL, 'LiveKit inference price list of 2026-09-21; hail-hq/hail costs/stt.json of 2026-05-05'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'deepgram', 'nova-3-multilingual', 'minute', 0.0058, 0, 0, '2026-01-01Z', NULL, 'LiveKit inference price list of 2026-09-21; hail-hq/hail costs/stt.json of 2026-05-05'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'deepgram', 'flux', 'minute', 0.0065, 0, 0, '2026-01-01Z', NULL, 'LiveKit inference price list of 2026-09-21; hail-hq/hail costs/stt.json of 2026-05-05'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'deepgram', 'flux-multilingual', 'minute', 0.0078, 0, 0, '2026-01-01Z', NULL, 'LiveKit inference price list of 2026-09-21; hail-hq/hail costs/stt.json of 2026-05-05'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'deepgram', 'nova-2', 'minute', 0.0058, 0, 0, '2026-01-01Z', NULL, 'legacy list price, low confidence'),
  ('00000000-0000-0000-0000-000000000000', 'stt', 'deepgram', '', 'minute', 0.0048, 0, 0, '2026-01-01Z', NULL, 'as nova-3: LiveKit inference price list of 2026-09-21; hail-hq/hail costs/stt.json of 2026-05-05'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'cartesia', 'sonic-3', 'million_characters', 50, 0, 0, '2026-01-01Z', NULL, 'docs.cartesia.ai/pricing, LiveKit price list of 2026-09-21; depends on the plan'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'cartesia', 'sonic-3.5', 'million_characters', 50, 0, 0, '2026-01-01Z', NULL, 'docs.cartesia.ai/pricing, LiveKit price list of 2026-09-21; depends on the plan'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'cartesia', '', 'million_characters', 50, 0, 0, '2026-01-01Z', NULL, 'docs.cartesia.ai/pricing, LiveKit price list of 2026-09-21; depends on the plan'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'elevenlabs', 'eleven_flash_v2_5', 'million_characters', 50, 0, 0, '2026-01-01Z', NULL, 'elevenlabs.io/pricing/api as of 2026-05'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'elevenlabs', 'eleven_turbo_v2_5', 'million_characters', 50, 0, 0, '2026-01-01Z', NULL, 'elevenlabs.io/pricing/api as of 2026-05'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'elevenlabs', '', 'million_characters', 50, 0, 0, '2026-01-01Z', NULL, 'elevenlabs.io/pricing/api as of 2026-05'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'elevenlabs', 'eleven_multilingual_v2', 'million_characters', 100, 0, 0, '2026-01-01Z', NULL, 'elevenlabs.io/pricing/api as of 2026-05'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'elevenlabs', 'eleven_v3', 'million_characters', 100, 0, 0, '2026-01-01Z', NULL, 'elevenlabs.io/pricing/api as of 2026-05'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'openai', 'tts-1', 'million_characters', 15, 0, 0, '2026-01-01Z', NULL, 'hail-hq/hail price list of 2026-05'),
  ('00000000-0000-0000-0000-000000000000', 'tts', 'openai', 'tts-1-hd', 'million_characters', 30, 0, 0, '2026-01-01Z', NULL, 'hail-hq/hail price list of 2026-05'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'openai/gpt-oss-20b', 'million_input_tokens', 0.075, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'openai/gpt-oss-20b', 'million_cached_input_tokens', 0.0375, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'openai/gpt-oss-20b', 'million_output_tokens', 0.30, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'openai/gpt-oss-120b', 'million_input_tokens', 0.15, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02, LiveKit price list of 2026-09-21'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'openai/gpt-oss-120b', 'million_cached_input_tokens', 0.075, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02, LiveKit price list of 2026-09-21'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'openai/gpt-oss-120b', 'million_output_tokens', 0.60, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02, LiveKit price list of 2026-09-21'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'llama-3.1-8b-instant', 'million_input_tokens', 0.05, 0, 0, '2026-01-01Z', '2026-08-16Z', 'models.dev of 2026-07-02; retired 2026-08-16'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'llama-3.1-8b-instant', 'million_output_tokens', 0.08, 0, 0, '2026-01-01Z', '2026-08-16Z', 'models.dev of 2026-07-02; retired 2026-08-16'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'llama-3.3-70b-versatile', 'million_input_tokens', 0.59, 0, 0, '2026-01-01Z', '2026-08-16Z', 'models.dev of 2026-07-02; retired 2026-08-16'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'groq', 'llama-3.3-70b-versatile', 'million_output_tokens', 0.79, 0, 0, '2026-01-01Z', '2026-08-16Z', 'models.dev of 2026-07-02; retired 2026-08-16'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4o-mini', 'million_input_tokens', 0.15, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4o-mini', 'million_cached_input_tokens', 0.075, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4o-mini', 'million_output_tokens', 0.60, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4.1-mini', 'million_input_tokens', 0.40, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4.1-mini', 'million_cached_input_tokens', 0.10, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4.1-mini', 'million_output_tokens', 1.60, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4.1-nano', 'million_input_tokens', 0.10, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4.1-nano', 'million_cached_input_tokens', 0.025, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4.1-nano', 'million_output_tokens', 0.40, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4o', 'million_input_tokens', 2.50, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4o', 'million_cached_input_tokens', 1.25, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-4o', 'million_output_tokens', 10, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-5-mini', 'million_input_tokens', 0.25, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-5-mini', 'million_cached_input_tokens', 0.025, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-5-mini', 'million_output_tokens', 2.00, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-5-nano', 'million_input_tokens', 0.05, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-5-nano', 'million_cached_input_tokens', 0.005, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'llm', 'openai', 'gpt-5-nano', 'million_output_tokens', 0.40, 0, 0, '2026-01-01Z', NULL, 'models.dev of 2026-07-02'),
  ('00000000-0000-0000-0000-000000000000', 'livekit', 'livekit', 'agent', 'minute', 0.01, 10, 1, '2026-01-01Z', NULL, 'livekit.com/pricing of 2026-09-25, by the second, at least 10 s'),
  ('00000000-0000-0000-0000-000000000000', 'livekit', 'livekit', 'sip', 'minute', 0.004, 0, 60, '2026-01-01Z', NULL, 'livekit.com/pricing of 2026-09-25, each started minute');
