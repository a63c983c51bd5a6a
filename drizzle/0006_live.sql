CREATE TABLE "event_heads" (
	"company_id" uuid NOT NULL,
	"first_id" bigint DEFAULT 1 NOT NULL,
	"last_id" bigint NOT NULL,
	CONSTRAINT "event_heads_pkey" PRIMARY KEY("company_id"),
	CONSTRAINT "event_heads_ids_check" CHECK ("event_heads"."first_id" between 1 and "event_heads"."last_id" + 1)
);
--> statement-breakpoint
ALTER TABLE "event_heads" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "event_outbox" (
	"company_id" uuid NOT NULL,
	"n" bigserial NOT NULL,
	"items" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "event_outbox_pkey" PRIMARY KEY("company_id","n"),
	CONSTRAINT "event_outbox_items_check" CHECK (jsonb_typeof("event_outbox"."items") = 'array' and jsonb_array_length("event_outbox"."items") > 0)
);
--> statement-breakpoint
ALTER TABLE "event_outbox" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "events" (
	"company_id" uuid NOT NULL,
	"id" bigint NOT NULL,
	"first_id" bigint NOT NULL,
	"n" bigint NOT NULL,
	"items" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "events_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "events_items_check" CHECK (jsonb_typeof("events"."items") = 'array' and jsonb_array_length("events"."items") > 0 and "events"."id" - "events"."first_id" + 1 = jsonb_array_length("events"."items"))
);
--> statement-breakpoint
ALTER TABLE "events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "live_tickets" (
	"company_id" uuid NOT NULL,
	"ticket_hash" text NOT NULL,
	"key_id" uuid,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "live_tickets_pkey" PRIMARY KEY("company_id","ticket_hash")
);
--> statement-breakpoint
ALTER TABLE "live_tickets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "webhook_attempts" (
	"company_id" uuid NOT NULL,
	"delivery_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"http_status" integer,
	"error" text,
	"duration_ms" integer NOT NULL,
	CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY("company_id","delivery_id","n"),
	CONSTRAINT "webhook_attempts_duration_ms_check" CHECK ("webhook_attempts"."duration_ms" >= 0),
	CONSTRAINT "webhook_attempts_n_check" CHECK ("webhook_attempts"."n" >= 1)
);
--> statement-breakpoint
ALTER TABLE "webhook_attempts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"webhook_id" uuid NOT NULL,
	"event_id" bigint,
	"event_type" text NOT NULL,
	"order_key" text NOT NULL,
	"body" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"attempt_count" integer DEFAULT 0 NOT NULL,
	"retry_count" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"http_status" integer,
	"error" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "webhook_deliveries_status_check" CHECK ("webhook_deliveries"."status" in ('pending', 'delivered', 'dead')),
	CONSTRAINT "webhook_deliveries_finished_check" CHECK (("webhook_deliveries"."status" = 'pending') = ("webhook_deliveries"."finished_at" is null)),
	CONSTRAINT "webhook_deliveries_attempt_count_check" CHECK ("webhook_deliveries"."attempt_count" >= "webhook_deliveries"."retry_count" and "webhook_deliveries"."retry_count" >= 0)
);
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "webhooks" (
	"company_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"url" text NOT NULL,
	"description" text,
	"event_types" text[] NOT NULL,
	"secret" text NOT NULL,
	"old_secret" text,
	"old_secret_until" timestamp (3) with time zone,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"disabled_reason" text,
	"disabled_at" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"position" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhooks_pkey" PRIMARY KEY("company_id","id"),
	CONSTRAINT "webhooks_url_check" CHECK ("webhooks"."url" ~ '^https?://'),
	CONSTRAINT "webhooks_event_types_check" CHECK (cardinality("webhooks"."event_types") > 0),
	CONSTRAINT "webhooks_old_secret_check" CHECK (("webhooks"."old_secret" is null) = ("webhooks"."old_secret_until" is null)),
	CONSTRAINT "webhooks_disabled_check" CHECK (not "webhooks"."is_enabled" or "webhooks"."disabled_at" is null),
	CONSTRAINT "webhooks_position_check" CHECK ("webhooks"."position" >= 0)
);
--> statement-breakpoint
ALTER TABLE "webhooks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "event_heads" ADD CONSTRAINT "event_heads_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_tickets" ADD CONSTRAINT "live_tickets_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_fkey" FOREIGN KEY ("company_id","delivery_id") REFERENCES "public"."webhook_deliveries"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_fkey" FOREIGN KEY ("company_id","webhook_id") REFERENCES "public"."webhooks"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "event_outbox_n_idx" ON "event_outbox" USING btree ("n");--> statement-breakpoint
CREATE INDEX "events_at_idx" ON "events" USING btree ("at");--> statement-breakpoint
CREATE INDEX "live_tickets_ticket_hash_idx" ON "live_tickets" USING btree ("ticket_hash");--> statement-breakpoint
CREATE INDEX "live_tickets_expires_at_idx" ON "live_tickets" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_event_key" ON "webhook_deliveries" USING btree ("company_id","webhook_id","event_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_status_idx" ON "webhook_deliveries" USING btree ("company_id","webhook_id","status","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_order_idx" ON "webhook_deliveries" USING btree ("company_id","webhook_id","order_key","event_id") WHERE "webhook_deliveries"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due_idx" ON "webhook_deliveries" USING btree ("next_attempt_at") WHERE "webhook_deliveries"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_finished_at_idx" ON "webhook_deliveries" USING btree ("finished_at");--> statement-breakpoint
CREATE POLICY "of_company" ON "event_heads" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("event_heads"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("event_heads"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "event_outbox" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("event_outbox"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("event_outbox"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "events" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("events"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("events"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "live_tickets" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("live_tickets"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("live_tickets"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "webhook_attempts" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("webhook_attempts"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("webhook_attempts"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "webhook_deliveries" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("webhook_deliveries"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("webhook_deliveries"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "webhooks" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("webhooks"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("webhooks"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- hand-written: triggers, grants, storage, comments. Generating again keeps what stands below this line.
GRANT INSERT ON event_outbox TO new_voice_tenant;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE event_outbox_n_seq TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT ON event_outbox, events, event_heads TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT ON live_tickets TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON webhook_deliveries TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT, INSERT ON webhook_attempts TO new_voice_tenant;
--> statement-breakpoint
-- Rows stay for milliseconds: what they leave is cleared away before an index is full of it.
ALTER TABLE event_outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
COMMENT ON TABLE event_outbox IS 'Events of committed transactions that have no ids yet: a row is what one transaction made happen in a company.';
--> statement-breakpoint
COMMENT ON COLUMN event_outbox.n IS 'The order in which transactions wrote; those of one call or campaign waited for each other.';
--> statement-breakpoint
COMMENT ON COLUMN event_outbox.items IS 'JSON array of {type, campaign_id?, call_id?, call_task_id?, ...}.';
--> statement-breakpoint
COMMENT ON TABLE events IS 'Events in their order. A row has those of one transaction: ids first_id to id of its company.';
--> statement-breakpoint
COMMENT ON COLUMN events.n IS 'As event_outbox.n.';
--> statement-breakpoint
COMMENT ON COLUMN events.items IS 'As event_outbox.items: the first has the id first_id.';
--> statement-breakpoint
COMMENT ON TABLE event_heads IS 'The first event of a company that is kept, and its last.';
--> statement-breakpoint
COMMENT ON TABLE live_tickets IS 'Tickets that open one WebSocket each, for half a minute.';
--> statement-breakpoint
COMMENT ON COLUMN live_tickets.ticket_hash IS 'SHA-256, hex.';
--> statement-breakpoint
COMMENT ON TABLE webhooks IS 'Where a company wants to be told of events.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.event_types IS 'As events have them; * is all but call.turns.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.secret IS 'whsec_ and base64: signs what is sent, so it has to be readable.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.failing_since IS 'The first attempt of those that failed since one succeeded.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.position IS 'Up to which event of its company deliveries were made.';
--> statement-breakpoint
COMMENT ON TABLE webhook_deliveries IS 'An event that is told to a webhook; id is the id of the message.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.order_key IS 'What is told in order: the id of its call, else of its campaign, else its own.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.next_attempt_at IS 'While an attempt is under way: when it is given up for lost. null: one before it is still to be told.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.retry_count IS 'Attempts since it was last sent again by hand.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.http_status IS 'Of the last attempt.';
--> statement-breakpoint
COMMENT ON TABLE webhook_attempts IS 'A request that was made to a webhook, or could not be.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_attempts.duration_ms IS 'Milliseconds.';
