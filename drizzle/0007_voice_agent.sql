CREATE TABLE "call_briefs" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"contact" jsonb NOT NULL,
	"briefed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "call_briefs_pkey" PRIMARY KEY("company_id","call_id"),
	CONSTRAINT "call_briefs_contact_check" CHECK (jsonb_typeof("call_briefs"."contact") = 'object')
);
--> statement-breakpoint
ALTER TABLE "call_briefs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "call_tokens" (
	"company_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"call_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "call_tokens_pkey" PRIMARY KEY("company_id","token_hash")
);
--> statement-breakpoint
ALTER TABLE "call_tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "livekit_calls" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"state" text NOT NULL,
	"reserved_at" timestamp (3) with time zone NOT NULL,
	"rings_until" timestamp (3) with time zone,
	"hang_up_at" timestamp (3) with time zone,
	"answered_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"outcome" text,
	"ended_reason" text,
	"is_cleared" boolean DEFAULT false NOT NULL,
	CONSTRAINT "livekit_calls_pkey" PRIMARY KEY("company_id","call_id"),
	CONSTRAINT "livekit_calls_state_check" CHECK ("livekit_calls"."state" in ('reserved', 'void', 'inviting', 'answered', 'ended')),
	CONSTRAINT "livekit_calls_outcome_check" CHECK ("livekit_calls"."outcome" in ('success', 'fail', 'callback', 'transferred', 'max_duration', 'no_answer', 'busy', 'voicemail', 'declined', 'invalid_number', 'blocked', 'carrier_error', 'no_capacity', 'agent_error', 'suppressed', 'outside_window', 'cancelled', 'lost')),
	CONSTRAINT "livekit_calls_ended_at_check" CHECK (("livekit_calls"."state" = 'ended') = ("livekit_calls"."ended_at" is not null)),
	CONSTRAINT "livekit_calls_rings_until_check" CHECK (("livekit_calls"."state" in ('reserved', 'void')) = ("livekit_calls"."rings_until" is null))
);
--> statement-breakpoint
ALTER TABLE "livekit_calls" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "test_calls" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"phone_number" text NOT NULL,
	"ring_timeout_sec" integer NOT NULL,
	"max_call_duration_sec" integer NOT NULL,
	"placed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "test_calls_pkey" PRIMARY KEY("company_id","call_id"),
	CONSTRAINT "test_calls_ring_timeout_sec_check" CHECK ("test_calls"."ring_timeout_sec" between 5 and 120),
	CONSTRAINT "test_calls_max_call_duration_sec_check" CHECK ("test_calls"."max_call_duration_sec" between 10 and 14400)
);
--> statement-breakpoint
ALTER TABLE "test_calls" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "leases" ALTER COLUMN "call_task_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "leases" ALTER COLUMN "campaign_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "call_briefs" ADD CONSTRAINT "call_briefs_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_tokens" ADD CONSTRAINT "call_tokens_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "livekit_calls" ADD CONSTRAINT "livekit_calls_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_calls" ADD CONSTRAINT "test_calls_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "call_tokens_call_idx" ON "call_tokens" USING btree ("company_id","call_id");--> statement-breakpoint
CREATE INDEX "call_tokens_token_hash_idx" ON "call_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "call_tokens_created_at_idx" ON "call_tokens" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "livekit_calls_uncleared_idx" ON "livekit_calls" USING btree ("reserved_at") WHERE not "livekit_calls"."is_cleared";--> statement-breakpoint
CREATE INDEX "livekit_calls_cleared_idx" ON "livekit_calls" USING btree ("reserved_at") WHERE "livekit_calls"."is_cleared";--> statement-breakpoint
CREATE INDEX "test_calls_phone_number_idx" ON "test_calls" USING btree ("company_id","phone_number","placed_at");--> statement-breakpoint
CREATE INDEX "leases_test_idx" ON "leases" USING btree ("claimed_at") WHERE "leases"."campaign_id" is null;--> statement-breakpoint
ALTER TABLE "leases" ADD CONSTRAINT "leases_campaign_check" CHECK (("leases"."call_task_id" is null) = ("leases"."campaign_id" is null));--> statement-breakpoint
CREATE POLICY "of_company" ON "call_briefs" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("call_briefs"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("call_briefs"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "call_tokens" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("call_tokens"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("call_tokens"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "livekit_calls" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("livekit_calls"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("livekit_calls"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "test_calls" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("test_calls"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("test_calls"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- hand-written: triggers, grants, storage, comments. Generating again keeps what stands below this line.
GRANT SELECT, INSERT, UPDATE ON call_briefs TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT ON call_tokens TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT ON test_calls TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT ON livekit_calls TO new_voice_tenant;
--> statement-breakpoint
GRANT INSERT, UPDATE ON company_pace TO new_voice_tenant;
--> statement-breakpoint
GRANT INSERT ON leases TO new_voice_tenant;
--> statement-breakpoint
COMMENT ON TABLE call_briefs IS 'What the prompt of a call is filled with, kept as it was when it was first asked for.';
--> statement-breakpoint
COMMENT ON COLUMN call_briefs.contact IS 'JSON {company_name, contact_name, phone_number, contact_data}.';
--> statement-breakpoint
COMMENT ON COLUMN call_briefs.briefed_at IS 'When an agent first asked for the brief.';
--> statement-breakpoint
COMMENT ON TABLE call_tokens IS 'Tokens that stand for one call, for its agent. They end with the call.';
--> statement-breakpoint
COMMENT ON COLUMN call_tokens.token_hash IS 'SHA-256, hex.';
--> statement-breakpoint
COMMENT ON TABLE test_calls IS 'Calls that somebody asked for to try a skillbase: what they are dialed by.';
--> statement-breakpoint
COMMENT ON COLUMN test_calls.ring_timeout_sec IS 'Seconds it may ring.';
--> statement-breakpoint
COMMENT ON COLUMN test_calls.max_call_duration_sec IS 'Seconds the conversation may last.';
--> statement-breakpoint
COMMENT ON TABLE livekit_calls IS 'The LiveKit carrier''s book: how far the dialing of each call came.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.state IS 'reserved: no INVITE yet; void: and none will be; inviting: one may be under way; answered; ended.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.rings_until IS 'After it an INVITE of which nothing is seen is over.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.hang_up_at IS 'When somebody asked for its end.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.outcome IS 'null: the agent''s to say.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.ended_reason IS 'As LiveKit or the trunk said it.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.is_cleared IS 'The room is gone, or never was.';
