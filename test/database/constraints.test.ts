import { test } from 'tap'
import { isInSeconds, usageDetailNames } from '../../src/db/schema/index.ts'
import {
  a,
  b,
  type Change,
  errorOf,
  insert,
  listConstraints,
  noSuchId,
  quote,
  seededDatabase,
  tryAndRollBack,
  validRows,
} from './seed.ts'

/** One change for each column and value. */
const eachValue = (columns: string[], values: string[]): Change[] =>
  columns.flatMap((column) => values.map((value) => ({ [column]: value })))
const invalidLatencies = ['-0.001', '600000.001', `'NaN'`, `'Infinity'`, `'-Infinity'`]
const invalidUsageDetails = [
  ...eachValue(
    usageDetailNames.filter((name) => !isInSeconds(name)),
    ['-1'],
  ),
  ...eachValue(usageDetailNames.filter(isInSeconds), ['-0.001', `'NaN'`, `'Infinity'`]),
]
const invalidAmounts = ['-0.001', `'NaN'`, `'Infinity'`]
const nonObjects = [`'[]'`, `'"text"'`, `'1'`, `'null'`]
const invalidOutcomes = [`'won'`, `'SUCCESS'`, `''`]
const invalidCallLatencies = (name: string): Change[] => [
  ...eachValue([`${name}_avg`, `${name}_min`, `${name}_max`], invalidLatencies),
  { [`${name}_min`]: '2', [`${name}_max`]: '1' },
]

/** For each constraint: changes to a valid row, or whole statements, that violate this constraint and no other. */
const violations: Record<string, (Change | string)[]> = {
  companies_pkey: [{ id: quote(a.company) }],
  companies_slug_key: [{ slug: `'company-a'` }],
  companies_slug_check: eachValue(
    ['slug'],
    [`''`, `'Upper'`, `'two words'`, `'-a'`, `'a-'`, `'a--b'`, `E'a\\n'`],
  ),
  companies_settings_check: eachValue(['settings'], nonObjects),
  companies_limits_check: eachValue(['limits'], nonObjects),

  api_keys_pkey: [
    `${insert('api_keys', { id: quote(noSuchId) })}; ${insert('api_keys', { id: quote(noSuchId) })}`,
  ],
  api_keys_key_hash_key: [{ key_hash: `repeat('a', 64)` }],
  api_keys_company_fkey: [{ company_id: quote(noSuchId) }],
  api_keys_key_hash_check: eachValue(
    ['key_hash'],
    [`''`, `repeat('0', 63)`, `repeat('0', 65)`, `repeat('A', 64)`],
  ),
  api_keys_scopes_check: eachValue(['scopes'], [`'{}'`, `'{platform}'`, `'{read,root}'`, `'{read,null}'`]),

  idempotency_keys_pkey: [{ key: `'k'` }],
  idempotency_keys_key_check: eachValue(['key'], [`''`, `repeat('k', 256)`]),
  idempotency_keys_status_check: eachValue(['status'], ['199', '300', '0', '-200']),

  skillbases_pkey: [{ id: quote(a.skillbase) }],
  skillbases_slug_key: [{ slug: `'s'` }],
  skillbases_company_fkey: [{ company_id: quote(noSuchId) }],
  skillbases_slug_check: eachValue(['slug'], [`''`, `'S'`, `'a b'`, `'a_b'`, `'-a'`]),
  skillbases_version_check: eachValue(['version'], ['0', '-1']),
  skillbases_config_check: eachValue(['config'], nonObjects),
  skillbases_published_version_check: eachValue(['published_version'], ['0', '2', '-1']).map((change) => ({
    ...change,
    is_published: 'true',
  })),
  skillbases_is_published_check: [{ published_version: '1' }],

  skillbase_versions_pkey: [{ version: '1' }],
  skillbase_versions_skillbase_fkey: eachValue(['skillbase_id'], [quote(noSuchId), quote(b.skillbase)]),
  skillbase_versions_version_check: eachValue(['version'], ['0', '-1']),
  skillbase_versions_config_check: eachValue(['config'], nonObjects),
  skillbase_versions_restored_from_check: eachValue(['restored_from'], ['0', '2', '3', '-1']),

  campaigns_pkey: [{ id: quote(a.campaign) }],
  campaigns_company_fkey: [
    `alter table campaigns drop constraint campaigns_skillbase_fkey; ${insert('campaigns', { company_id: quote(noSuchId) })}`,
  ],
  campaigns_skillbase_fkey: eachValue(['skillbase_id'], [quote(noSuchId), quote(b.skillbase)]),
  campaigns_skillbase_version_fkey: [{ skillbase_version: '2' }],
  campaigns_status_check: eachValue(['status'], [`'live'`, `''`, `'Draft'`]),
  campaigns_times_check: [
    { start_time: `'2026-01-02'`, end_time: `'2026-01-01'` },
    { start_time: `'2026-01-01'`, end_time: `'2026-01-01'` },
  ],
  campaigns_daily_times_check: [
    { daily_start_time: `'09:00'` },
    { daily_end_time: `'21:00'` },
    { daily_start_time: `'09:00'`, daily_end_time: `'09:00'` },
    { daily_start_time: `'24:00'`, daily_end_time: `'09:00'` },
  ],
  campaigns_timezone_check: [{ timezone: `''` }],
  campaigns_max_concurrent_calls_check: eachValue(['max_concurrent_calls'], ['0', '-1', '1000001']),
  campaigns_calls_per_minute_check: eachValue(['calls_per_minute'], ['0', '-1', '60000001']),
  campaigns_max_attempts_check: eachValue(['max_attempts'], ['0', '-1', '1001']),
  campaigns_max_retries_check: eachValue(['max_retries'], ['-1', '101']),
  campaigns_retry_delay_minutes_check: eachValue(['retry_delay_minutes'], ['-1', '43201']),
  campaigns_contact_daily_times_check: [
    { contact_daily_start_time: `'09:00'` },
    { contact_daily_end_time: `'21:00'` },
    { contact_daily_start_time: `'09:00'`, contact_daily_end_time: `'09:00'` },
    { contact_daily_start_time: `'24:00'`, contact_daily_end_time: `'09:00'` },
  ],
  campaigns_days_of_week_check: eachValue(['days_of_week'], [`'{}'`, `'{0}'`, `'{1,8}'`, `'{1,null}'`]),
  campaigns_blackout_dates_check: eachValue(['blackout_dates'], [`'{null}'`, `'{2026-01-01,null}'`]),
  campaigns_retry_policy_check: eachValue(['retry_policy'], nonObjects),
  campaigns_completes_check: eachValue(['completes'], [`''`, `'unknown'`]),
  campaigns_version_pinning_check: eachValue(['version_pinning'], [`''`, `'unknown'`]),
  campaigns_unknown_zone_check: eachValue(['unknown_zone'], [`''`, `'unknown'`]),
  campaigns_weight_check: eachValue(['weight'], ['0', '101', '-1']),
  campaigns_caller_number_check: eachValue(['caller_number'], [`''`, `repeat('1', 65)`]),
  campaigns_ring_timeout_sec_check: eachValue(['ring_timeout_sec'], ['4', '121']),
  campaigns_max_call_duration_sec_check: eachValue(['max_call_duration_sec'], ['9', '86401']),
  campaigns_counters_check: eachValue(['total_tasks', 'completed_tasks', 'failed_tasks'], ['-1']),
  campaigns_ended_at_check: eachValue(['status'], [`'draft'`, `'scheduled'`, `'running'`, `'paused'`]).map(
    (change) => ({ ...change, ended_at: 'now()' }),
  ),

  call_tasks_pkey: [{ id: quote(a.task) }],
  call_tasks_phone_identity_key: [{ phone_number: `'+79990000001'` }],
  call_tasks_campaign_fkey: eachValue(['campaign_id'], [quote(noSuchId), quote(b.campaign)]),
  call_tasks_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),
  call_tasks_phone_extension_check: eachValue(['phone_extension'], [`''`, `'12a'`, `repeat('1', 16)`]),
  call_tasks_further_numbers_check: eachValue(['further_numbers'], [`'{}'`, `'1'`, `'null'`]),
  call_tasks_phone_number_check: eachValue(
    ['phone_number'],
    [
      `''`,
      `'79990000002'`,
      `'+0999000000'`,
      `'+799900'`,
      `'+7999000000000000'`,
      `'+7 999 000'`,
      `'+7999000000a'`,
    ],
  ),
  call_tasks_contact_data_check: eachValue(['contact_data'], nonObjects),
  call_tasks_timezone_check: [{ timezone: `''` }],
  call_tasks_status_check: eachValue(['status'], [`'done'`, `''`]),
  call_tasks_outcome_check: eachValue(['outcome'], invalidOutcomes),
  call_tasks_timezone_source_check: eachValue(['timezone_source'], [`'guessed'`, `''`]),
  call_tasks_outcome_counts_check: eachValue(['outcome_counts'], nonObjects),
  call_tasks_attempt_count_check: [{ attempt_count: '-1' }],
  call_tasks_priority_check: eachValue(['priority'], ['-1001', '1001']),

  calls_pkey: [{ id: quote(a.call) }],
  calls_external_call_id_key: [{ external_call_id: `'e'` }],
  calls_company_fkey: [{ company_id: quote(noSuchId) }],
  calls_skillbase_fkey: eachValue(['skillbase_id'], [quote(noSuchId), quote(b.skillbase)]),
  calls_skillbase_version_fkey: [{ skillbase_id: quote(a.skillbase), skillbase_version: '2' }],
  calls_campaign_fkey: eachValue(['campaign_id'], [quote(noSuchId), quote(b.campaign)]),
  calls_call_task_fkey: eachValue(['call_task_id'], [quote(noSuchId), quote(b.task)]),
  calls_direction_check: eachValue(['direction'], [`'in'`, `''`]),
  calls_status_check: eachValue(['status'], [`'ended'`, `''`]),
  calls_outcome_check: eachValue(['outcome'], invalidOutcomes),
  calls_ended_at_check: [
    ...eachValue(['status'], [`'queued'`, `'dialing'`, `'ringing'`, `'active'`]).map((change) => ({
      ...change,
      ended_at: 'now()',
    })),
    { status: `'completed'`, started_at: `'2026-01-02'`, ended_at: `'2026-01-01'` },
  ],
  calls_answered_at_check: [
    { dialed_at: `'2026-01-02'`, answered_at: `'2026-01-01'` },
    {
      status: `'completed'`,
      started_at: `'2026-01-01'`,
      answered_at: `'2026-01-03'`,
      ended_at: `'2026-01-02'`,
    },
    {
      status: `'completed'`,
      started_at: `'2026-01-01'`,
      dialed_at: `'2026-01-03'`,
      ended_at: `'2026-01-02'`,
    },
  ],
  calls_ring_sec_check: eachValue(['ring_sec'], invalidAmounts),
  calls_duration_sec_check: eachValue(['duration_sec'], invalidAmounts),
  calls_turn_count_check: [{ turn_count: '-1' }],
  calls_rating_check: eachValue(['rating'], ['0', '6', '-1']),
  calls_outcome_data_check: eachValue(['outcome_data'], nonObjects),
  calls_collected_data_check: eachValue(['collected_data'], nonObjects),
  calls_numbers_check: eachValue(['caller_number', 'callee_number'], [`''`, `repeat('1', 65)`]),

  call_metrics_pkey: [
    [
      insert('call_metrics', { id: quote(noSuchId) }),
      insert('calls', { id: quote(noSuchId) }),
      insert('call_metrics', { id: quote(noSuchId), call_id: quote(noSuchId) }),
    ].join(';'),
  ],
  call_metrics_call_id_key: [{ call_id: quote(a.call) }],
  call_metrics_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),
  call_metrics_ttfb_stt_check: invalidCallLatencies('ttfb_stt'),
  call_metrics_latency_llm_check: invalidCallLatencies('latency_llm'),
  call_metrics_ttfb_tts_check: invalidCallLatencies('ttfb_tts'),
  call_metrics_eou_latency_check: invalidCallLatencies('eou_latency'),
  call_metrics_e2e_latency_check: invalidCallLatencies('e2e_latency'),
  call_metrics_overlap_count_check: eachValue(['overlap_count'], ['-1']),
  call_metrics_usage_check: [
    ...eachValue(['stt_duration_sec', 'livekit_duration_sec'], invalidAmounts),
    ...eachValue(
      ['llm_input_tokens', 'llm_cached_input_tokens', 'llm_output_tokens', 'tts_characters'],
      ['-1'],
    ),
  ],
  call_metrics_usage_details_check: invalidUsageDetails,
  call_metrics_cost_check: eachValue(
    ['cost_stt', 'cost_llm', 'cost_tts', 'cost_livekit', 'cost_total'],
    ['-0.000001', `'NaN'`],
  ),
  call_metrics_interruption_check: [
    { interruption_count: '-1' },
    ...eachValue(['interruption_rate'], ['-0.1', '1.1', `'NaN'`]),
  ],
  call_metrics_sentiment_score_check: eachValue(['sentiment_score'], ['-1.1', '1.1', `'NaN'`]),
  call_metrics_outcome_check: eachValue(['outcome'], invalidOutcomes),
  call_metrics_outcome_confidence_check: eachValue(['outcome_confidence'], ['-0.1', '1.1', `'NaN'`]),
  call_metrics_turn_counts_check: eachValue(['turn_count', 'user_turn_count', 'bot_turn_count'], ['-1']),

  call_logs_pkey: [{ turn_index: '0' }],
  call_logs_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),
  call_logs_turn_index_check: [{ turn_index: '-1' }],
  call_logs_role_check: eachValue(['role'], [`'bot'`, `''`]),
  call_logs_ttfb_stt_check: eachValue(['ttfb_stt'], invalidLatencies),
  call_logs_latency_stt_check: eachValue(['latency_stt'], invalidLatencies),
  call_logs_latency_llm_check: eachValue(['latency_llm'], invalidLatencies),
  call_logs_ttfb_tts_check: eachValue(['ttfb_tts'], invalidLatencies),
  call_logs_latency_tts_check: eachValue(['latency_tts'], invalidLatencies),
  call_logs_eou_latency_check: eachValue(['eou_latency'], invalidLatencies),
  call_logs_e2e_latency_check: eachValue(['e2e_latency'], invalidLatencies),
  call_logs_overlap_ms_check: eachValue(['overlap_ms'], invalidLatencies),
  call_logs_is_e2e_computed_check: [{ is_e2e_computed: 'true', e2e_latency: 'null' }],
  call_logs_stt_duration_sec_check: eachValue(['stt_duration_sec'], invalidAmounts),
  call_logs_usage_check: [
    ...eachValue(
      ['llm_input_tokens', 'llm_cached_input_tokens', 'llm_output_tokens', 'tts_characters'],
      ['-1'],
    ),
    { llm_input_tokens: '1', llm_cached_input_tokens: '2' },
  ],
  call_logs_usage_details_check: [
    ...invalidUsageDetails,
    { llm_input_tokens: '1', llm_audio_input_tokens: '2' },
    { llm_input_tokens: '1', llm_image_input_tokens: '2' },
    { llm_input_tokens: '1', llm_cache_write_tokens: '2' },
    { llm_cache_write_tokens: '1', llm_cache_write_1h_tokens: '2' },
    { llm_audio_input_tokens: '1', llm_cached_audio_input_tokens: '2' },
    { llm_image_input_tokens: '1', llm_cached_image_input_tokens: '2' },
    { llm_output_tokens: '1', llm_audio_output_tokens: '2' },
    { llm_output_tokens: '1', llm_image_output_tokens: '2' },
  ],
  call_logs_sentiment_check: eachValue(['sentiment'], ['-1.1', '1.1', `'NaN'`]),
  call_logs_extra_data_check: eachValue(['extra_data'], nonObjects),

  call_metrics_cost_reported_check: eachValue(['cost_reported'], nonObjects),
  call_metrics_cost_lines_check: eachValue(['cost_lines'], [`'{}'`, `'"text"'`, `'1'`, `'null'`]),
  call_metrics_providers_check: eachValue(['providers'], nonObjects),

  prices_pkey: [{ id: quote(a.call) }],
  prices_effective_from_key: [{ effective_from: `'2026-01-01Z'` }],
  prices_component_check: eachValue(['component'], [`'carrier'`, `''`]),
  prices_unit_check: eachValue(['unit'], [`'hour'`, `''`]),
  prices_provider_check: eachValue(['provider'], [`''`, `'Deepgram'`, `'two words'`]),
  prices_price_check: eachValue(['price'], ['-0.000000001', `'NaN'`]),
  prices_quantities_check: eachValue(['minimum', 'increment'], ['-0.000001', `'NaN'`]),
  prices_effective_check: eachValue(['effective_to'], [`'2026-02-01Z'`, `'2026-01-01Z'`]),

  price_aliases_pkey: [{ id: quote(a.call) }],
  price_aliases_provider_key: [{ provider: `'alias'` }],
  price_aliases_company_fkey: [{ company_id: quote(noSuchId) }],
  price_aliases_provider_check: eachValue(['provider'], [`''`, `'Alias'`]),
  price_aliases_model_check: eachValue(['model'], [`'M'`]),
  price_aliases_price_provider_check: eachValue(['price_provider'], [`''`, `'Openai'`]),

  rerates_pkey: [{ id: quote(a.call) }],
  rerates_company_fkey: [{ company_id: quote(noSuchId) }],
  rerates_status_check: eachValue(['status'], [`'paused'`, `''`]),
  rerates_period_check: [{ '"end"': `'2026-01-01Z'` }],

  superseded_costs_pkey: [{ call_id: quote(a.call) }],
  superseded_costs_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),
  superseded_costs_rerate_fkey: eachValue(['rerate_id'], [quote(noSuchId), quote(b.call)]),

  call_texts_pkey: [{ call_id: quote(a.call) }],
  call_texts_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),

  changed_transcripts_pkey: [{ seq: '1' }],
  changed_transcripts_company_fkey: [{ company_id: quote(noSuchId) }],

  dirty_calls_pkey: [{ seq: '1' }],
  dirty_calls_company_fkey: [{ company_id: quote(noSuchId) }],

  metric_series_pkey: [{ id: '1' }],
  metric_series_labels_key: [{ is_total: 'false' }],
  metric_series_company_fkey: [{ company_id: quote(noSuchId) }],
  metric_series_total_check: [
    { campaign_id: quote(a.campaign) },
    { skillbase_id: quote(a.skillbase) },
    { skillbase_version: '1' },
  ],

  call_contributions_pkey: [{ call_id: quote(a.call) }],
  call_contributions_series_fkey: [{ series_id: '9' }, { company_id: quote(noSuchId) }],

  metric_rollups_pkey: [{ grain: `'hour'` }],
  metric_rollups_series_fkey: [{ series_id: '9' }, { company_id: quote(noSuchId) }],
  metric_rollups_grain_check: eachValue(['grain'], [`'week'`, `''`]),

  rollup_checks_pkey: [{ day: `'2026-01-01'` }],
  rollup_checks_company_fkey: [{ company_id: quote(noSuchId) }],

  campaign_pace_pkey: [{ campaign_id: quote(a.campaign) }],
  campaign_pace_campaign_fkey: eachValue(['campaign_id'], [quote(noSuchId), quote(b.campaign)]),
  company_pace_pkey: [{ company_id: quote(a.company) }],
  company_pace_company_fkey: [`insert into company_pace (company_id) values ('${noSuchId}')`],
  campaign_windows_pkey: [{ dial_timezone: `''` }],
  campaign_windows_campaign_fkey: eachValue(['campaign_id'], [quote(noSuchId), quote(b.campaign)]),
  campaign_windows_opening_check: [
    { opens_at: 'now()' },
    { closes_at: 'now()' },
    { opens_at: 'now()', closes_at: 'now()' },
  ],
  campaign_failures_pkey: [{ operation: `'claim'` }],
  campaign_failures_campaign_fkey: eachValue(['campaign_id'], [quote(noSuchId), quote(b.campaign)]),
  campaign_failures_operation_check: eachValue(['operation'], [`'dial'`, `''`]),
  campaign_failures_failures_check: eachValue(['failures'], ['0', '-1']),
  leases_pkey: [{ call_id: quote(a.call) }],
  leases_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),
  leases_phone_identity_key: [{ phone_number: `'+79990000001'` }],
  leases_campaign_check: [{ campaign_id: 'null' }, { call_task_id: 'null' }],
  call_briefs_pkey: [{ call_id: quote(a.call) }],
  call_briefs_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),
  call_briefs_contact_check: eachValue(['contact'], nonObjects),
  call_tokens_pkey: [{ token_hash: `'a'` }],
  call_tokens_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),
  test_calls_pkey: [{ call_id: quote(a.call) }],
  test_calls_call_fkey: eachValue(['call_id'], [quote(noSuchId), quote(b.call)]),
  test_calls_ring_timeout_sec_check: eachValue(['ring_timeout_sec'], ['4', '121']),
  test_calls_max_call_duration_sec_check: eachValue(['max_call_duration_sec'], ['9', '14401']),
  livekit_calls_pkey: [{ call_id: quote(a.call) }],
  livekit_calls_company_fkey: [{ company_id: quote(noSuchId) }],
  livekit_calls_state_check: eachValue(['state'], [`'dialing'`, `''`]).map((change) => ({
    ...change,
    rings_until: 'now()',
  })),
  livekit_calls_outcome_check: eachValue(['outcome'], invalidOutcomes),
  livekit_calls_ended_at_check: [{ ended_at: 'now()' }, { state: `'ended'`, rings_until: 'now()' }],
  livekit_calls_rings_until_check: [{ rings_until: 'now()' }, { state: `'inviting'` }],
  leases_settle_at_check: [{ is_live: 'false' }, { settle_at: 'now()' }],
  task_events_pkey: [{ seq: '0' }],
  task_events_call_task_fkey: eachValue(['call_task_id'], [quote(noSuchId), quote(b.task)]),
  task_events_status_check: eachValue(['status'], [`'done'`, `''`]),
  task_events_outcome_check: eachValue(['outcome'], invalidOutcomes),
  campaign_events_pkey: [{ seq: '0' }],
  campaign_events_campaign_fkey: eachValue(['campaign_id'], [quote(noSuchId), quote(b.campaign)]),
  campaign_events_data_check: eachValue(['data'], nonObjects),
  simulated_calls_pkey: [{ call_id: quote(a.call) }],
  simulated_calls_company_fkey: [{ company_id: quote(noSuchId) }],
  simulated_calls_status_check: eachValue(['status'], [`'queued'`, `''`]),
  simulated_calls_outcome_check: eachValue(['outcome'], invalidOutcomes),
  simulated_calls_dial_requests_check: eachValue(['dial_requests'], ['0']),
  simulated_calls_attempt_check: eachValue(['attempt'], ['0', '-1']),
  simulated_calls_plan_check: eachValue(['plan'], nonObjects),
  suppressions_pkey: [
    `${insert('suppressions', { id: quote(noSuchId) })}; ${insert('suppressions', { id: quote(noSuchId), phone_number: `'+79990000003'` })}`,
  ],
  suppressions_phone_identity_key: [{ phone_number: `'+79990000001'` }],
  suppressions_company_fkey: [{ company_id: quote(noSuchId) }],
  suppressions_phone_number_check: eachValue(['phone_number'], [`''`, `'79990000002'`, `'+0999000000'`]),
  suppressions_reason_check: eachValue(['reason'], [`'bored'`, `''`]),
  imports_pkey: [{ id: quote(a.call) }],
  imports_campaign_fkey: eachValue(['campaign_id'], [quote(noSuchId), quote(b.campaign)]),
  // Without a campaign, whose key would be violated too: the import of a suppression list.
  imports_company_fkey: [{ company_id: quote(noSuchId), campaign_id: 'null' }],
  imports_status_check: eachValue(['status'], [`'lost'`, `''`]),
  imports_on_duplicate_check: eachValue(['on_duplicate'], [`'merge'`, `''`]),
  imports_failed_attempts_check: eachValue(['failed_attempts'], ['-1']),
  imports_counts_check: [
    ...eachValue(['total', 'updated', 'skipped', 'suppressed', 'rejected', 'reverted'], ['-1']),
    { created: '-1', reverted: '-1' },
    { created: '1', reverted: '2' },
  ],
  imports_total_check: [
    { status: `'completed'`, total: '1' },
    { status: `'completed'`, total: '1', created: '1', skipped: '1' },
  ],
  import_rows_pkey: [{ line: '2' }],
  event_outbox_pkey: [{ n: '1' }],
  event_outbox_items_check: eachValue(['items'], [`'[]'`, `'{}'`, `'"text"'`]),
  event_heads_pkey: [{ company_id: quote(a.company) }],
  event_heads_company_fkey: [
    `delete from event_heads; insert into event_heads (company_id, last_id) values ('${noSuchId}', 1)`,
  ],
  event_heads_ids_check: [{ last_id: '-1' }, { first_id: '0' }, { first_id: '3' }],
  events_pkey: [{ id: '1', first_id: '0' }],
  events_company_fkey: [{ company_id: quote(noSuchId) }],
  events_items_check: [
    ...eachValue(['items'], [`'[]'`, `'{}'`, `'[{"type": "call.created"}]'`]),
    { first_id: '3' },
    { id: '4' },
  ],
  live_tickets_pkey: [{ ticket_hash: `'a'` }],
  live_tickets_company_fkey: [{ company_id: quote(noSuchId) }],
  webhooks_pkey: [{ id: quote(a.call) }],
  webhooks_company_fkey: [{ company_id: quote(noSuchId) }],
  webhooks_url_check: eachValue(['url'], [`''`, `'ftp://a.example'`, `'a.example'`]),
  webhooks_event_types_check: eachValue(['event_types'], [`'{}'`]),
  webhooks_old_secret_check: [{ old_secret: `'whsec_'` }, { old_secret_until: 'now()' }],
  webhooks_disabled_check: [{ disabled_at: 'now()' }],
  webhooks_position_check: [{ position: '-1' }],
  webhook_deliveries_pkey: [{ id: quote(a.call) }],
  webhook_deliveries_webhook_fkey: eachValue(['webhook_id'], [quote(noSuchId), quote(b.call)]),
  webhook_deliveries_event_key: [{ event_id: '1' }],
  webhook_deliveries_status_check: eachValue(['status'], [`'lost'`, `''`]).map((change) => ({
    ...change,
    finished_at: 'now()',
  })),
  webhook_deliveries_finished_check: [{ finished_at: 'now()' }, { status: `'dead'` }],
  webhook_deliveries_attempt_count_check: [{ retry_count: '-1' }, { retry_count: '1' }],
  webhook_attempts_pkey: [{ n: '1' }],
  webhook_attempts_delivery_fkey: eachValue(['delivery_id'], [quote(noSuchId), quote(b.call)]),
  webhook_attempts_n_check: [{ n: '0' }],
  webhook_attempts_duration_ms_check: [{ duration_ms: '-1' }],
  suppressions_source_check: eachValue(['source'], [`'rumour'`, `''`]),
}

/** Changes to a valid row that are valid too, at the limits of the constraints. */
const boundaryRows: [string, Change][] = [
  ['api_keys', { scopes: `'{read,write,ingest,admin}'` }],
  ['skillbases', { version: '3', is_published: 'true', published_version: '3' }],
  ['campaigns', { daily_start_time: `'21:00'`, daily_end_time: `'06:00'` }],
  ['campaigns', { daily_start_time: `'00:00'`, daily_end_time: `'24:00'` }],
  ['campaigns', { status: `'stopped'`, ended_at: 'now()', end_time: 'now()' }],
  ['campaigns', { max_concurrent_calls: '1000000', calls_per_minute: '60000000', max_retries: '0' }],
  ['call_tasks', { phone_number: `'+1234567'`, priority: '-1000' }],
  ['call_tasks', { phone_number: `'+123456789012345'`, priority: '1000' }],
  [
    'calls',
    { status: `'completed'`, ended_at: 'now()', started_at: 'now()', duration_sec: '0', rating: '5' },
  ],
  [
    'calls',
    {
      status: `'completed'`,
      ended_at: 'now()',
      started_at: 'now()',
      dialed_at: 'now()',
      answered_at: 'now()',
    },
  ],
  ['calls', { caller_number: `'anonymous'`, callee_number: `repeat('1', 64)` }],
  ['call_metrics', { ttfb_stt_avg: '0', ttfb_stt_min: '0', ttfb_stt_max: '600000' }],
  ['call_metrics', { cost_total: '999999.999999', interruption_rate: '1', sentiment_score: '-1' }],
  ['call_logs', { eou_latency: '600000', ttfb_tts: '0', sentiment: '1', extra_data: `'{}'` }],
  ['call_logs', { llm_input_tokens: '5', llm_cached_input_tokens: '5' }],
  ['call_logs', { llm_input_tokens: '5', llm_audio_input_tokens: '5', llm_cached_audio_input_tokens: '5' }],
  ['call_logs', { llm_audio_input_tokens: '5', llm_session_sec: '0', tts_duration_sec: '1.5' }],
  ['campaigns', { days_of_week: `'{1,7}'`, blackout_dates: `'{}'`, weight: '100' }],
  ['campaigns', { contact_daily_start_time: `'21:00'`, contact_daily_end_time: `'06:00'` }],
  ['leases', { phone_number: `'+79990000001'`, is_live: 'false', settle_at: 'now()' }],
  ['campaign_windows', { opens_at: 'now()', closes_at: `now() + interval '1 ms'` }],
]

/** The SQLSTATE of a violation, by kind of constraint. */
const sqlStateOf = { c: '23514', f: '23503', p: '23505', u: '23505', x: '23P01' }

test('constraints', async (t) => {
  const { owner } = await seededDatabase(t)
  const constraints = await listConstraints(owner)

  t.test('Valid rows are accepted, also at the limits of the constraints', async (t) => {
    for (const [table, change] of [
      ...Object.keys(validRows).map((table) => [table, {}] as const),
      ...boundaryRows,
    ]) {
      t.equal(
        (await tryAndRollBack(owner, insert(table, change)))?.message,
        undefined,
        `${table} ${JSON.stringify(change)}`,
      )
    }
  })

  t.test('Hand-written SQL cannot violate any constraint', async (t) => {
    for (const { name, kind, table } of constraints) {
      for (const change of violations[name] ?? []) {
        const statement = typeof change === 'string' ? change : insert(table, change)
        const error = await tryAndRollBack(owner, statement)
        t.match(
          error ?? {},
          { code: sqlStateOf[kind], constraint_name: name },
          `${name}: ${JSON.stringify(change)}`,
        )
      }
    }
  })

  t.test('Amounts of money that are infinite or too large are rejected', async (t) => {
    for (const value of [`'Infinity'`, `'-Infinity'`, '1000000']) {
      const error = await tryAndRollBack(owner, insert('call_metrics', { cost_total: value }))
      t.equal(error?.code, '22003', value)
    }
  })

  t.test(
    'Every constraint of the schema has a case in this test, also one that is added later',
    async (t) => {
      const uncovered = async () =>
        (await listConstraints(owner))
          .map(({ name }) => name)
          .filter((name) => !(violations[name] ?? []).length)
      t.same(await uncovered(), [])
      const names = new Set(constraints.map(({ name }) => name))
      t.same(
        Object.keys(violations).filter((name) => !names.has(name)),
        [],
        'every case has a constraint',
      )
      await owner.unsafe(
        'begin; alter table calls add constraint calls_new_check check (true); create unique index calls_new_idx on calls (id)',
      )
      t.same(await uncovered(), ['calls_new_check', 'calls_new_idx'])
      await owner.unsafe('rollback')
    },
  )

  t.test('A row that other rows refer to cannot be deleted', async (t) => {
    for (const [table, id] of [
      ['skillbases', a.skillbase],
      ['campaigns', a.campaign],
      ['call_tasks', a.task],
      ['calls', a.call],
    ] as const) {
      t.equal((await tryAndRollBack(owner, `delete from ${table} where id = '${id}'`))?.code, '23503', table)
    }
  })

  t.test('Deleting a company deletes all of its rows and no row of another company', async (t) => {
    await owner.unsafe('begin')
    const error = await errorOf(owner.unsafe(`delete from companies where id = '${a.company}'`))
    t.equal(error?.message, undefined)
    // No foreign key to companies: the first two also contain rows of the platform (deleteCompany deletes the prices),
    // the last two are written too often. Their rows are pruned later.
    const withoutForeignKey = ['idempotency_keys', 'prices', 'import_rows', 'event_outbox']
    const tables = Object.keys(validRows).filter((name) => !error && !withoutForeignKey.includes(name))
    for (const name of tables) {
      const company = name === 'companies' ? 'id' : 'company_id'
      const remaining = await owner.unsafe(`select distinct ${company} as company from ${name}`)
      t.same([...remaining], [{ company: b.company }], name)
    }
    await owner.unsafe('rollback')
  })
})
