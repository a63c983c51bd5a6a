ALTER TABLE "leases" ADD COLUMN "hang_up_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "leases" ADD COLUMN "hung_up_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "leases" ADD COLUMN "is_task_cancelled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "livekit_calls" ADD COLUMN "clear_failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "livekit_calls" ADD COLUMN "clear_at" timestamp (3) with time zone;
--> statement-breakpoint
-- hand-written: live calls are hung up a minute after their limits, as those that are claimed from now on.
UPDATE leases l SET hang_up_at = l.claimed_at + make_interval(secs => k.ring_timeout_sec + k.max_call_duration_sec + 60)
FROM campaigns k WHERE l.is_live AND k.company_id = l.company_id AND k.id = l.campaign_id;
--> statement-breakpoint
UPDATE leases l SET hang_up_at = l.claimed_at + make_interval(secs => t.ring_timeout_sec + t.max_call_duration_sec + 60)
FROM test_calls t WHERE l.is_live AND l.worker <> '' AND t.company_id = l.company_id AND t.call_id = l.call_id;
