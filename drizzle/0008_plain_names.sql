-- hand-written: renames tables, columns and stored values to the terms of docs/glossary.md, and comments on the catalog in plain English.
ALTER TABLE "fact_changes" RENAME TO "dirty_calls";
--> statement-breakpoint
ALTER SEQUENCE "fact_changes_seq_seq" RENAME TO "dirty_calls_seq_seq";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME CONSTRAINT "fact_changes_pkey" TO "dirty_calls_pkey";
--> statement-breakpoint
ALTER TABLE "dirty_calls" RENAME CONSTRAINT "fact_changes_company_fkey" TO "dirty_calls_company_fkey";
--> statement-breakpoint
ALTER TABLE "call_facts" RENAME TO "call_contributions";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME CONSTRAINT "call_facts_pkey" TO "call_contributions_pkey";
--> statement-breakpoint
ALTER TABLE "call_contributions" RENAME CONSTRAINT "call_facts_series_fkey" TO "call_contributions_series_fkey";
--> statement-breakpoint
ALTER INDEX "call_facts_series_idx" RENAME TO "call_contributions_series_idx";
--> statement-breakpoint
ALTER TABLE "rollup_checks" RENAME COLUMN "wrong_cells" TO "wrong_buckets";
--> statement-breakpoint
ALTER TABLE "leases" RENAME COLUMN "is_unsaid" TO "is_unreported";
--> statement-breakpoint
ALTER TABLE "campaign_pace" RENAME COLUMN "look_again_at" TO "recheck_at";
--> statement-breakpoint
ALTER INDEX "campaign_pace_look_again_at_idx" RENAME TO "campaign_pace_recheck_at_idx";
--> statement-breakpoint
ALTER TABLE "campaign_windows" RENAME COLUMN "look_again_at" TO "recheck_at";
--> statement-breakpoint
ALTER INDEX "campaign_windows_look_again_at_idx" RENAME TO "campaign_windows_recheck_at_idx";
--> statement-breakpoint
ALTER TABLE "imports" RENAME COLUMN "taken_back" TO "reverted";
--> statement-breakpoint
ALTER TABLE "imports" DROP CONSTRAINT "imports_status_check";
--> statement-breakpoint
UPDATE imports SET status = CASE status WHEN 'taking_back' THEN 'reverting' WHEN 'taken_back' THEN 'reverted' END WHERE status IN ('taking_back', 'taken_back');
--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_status_check" CHECK ("imports"."status" in ('receiving', 'waiting', 'merging', 'completed', 'failed', 'cancelled', 'reverting', 'reverted'));
--> statement-breakpoint
UPDATE campaign_events SET event = CASE event WHEN 'begun' THEN 'auto_started' WHEN 'import_taken_back' THEN 'import_reverted' END WHERE event IN ('begun', 'import_taken_back');
--> statement-breakpoint
UPDATE webhooks SET event_types = array_replace(array_replace(array_replace(event_types, 'campaign.begun', 'campaign.auto_started'), 'campaign.import_taken_back', 'campaign.import_reverted'), 'import.taken_back', 'import.reverted') WHERE event_types && ARRAY['campaign.begun', 'campaign.import_taken_back', 'import.taken_back'];
--> statement-breakpoint
UPDATE webhook_deliveries SET event_type = CASE event_type WHEN 'campaign.begun' THEN 'campaign.auto_started' WHEN 'campaign.import_taken_back' THEN 'campaign.import_reverted' WHEN 'import.taken_back' THEN 'import.reverted' END WHERE event_type IN ('campaign.begun', 'campaign.import_taken_back', 'import.taken_back');
--> statement-breakpoint
UPDATE events SET items = (
  SELECT jsonb_agg(CASE item ->> 'type' WHEN 'campaign.begun' THEN jsonb_set(item, '{type}', '"campaign.auto_started"') WHEN 'campaign.import_taken_back' THEN jsonb_set(item, '{type}', '"campaign.import_reverted"') WHEN 'import.taken_back' THEN jsonb_set(item, '{type}', '"import.reverted"') ELSE item END ORDER BY place)
  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place))
WHERE items @? '$[*] ? (@.type == "campaign.begun" || @.type == "campaign.import_taken_back" || @.type == "import.taken_back")';
--> statement-breakpoint
UPDATE event_outbox SET items = (
  SELECT jsonb_agg(CASE item ->> 'type' WHEN 'campaign.begun' THEN jsonb_set(item, '{type}', '"campaign.auto_started"') WHEN 'campaign.import_taken_back' THEN jsonb_set(item, '{type}', '"campaign.import_reverted"') WHEN 'import.taken_back' THEN jsonb_set(item, '{type}', '"import.reverted"') ELSE item END ORDER BY place)
  FROM jsonb_array_elements(items) WITH ORDINALITY AS each (item, place))
WHERE items @? '$[*] ? (@.type == "campaign.begun" || @.type == "campaign.import_taken_back" || @.type == "import.taken_back")';
--> statement-breakpoint
UPDATE task_events SET rule = 'reached' WHERE rule = 'talked';
--> statement-breakpoint
UPDATE task_events SET rule = regexp_replace(rule, '_again$', '_retry') WHERE rule LIKE '%\_again' AND rule <> 'never_again';
--> statement-breakpoint
UPDATE task_events SET rule = regexp_replace(rule, '_backs_off$', '_backoff') WHERE rule LIKE '%\_backs\_off';
--> statement-breakpoint
ALTER FUNCTION forget_dial_timezone() RENAME TO clear_dial_timezone;
--> statement-breakpoint
ALTER TRIGGER forget_dial_timezone ON call_tasks RENAME TO clear_dial_timezone;
--> statement-breakpoint
COMMENT ON TABLE companies IS 'A tenant. Every row of other tables belongs to exactly one company.';
--> statement-breakpoint
COMMENT ON COLUMN companies.slug IS 'Name in addresses: lower-case words joined by hyphens, unique on the platform.';
--> statement-breakpoint
COMMENT ON COLUMN companies.settings IS 'JSON object for the company''s own use.';
--> statement-breakpoint
COMMENT ON COLUMN companies.limits IS 'JSON object: max_concurrent_calls, calls_per_minute, requests_per_minute, attempts_per_number_per_day, attempts_per_number_per_week. A missing key means no limit.';
--> statement-breakpoint
COMMENT ON TABLE api_keys IS 'A key of a company. Only its SHA-256 is stored.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.prefix IS 'The beginning of the key, to recognise it by.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.expires_at IS 'The key is refused from this time on. null: it never expires.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.last_used_at IS 'Updated at most once per minute.';
--> statement-breakpoint
COMMENT ON COLUMN api_keys.revoked_at IS 'The key is refused from this time on.';
--> statement-breakpoint
COMMENT ON TABLE idempotency_keys IS 'Responses to requests with an Idempotency-Key, kept for 24 hours.';
--> statement-breakpoint
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status of the response. null while the request is running.';
--> statement-breakpoint
COMMENT ON COLUMN idempotency_keys.body IS 'The response. null if it contained a secret.';
--> statement-breakpoint
COMMENT ON TABLE skillbase_versions IS 'Every config of a skillbase. Rows never change.';
--> statement-breakpoint
COMMENT ON COLUMN skillbase_versions.restored_from IS 'The version whose config was restored as this version.';
--> statement-breakpoint
COMMENT ON TABLE campaigns IS 'Whom to call, with which skillbase, when, how fast and how often.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.skillbase_version IS 'The version that the campaign runs. null: it is pinned at the start.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.status_reason IS 'Why the campaign has its present status, for its operators.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.start_time IS 'No attempt before this time. null: no earliest time.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.end_time IS 'No attempt from this time on. null: no end.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_concurrent_calls IS 'Maximum number of live calls.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.calls_per_minute IS 'Maximum number of attempts started in any 60 s.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_retries IS 'Maximum number of attempts after the first.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.total_tasks IS 'Number of tasks.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.timezone IS 'IANA zone of the contact. null: derived from the number, else the campaign''s.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.attempt_count IS 'Attempts that count toward max_retries.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.next_attempt_at IS 'Earliest time of the next attempt. null: as soon as the campaign allows it.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.outcome IS 'Outcome of the latest attempt.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.priority IS 'Higher values are dialed first; the default is 0.';
--> statement-breakpoint
COMMENT ON TABLE calls IS 'One attempt to reach a contact, one test call, or one inbound call.';
--> statement-breakpoint
COMMENT ON COLUMN calls.skillbase_version IS 'The version that the call uses.';
--> statement-breakpoint
COMMENT ON COLUMN calls.external_call_id IS 'Id in the system that created the call; unique in the company.';
--> statement-breakpoint
COMMENT ON COLUMN calls.turn_count IS 'Number of turns in call_logs when the metrics were last derived.';
--> statement-breakpoint
COMMENT ON TABLE call_metrics IS 'Figures derived from the turns of a call, its cost and its outcome: one row per call.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_stt IS 'USD with six decimal places. null: not priced, which is not the same as free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_llm IS 'USD with six decimal places. null: not priced, which is not the same as free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_tts IS 'USD with six decimal places. null: not priced, which is not the same as free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_livekit IS 'USD with six decimal places. null: not priced, which is not the same as free.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.interruption_count IS 'Turns that were interrupted. null: not reported.';
--> statement-breakpoint
COMMENT ON TABLE call_logs IS 'One turn: an utterance of one side with its measurements.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.content IS 'The text of the utterance.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.was_interrupted IS 'null: not reported.';
--> statement-breakpoint
COMMENT ON COLUMN calls.is_outcome_classified IS 'No outcome was reported: it was classified from the call, and is replaced when one is reported.';
--> statement-breakpoint
COMMENT ON TABLE dirty_calls IS 'Calls that changed since they were folded into the rollups. Writers of calls append, the fold loop deletes.';
--> statement-breakpoint
COMMENT ON TABLE metric_series IS 'The combinations of keys that rollups are stored for: all five keys, or (is_total) direction and outcome only.';
--> statement-breakpoint
COMMENT ON COLUMN metric_series.first_bucket IS 'Earliest hour with a call of this series.';
--> statement-breakpoint
COMMENT ON COLUMN metric_series.last_bucket IS 'Latest hour with a call of this series.';
--> statement-breakpoint
COMMENT ON TABLE rollup_checks IS 'When a day of rollups was last compared with its calls, and how many calls and buckets differed and were rebuilt.';
--> statement-breakpoint
COMMENT ON TABLE metric_rollups IS 'Contributions aggregated by hour and day (UTC): one row per series that had a call.';
--> statement-breakpoint
COMMENT ON TABLE call_contributions IS 'What a call contributed to the rollups when it was last folded.';
--> statement-breakpoint
COMMENT ON TABLE prices IS 'Price of a provider during a period, for one company or for all (the nil company).';
--> statement-breakpoint
COMMENT ON COLUMN prices.model IS 'Empty: applies to every model of the provider that has no price of its own.';
--> statement-breakpoint
COMMENT ON COLUMN prices.price IS 'USD per unit.';
--> statement-breakpoint
COMMENT ON COLUMN prices.minimum IS 'Minimum quantity that is billed, in seconds, tokens, characters or calls.';
--> statement-breakpoint
COMMENT ON COLUMN prices.increment IS 'Quantities are rounded up to a multiple of this, in seconds, tokens, characters or calls. 0: billed as measured.';
--> statement-breakpoint
COMMENT ON TABLE rerates IS 'A period whose calls are priced again, or only compared (dry run).';
--> statement-breakpoint
COMMENT ON TABLE superseded_costs IS 'Costs of a call before a rerate.';
--> statement-breakpoint
COMMENT ON COLUMN superseded_costs.cost_lines IS 'The lines of the superseded cost.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_lines IS 'The lines of the computed cost: quantity, unit price, price id, amount in USD.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.cost_reported IS 'USD by component as the provider reported it. It replaces the computed cost.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.days_of_week IS '1 (Monday) to 7: days on which calling windows start. null: all days.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.blackout_dates IS 'Dates without calls.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.retry_policy IS 'JSON object by outcome: max and delays_minutes. Outcomes that are not named have their default.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.weight IS 'Share of the company''s capacity, relative to its other campaigns.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.caller_number IS 'Number shown to the callee.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.ring_timeout_sec IS 'Maximum ringing time, seconds.';
--> statement-breakpoint
COMMENT ON COLUMN campaigns.max_call_duration_sec IS 'Maximum duration of a conversation, seconds.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.dial_timezone IS 'Zones whose windows must all be open, joined by commas. Empty: the campaign''s zone only. null: not determined yet, so the task is not dialed.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.outcome_counts IS 'JSON object: attempts by outcome since the task was last restarted. Retry decisions use it.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.dial_priority IS 'The priority of the task; for a callback, a value above every priority.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.due_at IS 'next_attempt_at, or the time at which the task was added.';
--> statement-breakpoint
COMMENT ON TABLE campaign_pace IS 'When a campaign may claim its next attempt. A claim, a pause, a stop and an edit of the campaign lock its row.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_pace.recheck_at IS 'Nothing can be claimed before this time.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_pace.breaker_since IS 'The circuit breaker ignores attempts before this time.';
--> statement-breakpoint
COMMENT ON TABLE company_pace IS 'As campaign_pace, for companies with limits over all their campaigns.';
--> statement-breakpoint
COMMENT ON TABLE campaign_windows IS 'The present or next calling window of a campaign for one zone. A zone without a row is closed.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.dial_timezone IS 'As call_tasks.dial_timezone.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.opens_at IS 'null: no window was found.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.closes_at IS 'End of the window, exclusive.';
--> statement-breakpoint
COMMENT ON COLUMN campaign_windows.recheck_at IS 'When the window must be computed again.';
--> statement-breakpoint
COMMENT ON TABLE leases IS 'Reserves an attempt for a worker, from the claim until it is settled.';
--> statement-breakpoint
COMMENT ON COLUMN leases.worker IS 'The worker that holds the lease, or held it last.';
--> statement-breakpoint
COMMENT ON COLUMN leases.lease_until IS 'From this time on another worker asks the carrier what happened.';
--> statement-breakpoint
COMMENT ON COLUMN leases.settle_at IS 'When the task may be settled. null while the call is live.';
--> statement-breakpoint
COMMENT ON COLUMN leases.is_unreported IS 'The carrier ended a conversation, and the agent has not reported yet.';
--> statement-breakpoint
COMMENT ON TABLE task_events IS 'Every decision about a task, with its time and its rule.';
--> statement-breakpoint
COMMENT ON COLUMN task_events.due_at IS 'When the next attempt was due before it was moved into a calling window.';
--> statement-breakpoint
COMMENT ON TABLE campaign_events IS 'The log of a campaign, for its operators.';
--> statement-breakpoint
COMMENT ON COLUMN suppressions.phone_number IS 'E.164; unique in the company.';
--> statement-breakpoint
COMMENT ON COLUMN suppressions.expires_at IS 'The number may be called again from this time on. null: never.';
--> statement-breakpoint
COMMENT ON TABLE simulated_calls IS 'Records of the simulated carrier: what it was asked to dial, and the progress of each call.';
--> statement-breakpoint
COMMENT ON COLUMN simulated_calls.dial_requests IS 'How often this call was requested; it rang once.';
--> statement-breakpoint
COMMENT ON COLUMN simulated_calls.next_at IS 'Time of the next simulated event. null: none.';
--> statement-breakpoint
COMMENT ON TABLE imports IS 'One upload of a call list for a campaign, and the results of its rows.';
--> statement-breakpoint
COMMENT ON COLUMN imports.line IS 'The last line of the file that was processed.';
--> statement-breakpoint
COMMENT ON COLUMN imports.alive_at IS 'When a process last worked on the import.';
--> statement-breakpoint
COMMENT ON TABLE import_rows IS 'Staged rows of a file: rows that are not merged yet, and rejected rows (with a code).';
--> statement-breakpoint
COMMENT ON COLUMN import_rows.cells IS 'JSON array: the cells of a rejected row as they were in the file.';
--> statement-breakpoint
COMMENT ON COLUMN import_rows.timezone IS 'IANA zone given in the row.';
--> statement-breakpoint
COMMENT ON COLUMN call_tasks.import_id IS 'The import that added the task.';
--> statement-breakpoint
COMMENT ON TABLE event_outbox IS 'Events of committed transactions that have no ids yet: one row per transaction and company.';
--> statement-breakpoint
COMMENT ON COLUMN event_outbox.n IS 'Order in which transactions wrote. Transactions of one call or campaign wait for each other.';
--> statement-breakpoint
COMMENT ON TABLE events IS 'Events in their order. One row holds the events of one transaction: ids first_id to id.';
--> statement-breakpoint
COMMENT ON COLUMN events.items IS 'As event_outbox.items; the first element has the id first_id.';
--> statement-breakpoint
COMMENT ON TABLE event_heads IS 'Ids of the first retained and the last event of a company.';
--> statement-breakpoint
COMMENT ON TABLE live_tickets IS 'Tickets that open one WebSocket each, valid for 30 s.';
--> statement-breakpoint
COMMENT ON TABLE webhooks IS 'Where the events of a company are delivered.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.event_types IS 'Subscribed event types; * means all except call.turns.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.secret IS 'whsec_ and base64. It signs deliveries, so it is stored readable.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.failing_since IS 'First failed attempt since the last success.';
--> statement-breakpoint
COMMENT ON COLUMN webhooks.position IS 'Id of the last event for which deliveries were created.';
--> statement-breakpoint
COMMENT ON TABLE webhook_deliveries IS 'Delivery of one event to one webhook; id is the webhook-id of the message.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.order_key IS 'Deliveries with the same key are sent in order: the id of the call, else of the campaign, else of the delivery.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.next_attempt_at IS 'Time of the next attempt; during an attempt, when that attempt counts as lost. null: an earlier delivery with the same order_key is pending.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.retry_count IS 'Attempts since the delivery was last resent by a user.';
--> statement-breakpoint
COMMENT ON COLUMN webhook_deliveries.http_status IS 'HTTP status of the last attempt.';
--> statement-breakpoint
COMMENT ON TABLE webhook_attempts IS 'One attempt of a delivery.';
--> statement-breakpoint
COMMENT ON TABLE call_briefs IS 'The contact data in the brief of a call, fixed at the first request for it.';
--> statement-breakpoint
COMMENT ON COLUMN call_briefs.briefed_at IS 'When an agent first fetched the brief.';
--> statement-breakpoint
COMMENT ON TABLE call_tokens IS 'Tokens for the agent of one call. They expire after the call.';
--> statement-breakpoint
COMMENT ON TABLE test_calls IS 'Dial parameters of test calls.';
--> statement-breakpoint
COMMENT ON COLUMN test_calls.ring_timeout_sec IS 'Maximum ringing time, seconds.';
--> statement-breakpoint
COMMENT ON COLUMN test_calls.max_call_duration_sec IS 'Maximum duration of the conversation, seconds.';
--> statement-breakpoint
COMMENT ON TABLE livekit_calls IS 'State of each call of the LiveKit carrier.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.state IS 'reserved: no INVITE was sent yet; void: none will be sent; inviting: one may have been sent; answered; ended.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.rings_until IS 'An INVITE without any sign of life is over at this time.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.hang_up_at IS 'When hanging up was requested.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.outcome IS 'null: the agent reports it.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.ended_reason IS 'As LiveKit or the trunk reported it.';
--> statement-breakpoint
COMMENT ON COLUMN livekit_calls.is_cleared IS 'The room was deleted, or never existed.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_avg IS 'Speech to text, end of speech to final transcript: average in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_min IS 'Speech to text, end of speech to final transcript: minimum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_stt_max IS 'Speech to text, end of speech to final transcript: maximum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_sum IS 'Speech to text, end of speech to final transcript: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_min IS 'Speech to text, end of speech to final transcript: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_max IS 'Speech to text, end of speech to final transcript: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_stt_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_stt_sum IS 'Speech to text, end of speech to final transcript: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_stt_min IS 'Speech to text, end of speech to final transcript: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_stt_max IS 'Speech to text, end of speech to final transcript: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_stt_histogram IS 'Speech to text, end of speech to final transcript: turns by bucket with ten decimal digits per bucket, sum of n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_stt_buckets IS 'Speech to text, end of speech to final transcript: logarithmic bucket (2 % wide) of each turn.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_avg IS 'Language model, time to first token: average in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_min IS 'Language model, time to first token: minimum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.latency_llm_max IS 'Language model, time to first token: maximum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_sum IS 'Language model, time to first token: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_min IS 'Language model, time to first token: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_max IS 'Language model, time to first token: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.latency_llm_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.latency_llm_sum IS 'Language model, time to first token: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.latency_llm_min IS 'Language model, time to first token: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.latency_llm_max IS 'Language model, time to first token: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.latency_llm_histogram IS 'Language model, time to first token: turns by bucket with ten decimal digits per bucket, sum of n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.latency_llm_buckets IS 'Language model, time to first token: logarithmic bucket (2 % wide) of each turn.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_avg IS 'Text to speech, time to first audio: average in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_min IS 'Text to speech, time to first audio: minimum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.ttfb_tts_max IS 'Text to speech, time to first audio: maximum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_sum IS 'Text to speech, time to first audio: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_min IS 'Text to speech, time to first audio: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_max IS 'Text to speech, time to first audio: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_tts_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_tts_sum IS 'Text to speech, time to first audio: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_tts_min IS 'Text to speech, time to first audio: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_tts_max IS 'Text to speech, time to first audio: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.ttfb_tts_histogram IS 'Text to speech, time to first audio: turns by bucket with ten decimal digits per bucket, sum of n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.ttfb_tts_buckets IS 'Text to speech, time to first audio: logarithmic bucket (2 % wide) of each turn.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_avg IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: average in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_min IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: minimum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN call_metrics.eou_latency_max IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: maximum in ms of the turns that measured it. null: not measured.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_sum IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_min IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_max IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.eou_latency_n IS 'Number of turns that measured it.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.eou_latency_sum IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: sum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.eou_latency_min IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: minimum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.eou_latency_max IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: maximum in ms.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.eou_latency_histogram IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: turns by bucket with ten decimal digits per bucket, sum of n(i) * 10^(10 i).';
--> statement-breakpoint
COMMENT ON COLUMN call_contributions.eou_latency_buckets IS 'End of utterance, end of the caller''s speech to the decision that the turn is over: logarithmic bucket (2 % wide) of each turn.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_stt_n IS 'Number of calls whose cost is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_llm_n IS 'Number of calls whose cost is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_tts_n IS 'Number of calls whose cost is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_livekit_n IS 'Number of calls whose cost is known.';
--> statement-breakpoint
COMMENT ON COLUMN metric_rollups.cost_total_n IS 'Number of calls whose cost is known.';
--> statement-breakpoint
COMMENT ON COLUMN call_logs.eou_latency IS 'ms from the end of the caller''s speech to the decision that the turn is over. null: not measured.';
