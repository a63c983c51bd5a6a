ALTER TABLE "rollup_checks" ADD COLUMN "wrong_values" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
-- hand-written: a call and its metrics have one outcome. Where they differ, that of the call wins, which lists, rollups and
-- retries have used; where the call has none, that of its metrics. A reason and a confidence of another outcome are removed.
WITH corrected AS (
  UPDATE calls c SET outcome = m.outcome,
    is_outcome_classified = starts_with(coalesce(m.outcome_reason, ''), 'Classified: ')
  FROM call_metrics m
  WHERE m.company_id = c.company_id AND m.call_id = c.id AND c.outcome IS NULL AND m.outcome IS NOT NULL
  RETURNING c.company_id, c.id
)
INSERT INTO dirty_calls (company_id, call_id) SELECT company_id, id FROM corrected;
--> statement-breakpoint
UPDATE call_metrics m SET outcome = c.outcome,
    outcome_confidence = CASE WHEN m.outcome IS NULL THEN m.outcome_confidence END,
    outcome_reason = CASE WHEN m.outcome IS NULL THEN m.outcome_reason END
  FROM calls c
  WHERE c.company_id = m.company_id AND c.id = m.call_id AND m.outcome IS DISTINCT FROM c.outcome;
--> statement-breakpoint
-- hand-written: from now on the database keeps them equal, whoever writes. A reason that was reported without an outcome
-- describes the call, and stays when a classified outcome is replaced; 'Classified: ' begins the reasons of those (see
-- telemetry/classification-rules.ts).
CREATE FUNCTION copy_outcome_to_metrics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE call_metrics SET outcome = NEW.outcome, updated_at = now(),
    outcome_confidence = CASE WHEN OLD.outcome IS NULL THEN outcome_confidence END,
    outcome_reason = CASE
      WHEN OLD.outcome IS NULL OR OLD.is_outcome_classified AND NOT starts_with(outcome_reason, 'Classified: ')
      THEN outcome_reason END
  WHERE company_id = NEW.company_id AND call_id = NEW.id
    -- Metrics that already have the new outcome are its source: see copy_outcome_to_call.
    AND (outcome IS DISTINCT FROM NEW.outcome OR NEW.outcome IS NOT DISTINCT FROM OLD.outcome);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER copy_outcome_to_metrics AFTER UPDATE OF outcome, is_outcome_classified ON calls FOR EACH ROW
  WHEN ((OLD.outcome, OLD.is_outcome_classified) IS DISTINCT FROM (NEW.outcome, NEW.is_outcome_classified))
  EXECUTE FUNCTION copy_outcome_to_metrics();
--> statement-breakpoint
-- hand-written: an outcome that SQL writes to metrics becomes that of the call; without one, metrics take that of the call.
-- The lock makes a transaction that changes the call at the same time come first or last.
CREATE FUNCTION copy_outcome_to_call() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  outcome_of_call text;
BEGIN
  SELECT outcome INTO outcome_of_call FROM calls
    WHERE company_id = NEW.company_id AND id = NEW.call_id FOR NO KEY UPDATE;
  IF NEW.outcome IS NULL AND outcome_of_call IS NOT NULL THEN
    UPDATE call_metrics SET outcome = outcome_of_call WHERE company_id = NEW.company_id AND call_id = NEW.call_id;
  ELSIF NEW.outcome IS DISTINCT FROM outcome_of_call THEN
    UPDATE calls SET outcome = NEW.outcome, is_outcome_classified = false
      WHERE company_id = NEW.company_id AND id = NEW.call_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER copy_outcome_to_call AFTER INSERT OR UPDATE OF outcome ON call_metrics FOR EACH ROW
  EXECUTE FUNCTION copy_outcome_to_call();
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.outcome IS 'The outcome of the call. Triggers keep calls.outcome and this column equal.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.outcome IS 'Outcome of the latest attempt that was dialed; it follows corrections of that call.';
--> statement-breakpoint
COMMENT ON COLUMN rollup_checks.wrong_values IS 'Number of values of tasks, calls, metrics and campaigns that differed and were corrected.';
