import {
  type CompletionRule,
  outcomes,
  outcomesWithoutPolicy,
  type RetryPolicy,
  type UnknownZoneRule,
  type VersionPinningRule,
} from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { type FieldError, invalid, Refusal } from '../../lib/errors.ts'
import { parsePhone } from '../../lib/phone.ts'
import { childPointer } from '../../lib/schema/json-pointer.ts'
import { repeatable } from '../../lib/schema/received-value.ts'
import { didYouMean } from '../../lib/schema/word-lists.ts'
import { assertTimeZone } from '../../lib/time/instants.ts'
import { getSkillbase, getVersion } from '../skillbases/index.ts'

/** Fields of a campaign that a caller can set. Times HH:MM are local to the zone of the campaign or contact. */
export interface CampaignSettings {
  name: string
  skillbase_id: string
  skillbase_version?: number | null | undefined
  version_pinning?: VersionPinningRule | undefined
  completes?: CompletionRule | undefined
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
  unknown_zone?: UnknownZoneRule | undefined
  max_concurrent_calls?: number | undefined
  calls_per_minute?: number | undefined
  max_attempts?: number | null | undefined
  max_retries?: number | undefined
  retry_delay_minutes?: number | undefined
  retry_policy?: RetryPolicy | undefined
  weight?: number | undefined
  caller_number?: string | null | undefined
  ring_timeout_sec?: number | undefined
  max_call_duration_sec?: number | undefined
}

/** Fields that determine the calling hours. */
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
  'unknown_zone',
] as const

/** All fields that a caller can set, by name. */
export const settableFields = [
  'name',
  'skillbase_id',
  'skillbase_version',
  'version_pinning',
  'completes',
  'description',
  ...windowFields,
  'max_concurrent_calls',
  'calls_per_minute',
  'max_attempts',
  'max_retries',
  'retry_delay_minutes',
  'retry_policy',
  'weight',
  'caller_number',
  'ring_timeout_sec',
  'max_call_duration_sec',
] as const

/** Outcomes that a retry_policy may name. */
export const outcomesWithPolicy = outcomes.filter(
  (outcome) => !(outcomesWithoutPolicy as readonly string[]).includes(outcome),
)

/**
 * Checks the settings of a campaign as they will be after the change, since some fields depend on others.
 *
 * @throws Refusal 'invalid' with an entry for each invalid field
 */
export async function checkSettings(tx: Tx, settings: CampaignSettings): Promise<void> {
  if (settings.timezone !== undefined) assertTimeZone(settings.timezone, '/timezone')
  const errors = [
    ...endTimeErrors(settings),
    ...hoursErrors(settings, 'daily_start_time', 'daily_end_time'),
    ...hoursErrors(settings, 'contact_daily_start_time', 'contact_daily_end_time'),
    ...retryPolicyErrors(settings.retry_policy ?? {}),
    ...callerNumberErrors(settings.caller_number),
    ...(await skillbaseErrors(tx, settings)),
  ]
  if (errors.length > 0) {
    throw invalid(
      'invalid_campaign',
      'The settings of the campaign are invalid. `errors` lists each field and its problem.',
      errors,
    )
  }
}

const endTimeErrors = ({ start_time, end_time }: CampaignSettings): FieldError[] =>
  start_time && end_time && end_time <= start_time
    ? [
        {
          pointer: '/end_time',
          detail: `end_time is ${end_time.toISOString()}, and must be after start_time (${start_time.toISOString()}).`,
        },
      ]
    : []

type HoursField =
  | 'daily_start_time'
  | 'daily_end_time'
  | 'contact_daily_start_time'
  | 'contact_daily_end_time'

/** Returns an error unless start and end are both null, or both set and different. */
function hoursErrors(settings: CampaignSettings, start: HoursField, end: HoursField): FieldError[] {
  const [startHour, endHour] = [settings[start] ?? null, settings[end] ?? null]
  if ((startHour === null) !== (endHour === null)) {
    const [missing, present] = startHour === null ? [start, end] : [end, start]
    return [{ pointer: `/${missing}`, detail: `${missing} is required when ${present} is set.` }]
  }
  if (startHour === null || startHour !== endHour) return []
  return [
    {
      pointer: `/${end}`,
      detail: `${end} must differ from ${start}; both are ${startHour}. The whole day is 00:00 to 24:00.`,
    },
  ]
}

const retryPolicyErrors = (policy: RetryPolicy): FieldError[] =>
  Object.keys(policy).flatMap((outcome): FieldError[] => {
    const pointer = childPointer('/retry_policy', outcome)
    const allowed = `Allowed: ${outcomesWithPolicy.join(', ')}.`
    if (!(outcomes as readonly string[]).includes(outcome)) {
      const similar = didYouMean(outcomesWithPolicy, outcome)
      return [{ pointer, detail: `${repeatable(outcome)} is not an outcome. ${allowed}${similar}` }]
    }
    return (outcomesWithoutPolicy as readonly string[]).includes(outcome)
      ? [{ pointer, detail: `Retries after ${outcome} cannot be configured. ${allowed}` }]
      : []
  })

function callerNumberErrors(number: string | null | undefined): FieldError[] {
  if (!number) return []
  const parsed = parsePhone(number)
  return parsed.ok ? [] : [{ pointer: '/caller_number', detail: `caller_number ${parsed.reason}.` }]
}

async function skillbaseErrors(
  tx: Tx,
  { skillbase_id, skillbase_version }: CampaignSettings,
): Promise<FieldError[]> {
  try {
    await getSkillbase(tx, skillbase_id)
  } catch (error) {
    const detail = 'The company has no skillbase with this id.'
    return [errorIfNotFound(error, { pointer: '/skillbase_id', detail })]
  }
  if (skillbase_version == null) return []
  try {
    await getVersion(tx, skillbase_id, skillbase_version)
    return []
  } catch (error) {
    const detail = `The skillbase has no version ${skillbase_version}.`
    return [errorIfNotFound(error, { pointer: '/skillbase_version', detail })]
  }
}

/** Returns the field error when `error` is a Refusal 'not_found'. Rethrows any other error. */
function errorIfNotFound(error: unknown, fieldError: FieldError): FieldError {
  if (error instanceof Refusal && error.kind === 'not_found') return fieldError
  throw error
}
