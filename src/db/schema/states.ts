/*
 * The values of states and other enumerations. Each list is the source of a column type, of its CHECK and of the schema in
 * the API. The meaning of each value is in descriptions.ts; rules are in outcome-rules.ts and state-rules.ts.
 */

export const campaignStatuses = ['draft', 'scheduled', 'running', 'paused', 'completed', 'stopped'] as const
export type CampaignStatus = (typeof campaignStatuses)[number]

/** The commands that a user can give for a campaign. */
export const campaignCommands = ['start', 'pause', 'resume', 'stop', 'restart'] as const
export type CampaignCommand = (typeof campaignCommands)[number]

export const taskStatuses = [
  'pending',
  'in_progress',
  'completed',
  'retry',
  'failed',
  'cancelled',
  'skipped',
] as const
export type TaskStatus = (typeof taskStatuses)[number]

/** The statuses that a user can set: to cancel a task, or to return it to the queue. */
export const settableTaskStatuses = ['cancelled', 'pending'] as const satisfies TaskStatus[]
export type SettableTaskStatus = (typeof settableTaskStatuses)[number]

export const callStatuses = [
  'queued',
  'dialing',
  'ringing',
  'active',
  'completed',
  'failed',
  'cancelled',
] as const
export type CallStatus = (typeof callStatuses)[number]

/** How an attempt ended. */
export const outcomes = [
  'success',
  'fail',
  'callback',
  'transferred',
  'max_duration',
  'no_answer',
  'busy',
  'voicemail',
  'declined',
  'invalid_number',
  'blocked',
  'carrier_error',
  'no_capacity',
  'agent_error',
  'suppressed',
  'outside_window',
  'cancelled',
  'lost',
] as const
export type Outcome = (typeof outcomes)[number]

export const directions = ['inbound', 'outbound'] as const
export type Direction = (typeof directions)[number]

export const turnRoles = ['user', 'assistant', 'system'] as const
export type TurnRole = (typeof turnRoles)[number]

/** The scopes of API keys of a company. The scope `platform` is not one of them: only PLATFORM_KEY has it. */
export const keyScopes = ['read', 'write', 'ingest', 'admin'] as const
export type KeyScope = (typeof keyScopes)[number]

/** The latencies that are aggregated per call, ms. */
export const latencies = ['ttfb_stt', 'latency_llm', 'ttfb_tts', 'eou_latency', 'e2e_latency'] as const
export type Latency = (typeof latencies)[number]

/** The components of a call's cost. */
export const costComponents = ['stt', 'llm', 'tts', 'livekit'] as const
export type CostComponent = (typeof costComponents)[number]

/** The amounts of a call's cost: of each component, and in total. */
export const costNames = [...costComponents, 'total'] as const
export type CostName = (typeof costNames)[number]

/** The usage of a turn that every agent can report: seconds, tokens and characters. */
const basicUsageNames = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
] as const

/** Further usage that some providers bill at a price of its own. Most of it is part of other usage: `usageIncludedIn`. */
export const usageDetailNames = [
  'llm_cache_write_tokens',
  'llm_cache_write_1h_tokens',
  'llm_audio_input_tokens',
  'llm_cached_audio_input_tokens',
  'llm_image_input_tokens',
  'llm_cached_image_input_tokens',
  'llm_audio_output_tokens',
  'llm_image_output_tokens',
  'llm_session_sec',
  'stt_input_tokens',
  'stt_output_tokens',
  'tts_input_tokens',
  'tts_output_tokens',
  'tts_duration_sec',
] as const
export type UsageDetailName = (typeof usageDetailNames)[number]

/** The usage that is summed over the turns of a call. */
export const turnUsageNames = [...basicUsageNames, ...usageDetailNames] as const
export type TurnUsageName = (typeof turnUsageNames)[number]

/**
 * Usage that is part of other usage, and the usage that includes it. Cached audio and images are part of
 * `llm_cached_input_tokens` too.
 */
export const usageIncludedIn = {
  llm_cached_input_tokens: 'llm_input_tokens',
  llm_cache_write_tokens: 'llm_input_tokens',
  llm_cache_write_1h_tokens: 'llm_cache_write_tokens',
  llm_audio_input_tokens: 'llm_input_tokens',
  llm_cached_audio_input_tokens: 'llm_audio_input_tokens',
  llm_image_input_tokens: 'llm_input_tokens',
  llm_cached_image_input_tokens: 'llm_image_input_tokens',
  llm_audio_output_tokens: 'llm_output_tokens',
  llm_image_output_tokens: 'llm_output_tokens',
} as const satisfies Partial<Record<TurnUsageName, TurnUsageName>>

export type IncludedUsageName = keyof typeof usageIncludedIn

/** The entries of `usageIncludedIn`. */
export const includedUsage = Object.entries(usageIncludedIn) as [
  IncludedUsageName,
  (typeof usageIncludedIn)[IncludedUsageName],
][]

/** The usage that reports sum over calls. */
export const reportedUsageNames = [...basicUsageNames, 'livekit_duration_sec'] as const
export type ReportedUsageName = (typeof reportedUsageNames)[number]

/** The usage that a call is billed for. */
export const usageNames = [...turnUsageNames, 'livekit_duration_sec'] as const
export type UsageName = (typeof usageNames)[number]

/** Whether a quantity is in seconds. The others are whole tokens or characters. */
export const isInSeconds = (name: UsageName): boolean => name.endsWith('_sec')

/** The source of the time zone of a contact's calling windows. */
export const timezoneSources = ['given', 'number', 'country', 'campaign'] as const
export type TimezoneSource = (typeof timezoneSources)[number]

/** How a campaign calls a contact who may be in several time zones. */
export const unknownZoneRules = ['strictest', 'campaign'] as const
export type UnknownZoneRule = (typeof unknownZoneRules)[number]

/** Whether a campaign is completed once no contact waits and none is being called. */
export const completionRules = ['when_done', 'never'] as const
export type CompletionRule = (typeof completionRules)[number]

/** When a campaign without a skillbase_version takes the published one. */
export const versionPinningRules = ['when_scheduled', 'when_started'] as const
export type VersionPinningRule = (typeof versionPinningRules)[number]

/** Why a number must not be called. */
export const suppressionReasons = ['opt_out', 'blocked', 'do_not_call', 'complaint', 'other'] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

/** How a number got on the suppression list. */
export const suppressionSources = ['api', 'import', 'call'] as const
export type SuppressionSource = (typeof suppressionSources)[number]

export const importStatuses = [
  'receiving',
  'waiting',
  'merging',
  'completed',
  'failed',
  'cancelled',
  'reverting',
  'reverted',
] as const
export type ImportStatus = (typeof importStatuses)[number]

/** How an import treats a row whose number the campaign already has. */
export const duplicateRules = ['skip', 'update', 'reject'] as const
export type DuplicateRule = (typeof duplicateRules)[number]

/** What the campaign engine does for each campaign, and tries again later when it fails. */
export const campaignOperations = [
  'start',
  'end',
  'complete',
  'compute_windows',
  'claim',
  'record_call',
  'settle',
  'settle_attempt',
  'pause',
] as const
export type CampaignOperation = (typeof campaignOperations)[number]

/** `<object>.<what happened>`. */
export const eventTypes = [
  'call.created',
  'call.status',
  'call.ended',
  'call.turns',
  'call.metrics',
  'call.updated',
  'call.deleted',
  'task.retry',
  'task.completed',
  'task.failed',
  'task.skipped',
  'task.cancelled',
  'task.pending',
  'task.updated',
  'campaign.created',
  'campaign.cloned',
  'campaign.edited',
  'campaign.started',
  'campaign.scheduled',
  'campaign.auto_started',
  'campaign.paused',
  'campaign.breaker_opened',
  'campaign.resumed',
  'campaign.restarted',
  'campaign.tasks_added',
  'campaign.list_imported',
  'campaign.import_reverted',
  'campaign.end_passed',
  'campaign.set_aside',
  'campaign.completed',
  'campaign.stopped',
  'campaign.progress',
  'import.progress',
  'import.completed',
  'import.failed',
  'import.cancelled',
  'import.reverted',
  'webhook.disabled',
] as const
export type EventType = (typeof eventTypes)[number]

export const deliveryStatuses = ['pending', 'delivered', 'dead'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** The state of a call in the table livekit_calls. */
export const livekitStates = ['reserved', 'void', 'inviting', 'answered', 'ended'] as const
export type LivekitState = (typeof livekitStates)[number]
