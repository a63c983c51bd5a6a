-- hand-written: undoes each statement of the migration, the last one first.
REVOKE UPDATE ON rerates FROM new_voice_tenant;
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON import_rows FROM new_voice_tenant;
