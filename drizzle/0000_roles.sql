-- hand-written: the role that requests take, and the functions behind the triggers that serve hand-written SQL.
DO $$
BEGIN
  CREATE ROLE new_voice_tenant NOLOGIN;
EXCEPTION
  -- Another database of this cluster has made it, maybe at this very moment.
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'new_voice_tenant') THEN
      RAISE EXCEPTION 'the role new_voice_tenant is missing, and % may not make it', current_user
        USING ERRCODE = 'insufficient_privilege',
        HINT = format('An administrator runs: CREATE ROLE new_voice_tenant NOLOGIN; GRANT new_voice_tenant TO %I;', current_user);
    END IF;
END
$$;
--> statement-breakpoint
DO $$
BEGIN
  -- From PostgreSQL 16 on, who makes a role may grant it, and may take it only when it is granted.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT new_voice_tenant TO %I', current_user);
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    IF NOT pg_has_role(current_user, 'new_voice_tenant', 'MEMBER') THEN
      RAISE EXCEPTION '% may not take the role new_voice_tenant', current_user
        USING ERRCODE = 'insufficient_privilege',
        HINT = format('An administrator runs: GRANT new_voice_tenant TO %I;', current_user);
    END IF;
END
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO new_voice_tenant;
--> statement-breakpoint
CREATE FUNCTION fill_company_from_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT company_id INTO NEW.company_id FROM calls WHERE id = NEW.call_id;
  IF NEW.company_id IS NULL THEN
    RAISE EXCEPTION '%.call_id refers to no call', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE FUNCTION fill_company_from_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT company_id INTO NEW.company_id FROM campaigns WHERE id = NEW.campaign_id;
  IF NEW.company_id IS NULL THEN
    RAISE EXCEPTION '%.campaign_id refers to no campaign', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE FUNCTION keep_skillbase_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept jsonb;
BEGIN
  INSERT INTO skillbase_versions (company_id, skillbase_id, version, config)
  VALUES (NEW.company_id, NEW.id, NEW.version, NEW.config)
  ON CONFLICT DO NOTHING;
  SELECT config INTO kept FROM skillbase_versions
  WHERE company_id = NEW.company_id AND skillbase_id = NEW.id AND version = NEW.version;
  IF kept IS DISTINCT FROM NEW.config THEN
    RAISE EXCEPTION 'version % of a skillbase never changes: raise version together with config', NEW.version
      USING ERRCODE = 'check_violation', CONSTRAINT = 'skillbases_version_is_kept', TABLE = 'skillbases';
  END IF;
  RETURN NULL;
END
$$;
