CREATE TABLE "changed_transcripts" (
	"company_id" uuid NOT NULL,
	"seq" bigserial NOT NULL,
	"call_id" uuid NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp (3) with time zone,
	"error" text,
	CONSTRAINT "changed_transcripts_pkey" PRIMARY KEY("company_id","seq")
);
--> statement-breakpoint
ALTER TABLE "changed_transcripts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "call_texts" (
	"company_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"content_hash" bigint NOT NULL,
	"document" "tsvector" NOT NULL,
	CONSTRAINT "call_texts_pkey" PRIMARY KEY("company_id","call_id")
);
--> statement-breakpoint
ALTER TABLE "call_texts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "contact_identity" text GENERATED ALWAYS AS (phone_identity(split_part(case when direction = 'outbound' then callee_number else caller_number end, ';', 1))) STORED;--> statement-breakpoint
ALTER TABLE "changed_transcripts" ADD CONSTRAINT "changed_transcripts_company_fkey" FOREIGN KEY ("company_id") REFERENCES "public"."companies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_texts" ADD CONSTRAINT "call_texts_call_fkey" FOREIGN KEY ("company_id","call_id") REFERENCES "public"."calls"("company_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "changed_transcripts_set_aside_idx" ON "changed_transcripts" USING btree ("company_id","seq") WHERE "changed_transcripts"."failures" > 0;--> statement-breakpoint
CREATE INDEX "call_texts_started_at_idx" ON "call_texts" USING btree ("company_id","started_at");--> statement-breakpoint
CREATE INDEX "call_texts_document_idx" ON "call_texts" USING gin ("document");--> statement-breakpoint
CREATE INDEX "calls_contact_idx" ON "calls" USING btree ("company_id","contact_identity","started_at","id") WHERE "calls"."contact_identity" is not null;--> statement-breakpoint
CREATE INDEX "calls_duration_idx" ON "calls" USING btree ("company_id","duration_sec","id") WHERE "calls"."duration_sec" is not null;--> statement-breakpoint
CREATE INDEX "call_metrics_cost_idx" ON "call_metrics" USING btree ("company_id","cost_total","call_id") WHERE "call_metrics"."cost_total" is not null;--> statement-breakpoint
CREATE POLICY "of_company" ON "changed_transcripts" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("changed_transcripts"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("changed_transcripts"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "of_company" ON "call_texts" AS PERMISSIVE FOR ALL TO "new_voice_tenant" USING ("call_texts"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid) WITH CHECK ("call_texts"."company_id" = nullif(current_setting('app.company_id', true), '')::uuid);
--> statement-breakpoint
-- Hand-written: the lexeme of a company and a day in call_texts.document. No word of a text starts with a space.
CREATE FUNCTION transcript_day(company_id uuid, started_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ' ' || company_id::text || ' ' || extract(epoch FROM date_trunc('day', started_at, 'UTC'))::text
$$;
--> statement-breakpoint
-- Hand-written: the calls of the transaction's company whose transcripts have the words, latest first, before a position and
-- not before an instant. With the rights of the owner, because row-level security keeps `@@` from using the index; the
-- company is that of the policy. Days without calls are skipped. The company is compared as text, so that no index
-- on it is used in place of that on the words.
CREATE FUNCTION search_transcripts(words tsquery, before_at timestamptz, before_id uuid, since timestamptz, max_rows integer)
RETURNS TABLE (started_at timestamptz, call_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  company uuid := nullif(current_setting('app.company_id', true), '')::uuid;
  newest timestamptz := before_at;
  day text;
  found_rows integer := 0;
  new_rows integer;
BEGIN
  WHILE found_rows < max_rows LOOP
    SELECT max(t.started_at) INTO newest FROM public.call_texts t
    WHERE t.company_id = company AND t.started_at >= since AND t.started_at <= newest;
    EXIT WHEN newest IS NULL;
    day := public.transcript_day(company, newest);
    RETURN QUERY
      SELECT t.started_at, t.call_id FROM public.call_texts t
      WHERE t.document @@ (words && quote_literal(day)::tsquery) AND t.company_id::text = company::text
        AND (t.started_at, t.call_id) < (before_at, before_id) AND t.started_at >= since
      ORDER BY t.started_at DESC, t.call_id DESC LIMIT max_rows - found_rows;
    GET DIAGNOSTICS new_rows = ROW_COUNT;
    found_rows := found_rows + new_rows;
    EXIT WHEN newest = '-infinity';
    newest := CASE WHEN newest = 'infinity' THEN timestamptz '294276-01-01 00:00:00+00'
      ELSE date_trunc('day', newest, 'UTC') - interval '1 millisecond' END;
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION search_transcripts(tsquery, timestamptz, uuid, timestamptz, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION search_transcripts(tsquery, timestamptz, uuid, timestamptz, integer) TO new_voice_tenant;
--> statement-breakpoint
GRANT SELECT ON call_texts, changed_transcripts TO new_voice_tenant;
--> statement-breakpoint
COMMENT ON TABLE changed_transcripts IS 'Ended calls that changed, so that their transcripts may have to be indexed; consumed by the loop index-transcripts.';
--> statement-breakpoint
COMMENT ON TABLE call_texts IS 'The words of the transcripts of ended calls, for full-text search; one row per call.';
--> statement-breakpoint
COMMENT ON COLUMN call_texts.content_hash IS 'hashtextextended of the text of all turns: the words are computed again only when it changes.';
--> statement-breakpoint
COMMENT ON COLUMN call_texts.document IS 'The words, stemmed, and one lexeme for the company and the UTC day of the call (transcript_day).';
--> statement-breakpoint
COMMENT ON COLUMN calls.contact_identity IS 'The identity of the telephone of the other side, as phone_identity returns it.';
