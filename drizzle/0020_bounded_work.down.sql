DROP INDEX "dirty_calls_set_aside_idx";
--> statement-breakpoint
DROP INDEX "webhook_deliveries_dead_idx";
