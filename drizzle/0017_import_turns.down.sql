ALTER TABLE "imports" DROP CONSTRAINT "imports_failed_attempts_check";
--> statement-breakpoint
DROP INDEX "imports_served_idx";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "chunk_ends";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "failed_attempts";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "last_error";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "next_attempt_at";
--> statement-breakpoint
ALTER TABLE "imports" DROP COLUMN "served_at";
