import { alternativesText } from './word-lists.ts'

/* What a string with a format looks like, and what is wrong with one that does not. */

const formatNames: Record<string, string> = {
  uuid: 'a UUID such as 0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
  date: 'an ISO 8601 date such as 2026-11-23',
  'date-time': 'an ISO 8601 date and time with a time zone such as 2026-11-23T09:00:00Z',
  email: 'an e-mail address such as ops@clinic.example',
  uri: 'an absolute URL such as https://clinic.example',
}

/** The name of a format with an example: "an ISO 8601 date such as 2026-11-23". */
export const formatText = (format: string): string => formatNames[format] ?? `a valid ${format}`

/**
 * The sentence for a text that has none of these formats: "Must be ...", and, where it is known, what to change.
 *
 * @param received the sentence with the received value
 */
export function formatDetail(formats: readonly string[], value: unknown, received: string): string {
  return [`Must be ${alternativesText(formats.map(formatText))}.`, received, ...hintsOf(formats, value)].join(
    ' ',
  )
}

/** What is wrong with a value; at most one sentence. */
export function hintsOf(formats: readonly string[], value: unknown): string[] {
  if (typeof value !== 'string' && typeof value !== 'number') return []
  const text = String(value)
  if (text.length > maxHintedLength) return []
  const hint = formats.includes('uuid')
    ? uuidHint(text)
    : formats.some((format) => format === 'date' || format === 'date-time')
      ? timeHint(text, formats)
      : undefined
  return hint === undefined ? [] : [hint]
}

const maxHintedLength = 100

const uuidHint = (text: string) =>
  /^(?:urn:uuid:|\{|\s|[0-9a-f-]{36}\s)/i.test(text)
    ? 'Send the UUID alone, without "urn:uuid:", braces or spaces.'
    : undefined

const isoTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i

function timeHint(text: string, formats: readonly string[]): string | undefined {
  if (/^-?\d{9,}(?:\.\d+)?$/.test(text)) return 'A Unix time is not accepted: write it as a date and time.'
  const match = isoTime.exec(text)
  if (match === null) return undefined
  const [, year = '', month = '', day = '', hour, minute = '00', second, zone] = match
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  if (Number(month) < 1 || Number(month) > 12) return `There is no month ${month}.`
  if (Number(day) < 1 || Number(day) > daysOfMonth) return `The month ${year}-${month} has no day ${day}.`
  if (hour === undefined)
    return formats.includes('date-time') ? 'Add the time and the time zone, such as T00:00:00Z.' : undefined
  if (!formats.includes('date-time')) return 'Send the date without a time.'
  if (Number(hour) > 23) return `There is no hour ${hour}: the end of a day is 00:00:00 of the next one.`
  if (Number(minute) > 59 || Number(second ?? 0) > 59) return 'Minutes and seconds are 00 to 59.'
  if (zone === undefined) return 'Add the time zone: Z, or an offset such as +03:00.'
  return second === undefined ? 'Add the seconds.' : undefined
}
