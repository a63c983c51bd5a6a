CREATE TABLE "call_logs" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"turn_index" integer NOT NULL,
	"role" text NOT NULL,
	"content" text,
	"state_id" text,
	"ttfb_stt" double precision,
	"latency_stt" double precision,
	"latency_llm" double precision,
	"ttfb_tts" double precision,
	"latency_tts" double precision,
	"eou_latency" double precision,
	"stt_duration_sec" double precision,
	"llm_input_tokens" integer,
	"llm_cached_input_tokens" integer,
	"llm_output_tokens" integer,
	"tts_characters" integer,
	"was_interrupted" boolean,
	"sentiment" double precision,
	"extra_data" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "call_logs_pkey" PRIMARY KEY("company_id","call_id","turn_index"),
	CONSTRAINT "call_logs_turn_index_check" CHECK ("call_logs"."turn_index" >= 0),
	CONSTRAINT "call_logs_role_check" CHECK ("call_logs"."role" in ('user', 'assistant', 'system')),
	CONSTRAINT "call_logs_ttfb_stt_check" CHECK ("call_logs"."ttfb_stt" between 0 and 600000),
	CONSTRAINT "call_logs_latency_stt_check" CHECK ("call_logs"."latency_stt" between 0 and 600000),
	CONSTRAINT "call_logs_latency_llm_check" CHECK ("call_logs"."latency_llm" between 0 and 600000),
	CONSTRAINT "call_logs_ttfb_tts_check" CHECK ("call_logs"."ttfb_tts" between 0 and 600000),
	CONSTRAINT "call_logs_latency_tts_check" CHECK ("call_logs"."latency_tts" between 0 and 600000),
	CONSTRAINT "call_logs_eou_latency_check" CHECK ("call_logs"."eou_latency" between 0 and 600000),
	CONSTRAINT "call_logs_stt_duration_sec_check" CHECK ("call_logs"."stt_duration_sec" >= 0 and "call_logs"."stt_duration_sec" < 'Infinity'),
	CONSTRAINT "call_logs_usage_check" CHECK ("call_logs"."llm_input_tokens" >= 0 and "call_logs"."llm_output_tokens" >= 0 and "call_logs"."tts_characters" >= 0 and "call_logs"."llm_cached_input_tokens" between 0 and "call_logs"."llm_input_tokens"),
	CONSTRAINT "call_logs_sentiment_check" CHECK ("call_logs"."sentiment" between -1 and 1),
	CONSTRAINT "call_logs_extra_data_check" CHECK (jsonb_typeof("call_logs"."extra_data") = 'object')
);
--> statement-breakpoint
ALTER TABLE "call_logs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "call_metrics" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"call_id" uuid NOT NULL,
	"ttfb_stt_avg" double precision,
	"ttfb_stt_min" double precision,
	"ttfb_stt_max" double precision,
	"latency_llm_avg" double precision,
	"latency_llm_min" double precision,
	"latency_llm_max" double precision,
	"ttfb_tts_avg" double precision,
	"ttfb_tts_min" double precision,
	"ttfb_tts_max" double precision,
	"eou_latency_avg" double precision,
	"eou_latency_min" double precision,
	"eou_latency_max" double precision,
	"stt_duration_sec" double precision,
	"llm_input_tokens" bigint,
	"llm_cached_input_tokens" bigint,
	"llm_output_tokens" bigint,
	"tts_characters" bigint,
	"livekit_duration_sec" double precision,
	"cost_stt" numeric(12, 6),
	"cost_llm" numeric(12, 6),
	"cost_tts" numeric(12, 6),
	"cost_livekit" numeric(12, 6),
	"cost_total" numeric(12, 6),
	"interruption_count" integer,
	"interruption_rate" double precision,
	"sentiment_score" double precision,
	"outcome" text,
	"outcome_confidence" double precision,
	"outcome_reason" text,
	"turn_count" integer DEFAULT 0 NOT NULL,
	"user_turn_count" integer DEFAULT 0 NOT NULL,
	"bot_turn_count" integer DEFAULT 0 NOT NULL,
	"is_derived" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "call_metrics_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "call_metrics_call_id_key" UNIQUE("company_id","call_id"),
	CONSTRAINT "call_metrics_ttfb_stt_check" CHECK ("call_metrics"."ttfb_stt_avg" between 0 and 600000 and "call_metrics"."ttfb_stt_min" between 0 and 600000 and "call_metrics"."ttfb_stt_max" between 0 and 600000 and "call_metrics"."ttfb_stt_min" <= "call_metrics"."ttfb_stt_max"),
	CONSTRAINT "call_metrics_latency_llm_check" CHECK ("call_metrics"."latency_llm_avg" between 0 and 600000 and "call_metrics"."latency_llm_min" between 0 and 600000 and "call_metrics"."latency_llm_max" between 0 and 600000 and "call_metrics"."latency_llm_min" <= "call_metrics"."latency_llm_max"),
	CONSTRAINT "call_metrics_ttfb_tts_check" CHECK ("call_metrics"."ttfb_tts_avg" between 0 and 600000 and "call_metrics"."ttfb_tts_min" between 0 and 600000 and "call_metrics"."ttfb_tts_max" between 0 and 600000 and "call_metrics"."ttfb_tts_min" <= "call_metrics"."ttfb_tts_max"),
	CONSTRAINT "call_metrics_eou_latency_check" CHECK ("call_metrics"."eou_latency_avg" between 0 and 600000 and "call_metrics"."eou_latency_min" between 0 and 600000 and "call_metrics"."eou_latency_max" between 0 and 600000 and "call_metrics"."eou_latency_min" <= "call_metrics"."eou_latency_max"),
	CONSTRAINT "call_metrics_usage_check" CHECK ("call_metrics"."stt_duration_sec" >= 0 and "call_metrics"."stt_duration_sec" < 'Infinity' and "call_metrics"."llm_input_tokens" >= 0 and "call_metrics"."llm_cached_input_tokens" >= 0 and "call_metrics"."llm_output_tokens" >= 0 and "call_metrics"."tts_characters" >= 0 and "call_metrics"."livekit_duration_sec" >= 0 and "call_metrics"."livekit_duration_sec" < 'Infinity'),
	CONSTRAINT "call_metrics_cost_check" CHECK ("call_metrics"."cost_stt" >= 0 and "call_metrics"."cost_stt" < 'Infinity' and "call_metrics"."cost_llm" >= 0 and "call_metrics"."cost_llm" < 'Infinity' and "call_metrics"."cost_tts" >= 0 and "call_metrics"."cost_tts" < 'Infinity' and "call_metrics"."cost_livekit" >= 0 and "call_metrics"."cost_livekit" < 'Infinity' and "call_metrics"."cost_total" >= 0 and "call_metrics"."cost_total" < 'Infinity'),
	CONSTRAINT "call_metrics_interruption_check" CHECK ("call_metrics"."interruption_count" >= 0 and "call_metrics"."interruption_rate" between 0 and 1),
	CONSTRAINT "call_metrics_sentiment_score_check" CHECK ("call_metrics"."sentiment_score" between -1 and 1),
	CONSTRAINT "call_metrics_outcome_check" CHECK ("call_metrics"."outcome" in ('success', 'fail', 'callback', 'transferred', 'max_duration', 'no_answer', 'busy', 'voicemail', 'declined', 'invalid_number', 'blocked', 'carrier_error', 'no_capacity', 'agent_error', 'suppressed', 'outside_window', 'cancelled', 'lost')),
	CONSTRAINT "call_metrics_outcome_confidence_check" CHECK ("call_metrics"."outcome_confidence" between 0 and 1),
	CONSTRAINT "call_metrics_turn_counts_check" CHECK ("call_metrics"."turn_count" >= 0 and "call_metrics"."user_turn_count" >= 0 and "call_metrics"."bot_turn_count" >= 0)
);
--> statement-breakpoint
ALTER TABLE "call_metrics" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "call_logs" ADD CONSTRAINT "call_logs_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_metrics" ADD CONSTRAINT "call_metrics_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "of_company" ON "call_logs" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("call_logs"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("call_logs"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "call_metrics" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("call_metrics"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("call_metrics"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- hand-written: triggers, grants, storage, comments. Generating again keeps what stands below this line.
CREATE TRIGGER fill_company BEFORE INSERT ON call_metrics FOR EACH ROW WHEN (NEW.company_id IS NULL) EXECUTE FUNCTION fill_company_from_call();
--> statement-breakpoint
CREATE TRIGGER fill_company BEFORE INSERT ON call_logs FOR EACH ROW WHEN (NEW.company_id IS NULL) EXECUTE FUNCTION fill_company_from_call();
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON call_metrics, call_logs TO new_voice_tenant;
--> statement-breakpoint
COMMENT ON TABLE call_metrics IS 'What a calls turns add up to, what it cost, how it ended: one row a call.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_avg IS 'Average. Speech to text, end of speech to final transcript: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_min IS 'Least. Speech to text, end of speech to final transcript: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_max IS 'Most. Speech to text, end of speech to final transcript: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_avg IS 'Average. Language model, to the first token: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_min IS 'Least. Language model, to the first token: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_max IS 'Most. Language model, to the first token: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_avg IS 'Average. Text to speech, to the first audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_min IS 'Least. Text to speech, to the first audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_max IS 'Most. Text to speech, to the first audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_avg IS 'Average. End of the callers speech to the agents audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_min IS 'Least. End of the callers speech to the agents audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_max IS 'Most. End of the callers speech to the agents audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.stt_duration_sec IS 'Seconds of audio transcribed.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_input_tokens IS 'Tokens in, cached ones included.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_cached_input_tokens IS 'Tokens in that were cached.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.llm_output_tokens IS 'Tokens out.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.tts_characters IS 'Characters spoken.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.livekit_duration_sec IS 'Seconds the agent was in the room.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_stt IS 'USD, exact to a millionth; null: not priced, which is not free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_llm IS 'USD, exact to a millionth; null: not priced, which is not free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_tts IS 'USD, exact to a millionth; null: not priced, which is not free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_livekit IS 'USD, exact to a millionth; null: not priced, which is not free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_total IS 'USD, the sum of the components, or what the provider reported.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.interruption_count IS 'Turns that were interrupted; null: nobody said.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.interruption_rate IS 'Interruptions per agent turn, 0 to 1.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.sentiment_score IS '-1 to 1.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.outcome_confidence IS '0 to 1.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.turn_count IS 'Turns of all sides.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.is_derived IS 'Latencies and turn counts come from call_logs.';
--> statement-breakpoint
COMMENT ON TABLE call_logs IS 'A turn: one utterance of one side, with what was measured of it.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.turn_index IS '0, 1, 2 ... in the call.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.content IS 'What was said.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.state_id IS 'State of the flow.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.ttfb_stt IS 'ms from the end of speech to the transcript; null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.latency_stt IS 'ms; null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.latency_llm IS 'ms to the first token; null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.ttfb_tts IS 'ms to the first audio; null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.latency_tts IS 'ms; null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.eou_latency IS 'ms from the end of the callers speech to the agents audio; null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.stt_duration_sec IS 'Seconds of audio transcribed.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_input_tokens IS 'Tokens in, cached ones included.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_cached_input_tokens IS 'Tokens in that were cached.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.llm_output_tokens IS 'Tokens out.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.tts_characters IS 'Characters spoken.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.was_interrupted IS 'null: nobody said.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.sentiment IS '-1 to 1.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.extra_data IS 'JSON object.';
