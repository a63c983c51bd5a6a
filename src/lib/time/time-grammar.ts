import { isOffset, isTimeZone } from './instants.ts'

/*
 * The grammar of written times in English and Russian. It is closed: a text of which any part is not understood has no
 * meaning, because a guessed time would call somebody at that time. chrono-node 2.10 guesses: it reads "завтра в 5 вечера"
 * as 05:00 and 01.12.2026 as 12 January.
 */

export type WrittenDate =
  /** Without a year the next such day is meant. */
  | { kind: 'day'; year?: number | undefined; month: number; day: number }
  /** Days, weeks or months from today. `keepsTime`: at the current time of day, unless another one is written. */
  | { kind: 'later'; duration: Partial<Record<'days' | 'weeks' | 'months', number>>; keepsTime: boolean }
  /** Milliseconds from now. */
  | { kind: 'elapsed'; ms: number }

/** What a text means. Its numbers may be out of range. */
export interface WrittenTime {
  date?: WrittenDate
  /** 1 (Monday) to 7. Without a date the next such day is meant. */
  weekday?: number
  time?: { hour: number; minute: number; second: number; millisecond: number }
  /** A name of the IANA database, or an offset such as +03:00. */
  zone?: string
}

/** What a pattern and its groups matched. */
type Match = readonly (string | undefined)[]

/** The part of a text that is not read yet. */
class Scanner {
  rest: string
  constructor(text: string) {
    this.rest = text
  }

  /** Takes the start of the text that the pattern matches, if it is accepted. The pattern starts with ^. */
  take(pattern: RegExp, accepts = (_: Match) => true): Match | undefined {
    const match = pattern.exec(this.rest)
    if (match === null || !accepts(match)) return undefined
    this.rest = this.rest.slice(match[0].length)
    return match
  }
}

/** A pattern of words at the start of a text. \b does not know Cyrillic letters. */
const words = (alternatives: string) => new RegExp(`^(?:${alternatives})(?![\\p{L}\\d])\\.?`, 'u')

const separators = /^[ ,]+/
const preposition = words('at|on|after|from|around|about|by|в|во|на|к|с|после|около|примерно')

/** Reads a date, a weekday and a time, in any order and each at most once. Undefined when the text has anything else. */
export function parseTimeText(text: string): WrittenTime | undefined {
  const scanner = new Scanner(normalize(text))
  const written: WrittenTime = {}
  do {
    scanner.take(separators)
    const isIntroduced = scanner.take(preposition) !== undefined
    scanner.take(separators)
    const hasDate = written.date !== undefined || written.weekday !== undefined
    if (
      !takeInto(written, 'date', () => takeDate(scanner)) &&
      !takeInto(written, 'weekday', () => takeWeekday(scanner)) &&
      !takeInto(written, 'time', () => takeTime(scanner, isIntroduced || hasDate))
    )
      return undefined
    if (written.time !== undefined) takeInto(written, 'zone', () => takeZone(scanner))
  } while (scanner.rest !== '')
  return written
}

/** Sets a part that the text did not have yet. Returns whether it was set. */
function takeInto<K extends keyof WrittenTime>(
  written: WrittenTime,
  part: K,
  take: () => WrittenTime[K] | undefined,
): boolean {
  const taken = written[part] === undefined ? take() : undefined
  if (taken !== undefined) written[part] = taken
  return taken !== undefined
}

const normalize = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/\s+/g, ' ')
    .replace(/ \([^()]*\)$|[.,!]$/, '')

const monthNames = [
  'january|jan|январ[ьяе]|янв',
  'february|feb|феврал[ьяе]|фев',
  'march|mar|март[ае]?|мар',
  'april|apr|апрел[ьяе]|апр',
  'may|ма[йяе]',
  'june|jun|июн[ьяе]?',
  'july|jul|июл[ьяе]?',
  'august|aug|август[ае]?|авг',
  'september|sept|sep|сентябр[ьяе]|сент?',
  'october|oct|октябр[ьяе]|окт',
  'november|nov|ноябр[ьяе]|ноя',
  'december|dec|декабр[ьяе]|дек',
]
const month = monthNames.map((names) => `(${names})`).join('|')
const dayAndMonth = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (?:${month})(?![\\p{L}\\d])\\.?`, 'u')
const monthAndDay = new RegExp(`^(?:${month})\\.? (\\d{1,2})(?:st|nd|rd|th)?(?![\\p{L}\\d:])`, 'u')
const followingYear = /^,? (\d{4})(?![\d:])(?: ?(?:года?|г)(?!\p{L})\.?)?/u

const weekdays = [
  'monday|mon|понедельник|пн',
  'tuesday|tues|tue|вторник|вт',
  'wednesday|wed|сред[ау]|ср',
  'thursday|thurs|thu|четверг|чт',
  'friday|fri|пятниц[ау]|пт',
  'saturday|sat|суббот[ау]|сб',
  'sunday|sun|воскресенье|вс',
].map(words)
const nextOrThis = words('next|this|coming|следующ(?:ий|ую|ее)|эт(?:от|у|о)|ближайш(?:ий|ую|ее)')
const namedDays: readonly [RegExp, number][] = [
  [words('today|сегодня'), 0],
  [/^this (?=(?:morning|afternoon|evening)(?!\p{L}))/u, 0],
  [words('tomorrow|завтра'), 1],
  [words('(?:the )?day after tomorrow|послезавтра'), 2],
]

function takeDate(scanner: Scanner): WrittenDate | undefined {
  const date = takeNumericDate(scanner) ?? takeMonthDate(scanner) ?? takeDelay(scanner)
  if (date !== undefined) return date
  for (const [pattern, days] of namedDays)
    if (scanner.take(pattern)) return { kind: 'later', duration: { days }, keepsTime: false }
  return undefined
}

function takeWeekday(scanner: Scanner): number | undefined {
  if (scanner.take(nextOrThis)) scanner.take(separators)
  const index = weekdays.findIndex((pattern) => scanner.take(pattern))
  return index === -1 ? undefined : index + 1
}

/**
 * A date of numbers. With points, the day is first. Others that do not start with a year are taken when only one order of
 * their parts is a date: 25/12/2026, but not 03/04/2026.
 */
function takeNumericDate(scanner: Scanner): WrittenDate | undefined {
  const isoParts = scanner.take(/^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:t(?=\d)|(?!\d))/)
  if (isoParts !== undefined) return dayOf([isoParts[1], isoParts[3], isoParts[4]])
  const withoutYear = scanner.take(/^(\d{1,2})\.(\d{1,2})\.?(?= )/)
  if (withoutYear !== undefined)
    return { kind: 'day', month: Number(withoutYear[2]), day: Number(withoutYear[1]) }
  const parts = scanner.take(/^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)/)
  if (parts === undefined) return undefined
  const [, first, mark, second, third = ''] = parts
  if (mark === '.') return dayOf([third, second, first])
  const orders = [
    [third, second, first],
    [third, first, second],
    ...(third.length === 2 ? [[first, second, third]] : []),
  ]
  const dates = orders.filter(isDate).map(dayOf)
  const isSame = dates.every((date) => JSON.stringify(date) === JSON.stringify(dates[0]))
  return isSame ? dates[0] : undefined
}

const dayOf = ([year = '', month, day]: Match): WrittenDate => ({
  kind: 'day',
  year: Number(year.length === 2 ? `20${year}` : year),
  month: Number(month),
  day: Number(day),
})

/** Rough: the last day of a month is not checked. */
const isDate = ([, month, day]: Match): boolean =>
  Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31

/** "5 December", "December 5, 2026", "5 декабря 2026 г.". */
function takeMonthDate(scanner: Scanner): WrittenDate | undefined {
  const dayFirst = scanner.take(dayAndMonth)
  const match = dayFirst ?? scanner.take(monthAndDay)
  if (match === undefined) return undefined
  const [day, names] =
    dayFirst === undefined ? [match.at(-1), match.slice(1, -1)] : [match[1], match.slice(2)]
  const year = scanner.take(followingYear)?.[1]
  return {
    kind: 'day',
    year: year === undefined ? undefined : Number(year),
    month: 1 + names.findIndex((name) => name !== undefined),
    day: Number(day),
  }
}

const amounts: Readonly<Record<string, number>> = {
  'a couple of': 2,
  'half an': 0.5,
  an: 1,
  a: 1,
  one: 1,
  two: 2,
  three: 3,
  полтора: 1.5,
  пол: 0.5,
  пару: 2,
  один: 1,
  одну: 1,
  два: 2,
  две: 2,
  три: 3,
}
const units = [
  'minutes?|mins?|минут[уы]?|мин',
  'hours?|hrs?|час(?:а|ов)?',
  'days?|день|дня|дней',
  'weeks?|недел[юиь]',
  'months?|месяц(?:а|ев)?',
] as const
const delay = new RegExp(
  `^(?:in|через) (?:(\\d{1,4}|${Object.keys(amounts).join('|')}) ?)?(?:${units.map((names) => `(${names})`).join('|')})(?![\\p{L}\\d])\\.?`,
  'u',
)
const now = words('now|right now|asap|сейчас|прямо сейчас')

/** "in 2 hours", "через неделю". */
function takeDelay(scanner: Scanner): WrittenDate | undefined {
  if (scanner.take(now)) return { kind: 'elapsed', ms: 0 }
  const match = scanner.take(delay)
  if (match === undefined) return undefined
  const [, written = '1', minutes, hours, days, weeks] = match
  const amount = amounts[written] ?? Number(written)
  if (minutes !== undefined) return { kind: 'elapsed', ms: amount * 60_000 }
  if (hours !== undefined) return { kind: 'elapsed', ms: amount * 3_600_000 }
  if (!Number.isInteger(amount)) return undefined
  const unit = days !== undefined ? 'days' : weeks !== undefined ? 'weeks' : 'months'
  return { kind: 'later', duration: { [unit]: amount }, keepsTime: true }
}

const clock = /^(\d{1,2})([:.])(\d\d)(?:\2(\d\d)(?:[.,](\d{1,9}))?)?(?!\d)/
const bareHour = /^(?:(\d{1,2})(?![\d:./-])|час(?!\p{L}))(?: ?(?:час(?:а|ов)?|ч|o'clock)(?!\p{L})\.?)?/u
const beforeNoon = words(' ?(?:a\\.?m|утра|ночи|in the morning)')
const afterNoon = words(' ?(?:p\\.?m|дня|вечера|in the (?:afternoon|evening))')
/** Parts of the day, by the hour at which a call in them is due. */
const dayParts: readonly [RegExp, number][] = [
  [words('(?:in the )?morning|утром'), 9],
  [words('noon|midday|полдень'), 12],
  [words('(?:in the )?afternoon|днем'), 14],
  [words('(?:in the )?evening|вечером'), 18],
]
const tonight: typeof dayParts = [[words('tonight'), 18]]
/** Nobody asks for a call at night: "tomorrow at 5" is 17:00. Hours of two digits are of the 24-hour clock. */
const lastAfternoonHour = 7

/** @param isExpected a date or a preposition precedes, so that a number alone is an hour */
function takeTime(scanner: Scanner, isExpected: boolean): WrittenTime['time'] {
  // "Evening" alone is a preference, as in a column of a list, and no time.
  for (const [pattern, hour] of isExpected ? dayParts : tonight)
    if (scanner.take(pattern)) return { hour, minute: 0, second: 0, millisecond: 0 }
  const parts = scanner.take(clock)
  const bare = parts === undefined ? scanner.take(bareHour) : undefined
  if (parts === undefined && bare === undefined) return undefined
  const isMorning = scanner.take(beforeNoon) !== undefined
  const isAfternoon = scanner.take(afterNoon) !== undefined
  const isMarked = isMorning || isAfternoon
  // 9.30 alone is rather an amount or a date.
  const isClear = parts === undefined ? isExpected || isMarked : parts[2] === ':' || isExpected || isMarked
  if (!isClear) return undefined
  const [hourText = '1', minute = '0', second = '0', fraction = '0'] =
    parts === undefined ? [bare?.[1]] : [parts[1], parts[3], parts[4], parts[5]]
  const hour = Number(hourText)
  if (isMorning && hour > 12) return undefined
  const isLikelyAfternoon =
    parts === undefined && !isMarked && hourText.length === 1 && hour >= 1 && hour <= lastAfternoonHour
  const hoursToAdd =
    isAfternoon || isLikelyAfternoon ? (hour < 12 ? 12 : 0) : isMorning && hour === 12 ? -12 : 0
  return {
    hour: hour + hoursToAdd,
    minute: Number(minute),
    second: Number(second),
    millisecond: Math.trunc(Number(`0.${fraction}`) * 1_000),
  }
}

/** A minus needs UTC or GMT before it: 9:00-18:00 is a range. */
const offset = /^ ?(?:(?:utc|gmt) ?([+-])|\+)(\d{1,2})(?::?(\d\d))?(?!\d)/
const utc = words(' ?(?:z|utc|gmt)')
const moscow = words(' ?(?:msk|мск|по мск|по москве|moscow time|(?:по )?московскому времени)')
const zoneName = /^ ?\[?([a-z_]+(?:\/[a-z0-9_+-]+)+)\]?/

const offsetText = ([, sign = '+', hours = '', minutes = '00']: Match) =>
  `${sign}${hours.padStart(2, '0')}:${minutes}`

function takeZone(scanner: Scanner): string | undefined {
  const withOffset = scanner.take(offset, (match) => isOffset(offsetText(match)))
  if (withOffset !== undefined) return offsetText(withOffset)
  if (scanner.take(utc)) return 'UTC'
  if (scanner.take(moscow)) return 'Europe/Moscow'
  return scanner.take(zoneName, ([, name = '']) => isTimeZone(name))?.[1]
}
