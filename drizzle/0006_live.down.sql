DROP TABLE "webhook_attempts";
--> statement-breakpoint
DROP TABLE "webhook_deliveries";
--> statement-breakpoint
DROP TABLE "webhooks";
--> statement-breakpoint
DROP TABLE "live_tickets";
--> statement-breakpoint
DROP TABLE "events";
--> statement-breakpoint
DROP TABLE "event_outbox";
--> statement-breakpoint
DROP TABLE "event_heads";
