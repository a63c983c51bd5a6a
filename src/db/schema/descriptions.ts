import type {
  CallStatus,
  CampaignStatus,
  CompletionRule,
  CostComponent,
  DeliveryStatus,
  DuplicateRule,
  EventType,
  ImportStatus,
  KeyScope,
  Latency,
  LivekitState,
  Outcome,
  SuppressionReason,
  SuppressionSource,
  TaskStatus,
  TimezoneSource,
  UnknownZoneRule,
  VersionPinningRule,
} from './states.ts'

/*
 * The meaning of each value of states.ts, in one sentence. The tables of docs/ are generated from these sentences, so they
 * are written for readers of the documentation. The compiler requires a sentence for each value that is added to states.ts.
 */

export const outcomeDescriptions: Readonly<Record<Outcome, string>> = {
  success: 'The conversation reached its goal.',
  fail: 'A conversation took place and did not reach its goal.',
  callback:
    'The contact asked to be called again; the next attempt is made at the requested time, if it is known.',
  transferred: 'The call was transferred to a person.',
  max_duration: 'The conversation was ended because it reached `max_call_duration_sec`.',
  no_answer: 'Nobody answered the call.',
  busy: 'The line was busy.',
  voicemail: 'A voicemail or an answering machine answered.',
  declined: 'The callee rejected the call.',
  invalid_number: 'The carrier reported that the number does not exist or cannot be called.',
  blocked: 'The callee, or a call-blocking service for them, blocked the call; the number is suppressed.',
  carrier_error: 'The carrier or its SIP trunk failed.',
  no_capacity: 'The carrier had no capacity left for the call.',
  agent_error: 'The voice agent failed, did not join, or did not report how a conversation ended.',
  suppressed: 'The contact was not called, because the number is on the suppression list.',
  outside_window:
    'The contact was not called: its calling window was closed, or the campaign ended before it opened.',
  cancelled: 'The call was cancelled, or the carrier had never placed it.',
  lost: 'How the call ended is unknown: the carrier no longer knows it, cannot be reached, or still reported it as live after it was asked to hang up; or a call without a carrier was silent for longer than calls last. A later report replaces it.',
}

export const campaignStatusDescriptions: Readonly<Record<CampaignStatus, string>> = {
  draft: 'Not started yet; all settings can be changed.',
  scheduled: 'Started, and waiting for its `start_time`.',
  running: 'Contacts are called while their calling windows are open.',
  paused: 'A user or the circuit breaker paused it: live calls continue, and no new calls are started.',
  completed:
    'No contact is left to call, or its `end_time` has passed. It accepts contacts, and can be resumed for them.',
  stopped: 'A user ended it, and the contacts that were still waiting were cancelled.',
}

export const taskStatusDescriptions: Readonly<Record<TaskStatus, string>> = {
  pending: 'Waiting for the first attempt, or for the first one after a restart.',
  in_progress:
    'An attempt is being made, or has ended and its result is being processed. One that a user cancels is hung up, and becomes `cancelled` when its call is over.',
  completed: 'The contact was reached, and no further attempt is due.',
  retry: 'An attempt ended, and the next one is due at `next_attempt_at`.',
  failed: 'The contact was not reached, and no attempt is left.',
  cancelled: 'A user cancelled the contact or stopped the campaign, or the call was cancelled.',
  skipped: 'Not called, because the number is suppressed or the campaign ended first.',
}

export const callStatusDescriptions: Readonly<Record<CallStatus, string>> = {
  queued: 'Waiting for a worker to dial it.',
  dialing: 'The carrier is placing the call.',
  ringing: "The callee's phone is ringing.",
  active: 'The call was answered and has not ended.',
  completed: 'The call ended after it was answered.',
  failed: 'The call ended without a conversation, or the carrier or the voice agent failed.',
  cancelled: 'The call was cancelled before its regular end, or was never placed.',
}

export const keyScopeDescriptions: Readonly<Record<KeyScope, string>> = {
  read: 'Read the data of the company, except its API keys.',
  write: 'Everything that `read` allows; create, change and delete data, and run campaigns.',
  ingest: 'For voice agents: create calls, read briefs, and report turns, metrics and results.',
  admin: 'Everything in the company, including API keys, webhooks and rerating of costs.',
}

export const eventTypeDescriptions: Readonly<Record<EventType, string>> = {
  'call.created': 'A call was created.',
  'call.status': 'A live call moved to another status, such as from `ringing` to `active`.',
  'call.ended': 'A call ended: it is `completed`, `failed` or `cancelled`.',
  'call.turns': 'Turns of a call were stored or completed with more data.',
  'call.metrics': 'The metrics of a call were calculated, changed or deleted.',
  'call.updated': 'Other fields of a call changed, such as its outcome or rating.',
  'call.deleted': 'A call was deleted.',
  'task.retry': 'An attempt ended, and the contact will be called again at `next_attempt_at`.',
  'task.completed': 'An attempt reached the contact, and no further attempt is due.',
  'task.failed': 'An attempt ended without reaching the contact, and no attempt is left.',
  'task.skipped': 'A contact is not called, because its number is suppressed.',
  'task.cancelled': 'A user cancelled a contact, or its call was cancelled.',
  'task.pending': 'A user put a contact back into the queue.',
  'task.updated':
    'The outcome of a settled attempt was corrected, and with it the outcome of the contact; or something was reported that changes nothing yet: see `rule`.',
  'campaign.created': 'A campaign was created as a draft.',
  'campaign.cloned': 'A campaign was created as a copy of another one.',
  'campaign.edited': 'Settings of a campaign were changed.',
  'campaign.started': 'A user started a campaign.',
  'campaign.scheduled':
    'A user started, resumed or restarted a campaign whose `start_time` is in the future.',
  'campaign.auto_started': 'A scheduled campaign started, because its `start_time` was reached.',
  'campaign.paused': 'A user paused a campaign.',
  'campaign.breaker_opened': 'The circuit breaker paused a campaign, because too many calls failed.',
  'campaign.resumed':
    'A user resumed a paused or completed campaign, or a late report asked for another call in a completed one.',
  'campaign.restarted': 'A user restarted contacts of a campaign; a campaign that had ended runs again.',
  'campaign.tasks_added': 'Contacts were added to a campaign.',
  'campaign.list_imported': 'A call list was imported into a campaign.',
  'campaign.import_reverted': 'A user reverted an import: its contacts that were not called yet are removed.',
  'campaign.end_passed':
    'The `end_time` of a campaign passed, and the contacts that were waiting are skipped.',
  'campaign.set_aside':
    'A step of a campaign failed three times in a row; `operation`, `detail` and `retry_at` describe it. It is tried again with growing pauses, or at once after an edit.',
  'campaign.completed': 'A campaign is completed: no contact is left to call, or its `end_time` has passed.',
  'campaign.stopped': 'A user stopped a campaign.',
  'campaign.progress': 'The task counters of a campaign changed.',
  'import.progress': 'An import read its file, or merged or removed more of its rows.',
  'import.completed': 'An import ended, and its rows are in the campaign; a dry run was only counted.',
  'import.failed': 'An import failed; see `error_code`.',
  'import.cancelled':
    'A user cancelled an import, and the contacts that it had added and that were not called were removed.',
  'import.reverted': 'A completed import was reverted.',
  'webhook.disabled': 'A webhook was disabled: it failed for a day, or its receiver responded 410 Gone.',
}

export const importStatusDescriptions: Readonly<Record<ImportStatus, string>> = {
  receiving: 'The file is being uploaded and read.',
  waiting: 'The file was read, and its rows wait to be merged into the campaign.',
  merging: 'Rows are being merged into the campaign.',
  completed: 'All rows are merged; of a dry run, all rows are counted.',
  failed: 'The file could not be read, or the campaign ended; see `error_message`.',
  cancelled: 'A user cancelled it, and the contacts that it had added and that were not called were removed.',
  reverting: 'The contacts that it added and that were not called yet are being removed.',
  reverted: 'It was reverted after it had completed: its contacts that were not called yet are removed.',
}

export const suppressionReasonDescriptions: Readonly<Record<SuppressionReason, string>> = {
  opt_out: 'The contact asked not to be called again.',
  blocked: 'The callee, or a call-blocking service for them, blocked a call.',
  do_not_call: 'The number is on a do-not-call list.',
  complaint: 'The contact complained about a call.',
  other: 'Any other reason, or none was given.',
}

export const suppressionSourceDescriptions: Readonly<Record<SuppressionSource, string>> = {
  api: 'A user added the number through the API.',
  import: 'The number was in an imported suppression list.',
  call: 'A call ended with an opt-out, or was blocked.',
}

export const deliveryStatusDescriptions: Readonly<Record<DeliveryStatus, string>> = {
  pending: 'Waiting for an attempt, or for the delivery of an earlier event of the same call or campaign.',
  delivered: 'The receiver responded with a 2xx status.',
  dead: 'Eleven attempts within 24 hours failed, or it cannot be sent at all (see `error`); it is sent again only on request.',
}

export const duplicateRuleDescriptions: Readonly<Record<DuplicateRule, string>> = {
  skip: 'Keeps the contact that the campaign has, and skips the row.',
  update: 'Updates the contact that the campaign has with the values of the row.',
  reject: 'Rejects the row and reports it.',
}

export const timezoneSourceDescriptions: Readonly<Record<TimezoneSource, string>> = {
  given: 'The time zone was given for the contact.',
  number:
    'The first digits of the phone number decide: its area code, or the range from which the mobile number was issued.',
  country:
    'All time zones of the country of the phone number, because the number does not say where in it the contact is.',
  campaign: 'The time zone of the campaign is used, because the phone number belongs to no country.',
}

export const unknownZoneDescriptions: Readonly<Record<UnknownZoneRule, string>> = {
  strictest: 'The contact is called while the calling hours are open in all these time zones.',
  campaign: 'The contact is called as if it were in the time zone of the campaign.',
}

export const completionRuleDescriptions: Readonly<Record<CompletionRule, string>> = {
  when_done: 'The campaign is completed once no contact waits and none is being called.',
  never:
    'The campaign stays running with an empty queue, and calls contacts that are added later. Only its `end_time` or a stop ends it.',
}

export const versionPinningDescriptions: Readonly<Record<VersionPinningRule, string>> = {
  when_scheduled: 'The version that is published when the start is requested, also if `start_time` is later.',
  when_started: 'The version that is published when the campaign starts to run: at its `start_time`.',
}

export const livekitStateDescriptions: Readonly<Record<LivekitState, string>> = {
  reserved: 'The call was claimed, and its room and agent are being prepared; no INVITE was sent.',
  void: 'The call was given up before an INVITE was sent, and none will be sent.',
  inviting: 'An INVITE was or may have been sent.',
  answered: 'The callee answered.',
  ended: 'The call is over.',
}

/** All in milliseconds. */
export const latencyDescriptions: Readonly<Record<Latency, string>> = {
  ttfb_stt: "Speech-to-text: time from the end of the user's speech to the transcript.",
  latency_llm: 'Language model: time to the first token.',
  ttfb_tts: 'Text-to-speech: time to the first audio.',
  eou_latency:
    "End of utterance: time from the end of the user's speech to the decision that the turn is over. It includes the transcription.",
  e2e_latency:
    "Reply latency: time from the end of the user's speech to the first sound of the reply. As reported, otherwise `eou_latency` + `latency_llm` + `ttfb_tts`.",
}

export const costComponentDescriptions: Readonly<Record<CostComponent, string>> = {
  stt: 'Speech-to-text.',
  llm: 'The language model.',
  tts: 'Text-to-speech.',
  livekit: 'LiveKit: agent sessions and SIP minutes.',
}
