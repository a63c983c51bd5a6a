-- hand-written: requests stage and merge call lists, and price calls again, in the tenant role.
GRANT INSERT, UPDATE, DELETE ON import_rows TO new_voice_tenant;
--> statement-breakpoint
GRANT UPDATE ON rerates TO new_voice_tenant;
