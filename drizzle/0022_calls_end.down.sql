ALTER TABLE "leases" DROP COLUMN "hang_up_at";
--> statement-breakpoint
ALTER TABLE "leases" DROP COLUMN "hung_up_at";
--> statement-breakpoint
ALTER TABLE "leases" DROP COLUMN "is_task_cancelled";
--> statement-breakpoint
ALTER TABLE "livekit_calls" DROP COLUMN "clear_failures";
--> statement-breakpoint
ALTER TABLE "livekit_calls" DROP COLUMN "clear_at";
