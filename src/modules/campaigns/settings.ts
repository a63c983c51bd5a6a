import { outcomes, outcomesWithoutPolicy, type RetryPolicy } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { type FieldError, invalid, Refusal } from '../../lib/errors.ts'
import { parsePhone } from '../../lib/phone.ts'
import { assertTimeZone } from '../../lib/time/instants.ts'
import { getSkillbase, getVersion } from '../skillbases/index.ts'

/** What a caller may set. */
export interface CampaignSettings {
  name: string
  skillbase_id: string
  skillbase_version?: number | null | undefined
  description?: string | null | undefined
  start_time?: Date | null | undefined
  end_time?: Date | null | undefined
  daily_start_time?: string | null | undefined
  daily_end_time?: string | null | undefined
  timezone?: string | undefined
  days_of_week?: number[] | null | undefined
  blackout_dates?: string[] | undefined
  contact_daily_start_time?: string | null | undefined
  contact_daily_end_time?: string | null | undefined
  max_concurrent_calls?: number | undefined
  calls_per_minute?: number | undefined
  max_retries?: number | undefined
  retry_delay_minutes?: number | undefined
  retry_policy?: RetryPolicy | undefined
  weight?: number | undefined
  caller_number?: string | null | undefined
  ring_timeout_sec?: number | undefined
  max_call_duration_sec?: number | undefined
}

/** Settings that decide when calls may be made. */
export const windowFields = [
  'start_time',
  'end_time',
  'daily_start_time',
  'daily_end_time',
  'timezone',
  'days_of_week',
  'blackout_dates',
  'contact_daily_start_time',
  'contact_daily_end_time',
] as const

export const settableFields = [
  'name',
  'skillbase_id',
  'skillbase_version',
  'description',
  ...windowFields,
  'max_concurrent_calls',
  'calls_per_minute',
  'max_retries',
  'retry_delay_minutes',
  'retry_policy',
  'weight',
  'caller_number',
  'ring_timeout_sec',
  'max_call_duration_sec',
] as const

/** The rules of a campaign as a whole, as it would be after a change. @throws Refusal 'invalid' that names each fault */
export async function checkSettings(tx: Tx, after: CampaignSettings): Promise<void> {
  if (after.timezone !== undefined) assertTimeZone(after.timezone, '/timezone')
  const faults = [
    ...timeFaults(after),
    ...spanFaults(after, 'daily_start_time', 'daily_end_time'),
    ...spanFaults(after, 'contact_daily_start_time', 'contact_daily_end_time'),
    ...policyFaults(after.retry_policy ?? {}),
    ...callerFaults(after.caller_number),
    ...(await skillbaseFaults(tx, after)),
  ]
  if (faults.length > 0)
    throw invalid('invalid_campaign', 'The campaign does not fit together: see errors.', faults)
}

const timeFaults = ({ start_time, end_time }: CampaignSettings): FieldError[] =>
  start_time && end_time && end_time <= start_time
    ? [{ pointer: '/end_time', detail: 'must be after start_time' }]
    : []

type Bound = 'daily_start_time' | 'daily_end_time' | 'contact_daily_start_time' | 'contact_daily_end_time'

function spanFaults(after: CampaignSettings, start: Bound, end: Bound): FieldError[] {
  const [from, to] = [after[start] ?? null, after[end] ?? null]
  if ((from === null) !== (to === null)) {
    return [{ pointer: `/${from === null ? start : end}`, detail: 'must be there when the other one is' }]
  }
  if (from === null || from !== to) return []
  return [{ pointer: `/${end}`, detail: `must differ from ${start}: leave both out for all day` }]
}

const policyFaults = (policy: RetryPolicy): FieldError[] =>
  Object.keys(policy).flatMap((outcome): FieldError[] => {
    const pointer = `/retry_policy/${outcome}`
    if (!(outcomes as readonly string[]).includes(outcome)) return [{ pointer, detail: 'is no outcome' }]
    return (outcomesWithoutPolicy as readonly string[]).includes(outcome)
      ? [{ pointer, detail: 'has a rule of its own that no campaign changes: leave it out' }]
      : []
  })

function callerFaults(number: string | null | undefined): FieldError[] {
  if (!number) return []
  const read = parsePhone(number)
  return read.ok ? [] : [{ pointer: '/caller_number', detail: read.reason }]
}

async function skillbaseFaults(
  tx: Tx,
  { skillbase_id, skillbase_version }: CampaignSettings,
): Promise<FieldError[]> {
  try {
    await getSkillbase(tx, skillbase_id)
  } catch (error) {
    return [fault(error, { pointer: '/skillbase_id', detail: 'no such skillbase' })]
  }
  if (skillbase_version == null) return []
  try {
    await getVersion(tx, skillbase_id, skillbase_version)
    return []
  } catch (error) {
    return [fault(error, { pointer: '/skillbase_version', detail: 'no such version of the skillbase' })]
  }
}

/** What a body names must be there; any other failure is not about the body. */
function fault(error: unknown, told: FieldError): FieldError {
  if (error instanceof Refusal && error.kind === 'not_found') return told
  throw error
}
