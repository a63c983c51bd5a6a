import { latencyDescriptions, outcomeDescriptions, usageIncludedIn } from '../../db/schema/index.ts'

/* Descriptions of measured quantities: see field-descriptions.ts. */

/** Quantities that providers bill. A quantity that is a part of another one names it. */
const usage = {
  stt_duration_sec: 'Seconds of audio that speech recognition processed.',
  stt_input_tokens: 'Input tokens of speech recognition that is billed by tokens.',
  stt_output_tokens: 'Output tokens of speech recognition that is billed by tokens.',
  llm_input_tokens: 'Input tokens of the language model, including cached ones.',
  llm_output_tokens: 'Output tokens of the language model.',
  llm_session_sec: 'Seconds of the connection to a realtime model.',
  tts_characters: 'Characters that were synthesized.',
  tts_duration_sec: 'Seconds of speech that were synthesized.',
  tts_input_tokens: 'Input tokens of speech synthesis that is billed by tokens.',
  tts_output_tokens: 'Output tokens of speech synthesis that is billed by tokens.',
  livekit_duration_sec: 'Seconds of transport of audio.',
  ...Object.fromEntries(
    Object.entries(usageIncludedIn).map(([name, whole]) => [
      name,
      `${sentenceOf(name)} They are part of \`${whole}\`.`,
    ]),
  ),
}

/** `llm_cached_audio_input_tokens` is "Cached audio input tokens of the language model." */
function sentenceOf(name: string): string {
  const words = name
    .replace(/^llm_/, '')
    .replace('cache_write_1h', 'one-hour cache write')
    .replaceAll('_', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} of the language model.`
}

const counts = {
  calls: 'Counts of calls.',
  'Rerate.calls': 'Calls that were priced.',
  'CostReport.calls': 'Calls of the period.',
  'CostsOfDay.calls': 'Calls of the day.',
  'CostsOfSkillbase.calls': 'Calls of the skillbase.',
  'CostsOfCampaign.calls': 'Calls of the campaign.',
  total: 'The total.',
  turn_count: 'Turns of both sides.',
  user_turn_count: 'Turns of the user.',
  bot_turn_count: 'Turns of the agent.',
  interruption_count: 'Turns of the agent that the user interrupted. Null: not measured.',
  turns: 'Turns of both sides.',
  count: 'How many there are.',
  total_tasks: 'Call tasks of the campaign.',
  completed_tasks: 'Call tasks whose contact was reached.',
  failed_tasks: 'Call tasks whose contact was not reached, and that have no attempt left.',
  live: 'Calls that have not ended.',
  inbound: 'Inbound calls.',
  outbound: 'Outbound calls.',
  completed: 'Calls with the status `completed`.',
  failed: 'Calls with the status `failed`.',
  cancelled: 'Calls with the status `cancelled`.',
  dialed: 'Calls that were dialed and have ended.',
  answered: 'Dialed calls that a person or a machine answered.',
  not_dialed: 'Calls that ended without having been dialed.',
  live_calls: 'Calls that have not ended.',
  running_campaigns: 'Campaigns that are running.',
  completed_calls: 'Calls with the status `completed`.',
  failed_calls: 'Calls with the status `failed`.',
  dialed_calls: 'Calls that were dialed and have ended.',
  answered_calls: 'Dialed calls that a person or a machine answered.',
  not_dialed_calls: 'Calls that ended without having been dialed.',
  ...Object.fromEntries(
    Object.entries(outcomeDescriptions).map(([outcome, meaning]) => [
      `OutcomeCounts.${outcome}`,
      `Calls with the outcome \`${outcome}\`: ${meaning}`,
    ]),
  ),
}

const figures = {
  avg: 'Average. Null: not measured.',
  min: 'Smallest value. Null: not measured.',
  max: 'Largest value. Null: not measured.',
  sum: 'Sum. Null: not measured.',
  p50: 'Median. Null: not measured.',
  p90: '90th percentile. Null: not measured.',
  p95: '95th percentile. Null: not measured.',
  p99: '99th percentile. Null: not measured.',
  rate: 'The share. Null: not measured.',
  value: 'The value of the period. Null: not measured.',
  previous: 'The value of the period before. Null: not measured.',
  change:
    'The change as a share of the previous value: 0.25 is a quarter more. Null: nothing to compare with.',
  low: 'Lower end.',
  high: 'Upper end.',
  a: 'The first version.',
  b: 'The second version.',
  compared: 'Each figure of both versions, and the difference.',
  answer_rate: 'Answered calls / dialed calls.',
  success_rate: 'Answered calls with the outcome `success` / answered calls.',
  interruption_rate: 'Interrupted turns of the agent / turns of the agent.',
  interruptions_per_turn: 'Interruptions / turns of both sides.',
  overlap_rate: 'Replies that began before the caller had finished / replies.',
  ring_avg_sec: 'Average seconds from dialing to the answer, or to the end of a call that nobody answered.',
  duration_avg_sec: 'Average seconds from the answer to the end.',
  duration_sum_sec: 'Seconds from the answer to the end, of all calls together.',
  cost_total: 'USD in total.',
  cost_per_call: 'USD per priced call.',
  cost_per_minute: 'USD per minute of the priced calls.',
  cost: 'Costs.',
  ...Object.fromEntries(
    (['eou_latency', 'e2e_latency'] as const).flatMap((latency) =>
      (['p50', 'p95'] as const).map((rank) => [
        `${latency}_${rank}`,
        `${rank === 'p50' ? 'Median' : '95th percentile'} of \`${latency}\`, ms. ${latencyDescriptions[latency]}`,
      ]),
    ),
  ),
  latency: 'Latencies.',
  groups: 'One item per group, the groups with the most calls first.',
  key: 'The values of the group as text, joined by "/". Null: the calls have no value.',
  values: 'The value of each requested dimension.',
  names: 'Names of the campaign and the skillbase, where these are dimensions.',
  campaign: 'The campaign.',
  skillbase: 'The skillbase.',
  hour_of_day: 'Hour of the day, 0 to 23.',
  day_of_week: 'Weekday, 1 (Monday) to 7.',
  by_day: 'One item per day of the period.',
  by_skillbase: 'One item per skillbase, the most expensive first.',
  by_campaign: 'One item per campaign, the most expensive first.',
  buckets: 'The time buckets, oldest first.',
}

export const figureDescriptions: Readonly<Record<string, string>> = { ...usage, ...counts, ...figures }
