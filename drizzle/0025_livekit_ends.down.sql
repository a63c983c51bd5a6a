DROP INDEX "livekit_calls_call_id_idx";
--> statement-breakpoint
ALTER TABLE "livekit_calls" DROP COLUMN "is_end_estimated";
