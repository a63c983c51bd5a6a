-- hand-written: restores the earlier names, values and comments.
ALTER TRIGGER clear_dial_timezone ON call_tasks RENAME TO forget_dial_timezone;
--> statement-breakpoint
ALTER FUNCTION clear_dial_timezone() RENAME TO forget_dial_timezone;
--> statement-breakpoint
UPDATE task_events SET rule = regexp_replace(rule, '_backoff$', '_backs_off') WHERE rule LIKE '%\_backoff';
--> statement-breakpoint
UPDATE task_events SET rule = regexp_replace(rule, '_retry$', '_again') WHERE rule LIKE '%\_retry';
--> statement-breakpoint
UPDATE task_events SET rule = 'talked' WHERE rule = 'reached';
--> statement-breakpoint
UPDATE event_outbox SET items = (
  SELECT jsonb_agg(CASE item ->> 'type' WHEN 'campaign.auto_started' THEN jsonb_set(item, '{type}', '"campaign.begun"') WHEN 'campaign.import_reverted' THEN jsonb_set(item, '{type}', '"campaign.import_taken_back"') WHEN 'import.reverted' THEN jsonb_set(item, '{type}', '"import.taken_back"') ELSE item END ORDER BY place)
  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place))
WHERE items @? '$[*] ? (@.type == "campaign.auto_started" || @.type == "campaign.import_reverted" || @.type == "import.reverted")';
--> statement-breakpoint
UPDATE events SET items = (
  SELECT jsonb_agg(CASE item ->> 'type' WHEN 'campaign.auto_started' THEN jsonb_set(item, '{type}', '"campaign.begun"') WHEN 'campaign.import_reverted' THEN jsonb_set(item, '{type}', '"campaign.import_taken_back"') WHEN 'import.reverted' THEN jsonb_set(item, '{type}', '"import.taken_back"') ELSE item END ORDER BY place)
  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place))
WHERE items @? '$[*] ? (@.type == "campaign.auto_started" || @.type == "campaign.import_reverted" || @.type == "import.reverted")';
--> statement-breakpoint
UPDATE webhook_deliveries SET event_type = CASE event_type WHEN 'campaign.auto_started' THEN 'campaign.begun' WHEN 'campaign.import_reverted' THEN 'campaign.import_taken_back' WHEN 'import.reverted' THEN 'import.taken_back' END WHERE event_type IN ('campaign.auto_started', 'campaign.import_reverted', 'import.reverted');
--> statement-breakpoint
UPDATE webhooks SET event_types = array_replace(array_replace(array_replace(event_types, 'campaign.auto_started', 'campaign.begun'), 'campaign.import_reverted', 'campaign.import_taken_back'), 'import.reverted', 'import.taken_back') WHERE event_types && ARRAY['campaign.auto_started', 'campaign.import_reverted', 'import.reverted'];
--> statement-breakpoint
UPDATE campaign_events SET event = CASE event WHEN 'auto_started' THEN 'begun' WHEN 'import_reverted' THEN 'import_taken_back' END WHERE event IN ('auto_started', 'import_reverted');
--> statement-breakpoint
ALTER TABLE "imports" DROP CONSTRAINT "imports_status_check";
--> statement-breakpoint
UPDATE imports SET status = CASE status WHEN 'reverting' THEN 'taking_back' WHEN 'reverted' THEN 'taken_back' END WHERE status IN ('reverting', 'reverted');
--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_status_check" CHECK ("imports"."status" in ('receiving', 'waiting', 'merging', 'completed', 'failed', 'cancelled', 'taking_back', 'taken_back'));
--> statement-breakpoint
ALTER TABLE "imports" RENAME COLUMN "reverted" TO "taken_back";
--> statement-breakpoint
ALTER INDEX "campaign_windows_recheck_at_idx" RENAME TO "campaign_windows_look_again_at_idx";
--> statement-breakpoint
ALTER TABLE "campaign_windows" RENAME COLUMN "recheck_at" TO "look_again_at";
--> statement-breakpoint
ALTER INDEX "campaign_pace_recheck_at_idx" RENAME TO "campaign_pace_look_again_at_idx";
--> statement-breakpoint
ALTER TABLE "campaign_pace" RENAME COLUMN "recheck_at" TO "look_again_at";
--> statement-breakpoint
ALTER TABLE "leases" RENAME COLUMN "is_unreported" TO "is_unsaid";
--> statement-breakpoint
ALTER TABLE "rollup_checks" RENAME COLUMN "wrong_buckets" TO "wrong_cells";
--> statement-breakpoint
ALTER INDEX "call_contributions_series_idx" RENAME TO "call_facts_series_idx";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME CONSTRAINT "call_contributions_series_fkey" TO "call_facts_series_fkey";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME CONSTRAINT "call_contributions_pkey" TO "call_facts_pkey";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME TO "call_facts";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME CONSTRAINT "dirty_calls_company_fkey" TO "fact_changes_company_fkey";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME CONSTRAINT "dirty_calls_pkey" TO "fact_changes_pkey";
--> statement-breakpoint
ALTER SEQUENCE "dirty_calls_seq_seq" RENAME TO "fact_changes_seq_seq";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME TO "fact_changes";
--> statement-breakpoint
COMMENT ON TABLE companies IS 'A tenant. Everything belongs to exactly one.';
--> statement-breakpoint
COMMENT ON COLUMN companies.slug IS 'The name in addresses: lower-case words joined by hyphens, unique on the platform.';
--> statement-breakpoint
COMMENT ON COLUMN companies.settings IS 'JSON object, free for the company.';
--> statement-breakpoint
COMMENT ON COLUMN companies.limits IS 'JSON object: max_concurrent_calls, calls_per_minute, requests_per_minute; what is not named is not limited.';
--> statement-breakpoint
COMMENT ON TABLE api_keys IS 'A key of a company. The key itself is stored nowhere.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.prefix IS 'The beginning of the key, to tell it by.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.expires_at IS 'From then on the key is refused; null: never.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.last_used_at IS 'Noted at most once a minute.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.revoked_at IS 'From then on the key is refused.';
--> statement-breakpoint
COMMENT ON TABLE idempotency_keys IS 'Answers given to requests with an Idempotency-Key, kept for 24 hours.';
--> statement-breakpoint
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status of the answer; null while the request runs.';
--> statement-breakpoint
COMMENT ON COLUMN idempotency_keys.body IS 'The answer; null where it held a secret.';
--> statement-breakpoint
COMMENT ON TABLE skillbase_versions IS 'Every config a skillbase ever had. Rows are never changed.';
--> statement-breakpoint
COMMENT ON COLUMN skillbase_versions.restored_from IS 'The version whose config this one took up again.';
--> statement-breakpoint
COMMENT ON TABLE campaigns IS 'Whom to call, with which skillbase, when, how fast, how often again.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.skillbase_version IS 'The version it runs; null: pinned when it starts.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.status_reason IS 'Why it is in this state, where somebody should know.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.start_time IS 'No attempt before; null: at once.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.end_time IS 'No attempt from then on (half-open); null: open.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_concurrent_calls IS 'Live calls at most.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.calls_per_minute IS 'Attempts started in any 60 s at most.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_retries IS 'Attempts after the first at most.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.total_tasks IS 'Tasks there are.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.timezone IS 'IANA zone of the contact; null: by number, else the campaigns.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.attempt_count IS 'Attempts that counted.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.next_attempt_at IS 'Not before then; null: as soon as it may.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.outcome IS 'Of the latest attempt.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.priority IS 'Higher is dialed sooner; 0 is usual.';
--> statement-breakpoint
COMMENT ON TABLE calls IS 'One attempt to reach somebody, or one inbound call.';
--> statement-breakpoint
COMMENT ON COLUMN calls.skillbase_version IS 'The version it runs or ran.';
--> statement-breakpoint
COMMENT ON COLUMN calls.external_call_id IS 'Id in the system that made the call; unique in the company.';
--> statement-breakpoint
COMMENT ON COLUMN calls.turn_count IS 'Turns in call_logs when it was last derived.';
--> statement-breakpoint
COMMENT ON TABLE call_metrics IS 'What a calls turns add up to, what it cost, how it ended: one row a call.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_stt IS 'USD, exact to a millionth; null: not priced, which is not free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_llm IS 'USD, exact to a millionth; null: not priced, which is not free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_tts IS 'USD, exact to a millionth; null: not priced, which is not free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_livekit IS 'USD, exact to a millionth; null: not priced, which is not free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.interruption_count IS 'Turns that were interrupted; null: nobody said.';
--> statement-breakpoint
COMMENT ON TABLE call_logs IS 'A turn: one utterance of one side, with what was measured of it.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.content IS 'What was said.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.was_interrupted IS 'null: nobody said.';
--> statement-breakpoint
COMMENT ON COLUMN calls.is_outcome_classified IS 'Nobody said the outcome: it follows from how the call went, and gives way to what is said.';
--> statement-breakpoint
COMMENT ON TABLE fact_changes IS 'Calls whose contribution to the rollups is to be folded again: appended by who changes a call, taken by who folds.';
--> statement-breakpoint
COMMENT ON TABLE metric_series IS 'What rollups are told apart by: all five labels, or (is_total) direction and outcome only.';
--> statement-breakpoint
COMMENT ON COLUMN metric_series.first_bucket IS 'The earliest hour it ever had a call in.';
--> statement-breakpoint
COMMENT ON COLUMN metric_series.last_bucket IS 'The latest hour it ever had a call in.';
--> statement-breakpoint
COMMENT ON TABLE rollup_checks IS 'When a day of rollups was last compared with its calls, and what differed and was mended.';
--> statement-breakpoint
COMMENT ON TABLE metric_rollups IS 'Facts added up by hour and by day of UTC, a row for each series that had a call.';
--> statement-breakpoint
COMMENT ON TABLE call_facts IS 'What a call contributes to the rollups, as it was folded last.';
--> statement-breakpoint
COMMENT ON TABLE prices IS 'What a provider asks, from an instant to an instant, of one company, or of everybody (the nil company).';
--> statement-breakpoint
COMMENT ON COLUMN prices.model IS 'Empty: what models of the provider without a price of their own cost.';
--> statement-breakpoint
COMMENT ON COLUMN prices.price IS 'USD a unit.';
--> statement-breakpoint
COMMENT ON COLUMN prices.minimum IS 'The least that is billed, in seconds, tokens, characters or calls.';
--> statement-breakpoint
COMMENT ON COLUMN prices.increment IS 'What is begun is billed whole, in seconds, tokens, characters or calls; 0: as measured.';
--> statement-breakpoint
COMMENT ON TABLE rerates IS 'A period whose calls are priced anew, or only compared.';
--> statement-breakpoint
COMMENT ON TABLE superseded_costs IS 'What a call was said to cost before a rerate.';
--> statement-breakpoint
COMMENT ON COLUMN superseded_costs.cost_lines IS 'What it was made of.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_lines IS 'What the computed cost is made of: quantity, unit price, which price, amount in USD.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_reported IS 'USD by component, as the provider reported it: it wins over what is computed.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.days_of_week IS '1 (Monday) to 7: days on which windows begin; null: all.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.blackout_dates IS 'Dates on which nobody is called.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.retry_policy IS 'JSON object by outcome: max attempts after it, delays_minutes; what is not named is as usual.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.weight IS 'Its share beside other campaigns of the company.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.caller_number IS 'The number that is shown.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.ring_timeout_sec IS 'Seconds it may ring.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_call_duration_sec IS 'Seconds a conversation may last.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.dial_timezone IS 'Zones whose windows must all be open, joined by commas; empty: the campaigns alone; null: not worked out yet, and not dialed.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.outcome_counts IS 'JSON object: attempts by outcome since the task was last taken up; what retries are judged by.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.dial_priority IS 'priority, or above all of them for a callback.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.due_at IS 'next_attempt_at, or when it was added.';
--> statement-breakpoint
COMMENT ON TABLE campaign_pace IS 'When a campaign may claim its next attempt. Whoever claims for it, or halts it, holds its row.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_pace.look_again_at IS 'Before then there is nothing to claim.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_pace.breaker_since IS 'Attempts before then do not count for the breaker.';
--> statement-breakpoint
COMMENT ON TABLE company_pace IS 'The same for a company that has limits of its own.';
--> statement-breakpoint
COMMENT ON TABLE campaign_windows IS 'The present or next opening of a campaign for contacts of a zone; what has no row is closed.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.dial_timezone IS 'As call_tasks.dial_timezone: IANA zones joined by commas; empty: the campaigns alone.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.opens_at IS 'Null: no opening was found.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.closes_at IS 'Not included.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.look_again_at IS 'When the opening is to be worked out again.';
--> statement-breakpoint
COMMENT ON TABLE leases IS 'An attempt that is under way, or has ended and is not settled yet.';
--> statement-breakpoint
COMMENT ON COLUMN leases.worker IS 'Who watches it, or did last.';
--> statement-breakpoint
COMMENT ON COLUMN leases.lease_until IS 'From then on the carrier is asked what became of it.';
--> statement-breakpoint
COMMENT ON COLUMN leases.settle_at IS 'When its task may be settled; null while it is live.';
--> statement-breakpoint
COMMENT ON COLUMN leases.is_unsaid IS 'The carrier ended a conversation, and its agent has said nothing of it.';
--> statement-breakpoint
COMMENT ON TABLE task_events IS 'What was decided of a contact, when, and by which rule.';
--> statement-breakpoint
COMMENT ON COLUMN task_events.due_at IS 'When the next attempt was due, before it was moved into a window.';
--> statement-breakpoint
COMMENT ON TABLE campaign_events IS 'What happened to a campaign, for the people who run it.';
--> statement-breakpoint
COMMENT ON COLUMN suppressions.phone_number IS 'E.164, once in a company.';
--> statement-breakpoint
COMMENT ON COLUMN suppressions.expires_at IS 'From then on it may be called again; null: never.';
--> statement-breakpoint
COMMENT ON TABLE simulated_calls IS 'The simulated carriers own book: what it was asked to dial, and how far each call is.';
--> statement-breakpoint
COMMENT ON COLUMN simulated_calls.dial_requests IS 'How often it was asked to dial this call; it rang once.';
--> statement-breakpoint
COMMENT ON COLUMN simulated_calls.next_at IS 'When something happens next; null: nothing will.';
--> statement-breakpoint
COMMENT ON TABLE imports IS 'A file of contacts that was uploaded for a campaign, and what became of its rows.';
--> statement-breakpoint
COMMENT ON COLUMN imports.line IS 'Up to which line of the file it has come.';
--> statement-breakpoint
COMMENT ON COLUMN imports.alive_at IS 'When somebody last worked on it.';
--> statement-breakpoint
COMMENT ON TABLE import_rows IS 'Rows of a file as they were read: those that are not yet in the campaign, and those refused (code).';
--> statement-breakpoint
COMMENT ON COLUMN import_rows.cells IS 'Of a refused row, JSON array: its cells as they came.';
--> statement-breakpoint
COMMENT ON COLUMN import_rows.timezone IS 'IANA zone that the row gives.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.import_id IS 'The file it came from.';
--> statement-breakpoint
COMMENT ON TABLE event_outbox IS 'Events of committed transactions that have no ids yet: a row is what one transaction made happen in a company.';
--> statement-breakpoint
COMMENT ON COLUMN event_outbox.n IS 'The order in which transactions wrote; those of one call or campaign waited for each other.';
--> statement-breakpoint
COMMENT ON TABLE events IS 'Events in their order. A row has those of one transaction: ids first_id to id of its company.';
--> statement-breakpoint
COMMENT ON COLUMN events.items IS 'As event_outbox.items: the first has the id first_id.';
--> statement-breakpoint
COMMENT ON TABLE event_heads IS 'The first event of a company that is kept, and its last.';
--> statement-breakpoint
COMMENT ON TABLE live_tickets IS 'Tickets that open one WebSocket each, for half a minute.';
--> statement-breakpoint
COMMENT ON TABLE webhooks IS 'Where a company wants to be told of events.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.event_types IS 'As events have them; * is all but call.turns.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.secret IS 'whsec_ and base64: signs what is sent, so it has to be readable.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.failing_since IS 'The first attempt of those that failed since one succeeded.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.position IS 'Up to which event of its company deliveries were made.';
--> statement-breakpoint
COMMENT ON TABLE webhook_deliveries IS 'An event that is told to a webhook; id is the id of the message.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.order_key IS 'What is told in order: the id of its call, else of its campaign, else its own.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.next_attempt_at IS 'While an attempt is under way: when it is given up for lost. null: one before it is still to be told.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.retry_count IS 'Attempts since it was last sent again by hand.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.http_status IS 'Of the last attempt.';
--> statement-breakpoint
COMMENT ON TABLE webhook_attempts IS 'A request that was made to a webhook, or could not be.';
--> statement-breakpoint
COMMENT ON TABLE call_briefs IS 'What the prompt of a call is filled with, kept as it was when it was first asked for.';
--> statement-breakpoint
COMMENT ON COLUMN call_briefs.briefed_at IS 'When an agent first asked for the brief.';
--> statement-breakpoint
COMMENT ON TABLE call_tokens IS 'Tokens that stand for one call, for its agent. They end with the call.';
--> statement-breakpoint
COMMENT ON TABLE test_calls IS 'Calls that somebody asked for to try a skillbase: what they are dialed by.';
--> statement-breakpoint
COMMENT ON COLUMN test_calls.ring_timeout_sec IS 'Seconds it may ring.';
--> statement-breakpoint
COMMENT ON COLUMN test_calls.max_call_duration_sec IS 'Seconds the conversation may last.';
--> statement-breakpoint
COMMENT ON TABLE livekit_calls IS 'The LiveKit carrier''s book: how far the dialing of each call came.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.state IS 'reserved: no INVITE yet; void: and none will be; inviting: one may be under way; answered; ended.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.rings_until IS 'After it an INVITE of which nothing is seen is over.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.hang_up_at IS 'When somebody asked for its end.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.outcome IS 'null: the agent''s to say.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.ended_reason IS 'As LiveKit or the trunk said it.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.is_cleared IS 'The room is gone, or never was.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_avg IS 'Average. Speech to text, end of speech to final transcript: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_min IS 'Least. Speech to text, end of speech to final transcript: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_max IS 'Most. Speech to text, end of speech to final transcript: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_sum IS 'Speech to text: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_min IS 'Speech to text: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_max IS 'Speech to text: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_sum IS 'Speech to text: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_min IS 'Speech to text: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_max IS 'Speech to text: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_histogram IS 'Speech to text: turns by bucket, ten decimal digits each: sum n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_stt_buckets IS 'Speech to text: for each turn the bucket of its logarithm, each 2 % wide.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_avg IS 'Average. Language model, to the first token: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_min IS 'Least. Language model, to the first token: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_max IS 'Most. Language model, to the first token: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_sum IS 'Language model: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_min IS 'Language model: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_max IS 'Language model: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_sum IS 'Language model: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_min IS 'Language model: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_max IS 'Language model: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_histogram IS 'Language model: turns by bucket, ten decimal digits each: sum n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.latency_llm_buckets IS 'Language model: for each turn the bucket of its logarithm, each 2 % wide.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_avg IS 'Average. Text to speech, to the first audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_min IS 'Least. Text to speech, to the first audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_max IS 'Most. Text to speech, to the first audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_sum IS 'Text to speech: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_min IS 'Text to speech: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_max IS 'Text to speech: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_sum IS 'Text to speech: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_min IS 'Text to speech: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_max IS 'Text to speech: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_histogram IS 'Text to speech: turns by bucket, ten decimal digits each: sum n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.ttfb_tts_buckets IS 'Text to speech: for each turn the bucket of its logarithm, each 2 % wide.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_avg IS 'Average. End of the callers speech to the agents audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_min IS 'Least. End of the callers speech to the agents audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_max IS 'Most. End of the callers speech to the agents audio: ms, of the turns that measured it; null: none did, which is not zero.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_sum IS 'End of the callers speech to the agents audio: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_min IS 'End of the callers speech to the agents audio: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_max IS 'End of the callers speech to the agents audio: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_n IS 'Turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_sum IS 'End of the callers speech to the agents audio: ms, added up.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_min IS 'End of the callers speech to the agents audio: ms, the least.';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_max IS 'End of the callers speech to the agents audio: ms, the most.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_histogram IS 'End of the callers speech to the agents audio: turns by bucket, ten decimal digits each: sum n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_facts.eou_latency_buckets IS 'End of the callers speech to the agents audio: for each turn the bucket of its logarithm, each 2 % wide.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_stt_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_llm_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_tts_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_livekit_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_total_n IS 'Calls of which it is known.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.eou_latency IS 'ms from the end of the callers speech to the agents audio; null: not measured.';
