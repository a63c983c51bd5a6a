-- hand-written
DROP FUNCTION keep_skillbase_version();
--> statement-breakpoint
DROP FUNCTION fill_company_from_campaign();
--> statement-breakpoint
DROP FUNCTION fill_company_from_call();
--> statement-breakpoint
REVOKE USAGE ON SCHEMA public FROM new_voice_tenant;
--> statement-breakpoint
DO $$
BEGIN
  DROP ROLE new_voice_tenant;
EXCEPTION
  -- The role is the cluster's: another database may use it still, and who runs this may not own it.
  WHEN dependent_objects_still_exist OR insufficient_privilege OR undefined_object THEN NULL;
END
$$;
