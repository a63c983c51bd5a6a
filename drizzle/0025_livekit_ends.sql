ALTER TABLE "livekit_calls" ADD COLUMN "is_end_estimated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "livekit_calls_call_id_idx" ON "livekit_calls" USING btree ("call_id");