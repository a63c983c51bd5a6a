import { type DailyHours, isWholeDay, openPeriods } from '../../../lib/time/calling-windows.ts'
import {
  countriesWithShorterHours,
  customaryHours,
  defaultHours,
  describeHours,
} from '../../../lib/time/customary-hours.ts'
import { localZonesOf } from '../../../lib/time/dial-timezone.ts'
import type { Period } from '../../../lib/time/instants.ts'
import { canonicalZone } from '../../../lib/time/zone-data.ts'
import { TimeSlices } from '../../../lib/time-slice.ts'
import type { Campaign } from '../campaigns.ts'
import type { MissingValues } from '../missing-values.ts'
import { configuredContactHours, windowsOf } from './windows.ts'

export const campaignWarningDescriptions = {
  customary_hours: 'The campaign sets no contact hours; the warning names the hours that apply.',
  around_the_clock: 'The contact hours are 00:00 to 24:00.',
  night_hours: 'The contact hours are partly before 08:00 or after 21:00.',
  timezone_is_utc:
    'Contacts whose own time zone is unknown would be called by UTC, the zone of the campaign.',
  zone_unknown: 'The time zone of some contacts is unknown; the warning explains how they are called.',
  several_zones: 'Some contacts may be in several time zones; the warning explains how they are called.',
  never_open: 'Some contacts cannot be called in the next 7 days, or in the 7 days from `start_time`.',
  less_than_one_day: 'Until `end_time`, contacts can be called for less than the hours of one day.',
  missing_values:
    'Some contacts have no value for a variable that the skillbase uses without a default; the warning counts them.',
} as const

/** What a user should know about a campaign before it calls anybody. It can be started all the same. */
export interface CampaignWarning {
  code: keyof typeof campaignWarningDescriptions
  detail: string
}

/** Waiting contacts that may be in the same zones: their dial_timezone. */
export interface WaitingZone {
  dial_timezone: string
  waiting: number
}

type MaybeWarning = CampaignWarning | false

/** Calls before or after these hours are calls at night. Source: 16 CFR 310.4(c). */
const day: DailyHours = { start: '08:00', end: '21:00' }

const dayMs = 86_400_000
/** A campaign that is closed for as long is probably a mistake. */
const checkedDays = 7
/** Zones whose windows are computed: those with the most contacts. */
const maxComputedZones = 100

/**
 * Warnings about the calling hours of a campaign, and the data of its contacts. Computed in slices, outside of transactions.
 *
 * @param zones those of the waiting contacts, most contacts first; undefined when the contacts are not known yet
 * @param missingValues variables without a value; undefined when the contacts are not known yet
 */
export async function campaignWarnings(
  campaign: Campaign,
  now: Date,
  zones?: readonly WaitingZone[],
  missingValues?: MissingValues,
): Promise<CampaignWarning[]> {
  const warnings: MaybeWarning[] = [
    contactHoursWarning(campaign, zones),
    ...(zones === undefined ? [utcWarning(campaign)] : zoneWarnings(campaign, zones)),
    ...(await openingWarnings(campaign, now, zones ?? [{ dial_timezone: '', waiting: 0 }])),
    missingValuesWarning(missingValues),
  ]
  return warnings.filter((warning) => warning !== false)
}

function contactHoursWarning(campaign: Campaign, zones: readonly WaitingZone[] | undefined): MaybeWarning {
  const hours = configuredContactHours(campaign)
  const fields = 'contact_daily_start_time and contact_daily_end_time'
  if (hours === undefined) {
    const detail = `Contacts are called ${describeHours(defaultHours)} of their own time, because the campaign sets no contact hours.`
    const change = `For other hours set ${fields}; 00:00 and 24:00 allow calls around the clock.`
    const shorter = zones === undefined ? shorterHoursOfCountries : shorterHoursOf(campaign, zones)
    return { code: 'customary_hours', detail: [detail, ...shorter, change].join(' ') }
  }
  const span = describeHours([hours])
  const because = `because ${fields} are ${hours.start} and ${hours.end}`
  if (isWholeDay(hours)) {
    const detail = `Contacts are called around the clock, also at night, ${because}.`
    return { code: 'around_the_clock', detail }
  }
  // HH:MM texts sort in the order of the times. An end before the start is on the next day.
  const isAtNight = hours.start < day.start || hours.end > day.end || hours.end <= hours.start
  const detail = `Contacts are called ${span} of their own time, which is partly before ${day.start} or after ${day.end}, ${because}.`
  return isAtNight && { code: 'night_hours', detail }
}

const shorterHoursOfCountries = [
  `The hours are shorter in ${countriesWithShorterHours.map(({ country }) => country).join(', ')}.`,
]

/** A sentence for each country with shorter hours that waiting contacts may be in. */
function shorterHoursOf(campaign: Campaign, zones: readonly WaitingZone[]): string[] {
  const timezones = zones.flatMap(({ dial_timezone }) => localZonesOf(campaign, dial_timezone))
  const countries = new Map(timezones.map((zone) => [customaryHours(zone).country, customaryHours(zone)]))
  return [...countries].flatMap(([country, { hours }]) =>
    country === undefined ? [] : [`In ${country}: ${describeHours(hours)}.`],
  )
}

function utcWarning(campaign: Campaign): MaybeWarning {
  const hours = configuredContactHours(campaign)
  const { timezone } = campaign
  const isUtc = ['UTC', 'GMT'].some((name) => canonicalZone(name) === canonicalZone(timezone))
  if (!isUtc || (hours !== undefined && isWholeDay(hours))) return false
  const detail = `The timezone of the campaign is ${timezone}. Contacts whose own time zone is unknown are called at these hours of ${timezone}, which may be night where they are. Set timezone to the zone of these contacts.`
  return { code: 'timezone_is_utc', detail }
}

function zoneWarnings(campaign: Campaign, zones: readonly WaitingZone[]): MaybeWarning[] {
  const { timezone, unknown_zone } = campaign
  const unknown = countContacts(zones.filter(({ dial_timezone }) => dial_timezone === ''))
  const several = countContacts(zones.filter(({ dial_timezone }) => dial_timezone.includes(',')))
  const rule =
    unknown_zone === 'strictest'
      ? 'they are called only when the hours are open in all of these zones'
      : `they are called as if they were in ${timezone}`
  return [
    unknown > 0 && {
      code: 'zone_unknown',
      detail: `The time zone of ${unknown} contact(s) is unknown: they are called as if they were in ${timezone}, the timezone of the campaign. If they are elsewhere, set it, or the timezone of these contacts.`,
    },
    several > 0 && {
      code: 'several_zones',
      detail: `${several} contact(s) may be in one of several time zones. unknown_zone is ${unknown_zone}, so ${rule}. The timezone of a contact makes its hours exact.`,
    },
  ]
}

const countContacts = (zones: readonly WaitingZone[]): number =>
  zones.reduce((sum, { waiting }) => sum + waiting, 0)

/** Warnings about contacts that the campaign calls never, or for less than the hours of one day. */
async function openingWarnings(
  campaign: Campaign,
  now: Date,
  zones: readonly WaitingZone[],
): Promise<MaybeWarning[]> {
  const { start_time, end_time } = campaign
  const start = start_time !== null && start_time > now ? start_time : now
  const daysFromStart = (days: number) => ({ start, end: new Date(start.getTime() + days * dayMs) })
  const period = daysFromStart(checkedDays)
  const from = start.toISOString()
  const closed: WaitingZone[] = []
  const slices = new TimeSlices()
  for (const zone of zones.slice(0, maxComputedZones)) {
    await slices.next()
    // Most windows open within two days.
    const isClosed = [2, checkedDays].every(
      (days) => openLengths(campaign, zone, daysFromStart(days)).length === 0,
    )
    if (isClosed) closed.push(zone)
  }
  if (closed.length > 0) {
    const detail = `${closedContacts(campaign, closed)} cannot be called in the ${checkedDays} days from ${from}: the hours of the campaign and of the contacts, days_of_week, blackout_dates and end_time leave no time.`
    return [{ code: 'never_open', detail }]
  }
  const [zone] = zones
  if (zone === undefined || end_time === null || end_time >= period.end) return []
  const unlimited = { ...campaign, start_time: null, end_time: null }
  const oneDay = Math.min(dayMs, Math.max(...openLengths(unlimited, zone, period)))
  const total = openLengths(campaign, zone, period).reduce((sum, length) => sum + length, 0)
  const detail = `From ${from} to end_time, ${end_time.toISOString()}, contacts can be called for less than the hours of one day.`
  return [total < oneDay && { code: 'less_than_one_day', detail }]
}

/** Variables that a warning names. */
const maxNamedVariables = 10

function missingValuesWarning(
  { variables, checked }: MissingValues = { variables: [], checked: 0 },
): MaybeWarning {
  const named = variables
    .slice(0, maxNamedVariables)
    .map(({ name, contacts }) => `{{${name}}} (${contacts} of them)`)
  const others = variables.length - named.length
  const list = [...named, ...(others > 0 ? [`${others} more`] : [])].join(', ')
  return (
    variables.length > 0 && {
      code: 'missing_values',
      detail: `Of ${checked} contact(s) that were checked, some have no value for variables of the skillbase: ${list}. The bot leaves out sentences that need them. Add the values to contact_data, or a default to the skillbase, such as {{${variables[0]?.name} | default: "..."}}.`,
    }
  )
}

/** The lengths of the periods in which contacts in a zone can be called, milliseconds. */
const openLengths = (campaign: Campaign, { dial_timezone }: WaitingZone, period: Period): number[] =>
  openPeriods(windowsOf(campaign, dial_timezone), period).map(
    ({ start, end }) => end.getTime() - start.getTime(),
  )

/** Whom a warning is about: "12 contact(s) in Europe/Berlin or Asia/Omsk". */
function closedContacts(campaign: Campaign, closed: readonly WaitingZone[]): string {
  const timezones = new Set(closed.flatMap(({ dial_timezone }) => localZonesOf(campaign, dial_timezone)))
  const names = timezones.size > 3 ? `${timezones.size} time zones` : [...timezones].join(' or ')
  const waiting = countContacts(closed)
  return `${waiting === 0 ? 'Contacts' : `${waiting} contact(s)`} in ${names}`
}
