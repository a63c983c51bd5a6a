/** The first `max` code points of a text. A surrogate pair is one of them, so it is never cut in half. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text
  let end = 0
  for (let points = 0; points < max && end < text.length; points++)
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1
  return text.slice(0, end)
}

/**
 * Matches a text with at least one visible character: not white space, a control character, or a character of no width such as a
 * zero-width space, a joiner or a mark of direction. A regular expression without properties, which clients in all languages read.
 */
export const visiblePattern =
  '[^\\s\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb]'

const visible = new RegExp(visiblePattern, 'u')

/** Whether the text has a visible character: see `visiblePattern`. */
export const isVisible = (text: string): boolean => visible.test(text)

/** Whether PostgreSQL can store the text: it contains neither NUL nor half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** The text with U+FFFD in place of each code point that PostgreSQL cannot store: NUL and halves of surrogate pairs. */
export const storable = (text: string): string =>
  isStorable(text) ? text : text.toWellFormed().replaceAll('\0', '\ufffd')

/**
 * A JSON value in which every text, and every key, is `storable`. The value itself when it is storable already. For what
 * carriers, agents and models write: one character that cannot be stored must not lose the report around it.
 */
export function storableValue<T>(value: T): T {
  return isStorableJson(JSON.stringify(value) ?? '') ? value : (replaceUnstorable(value) as T)
}

function replaceUnstorable(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (Array.isArray(value)) return value.map(replaceUnstorable)
  // Of the objects, only those of JSON: a Date, for example, contains no text.
  if (value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value as object).map(([key, member]) => [storable(key), replaceUnstorable(member)]),
  )
}

/** Matches an escaped NUL, or an escaped half of a surrogate pair, in JSON text. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

/** Whether PostgreSQL can store every text in this JSON of JSON.stringify. One that it cannot store fails the statement. */
export const isStorableJson = (json: string): boolean =>
  !(json.includes('\\u') && unstorableEscape.test(json))

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/**
 * The first `max` UTF-16 code units of a text, less those of a character that would be cut: an emoji of several code points,
 * or a letter with its marks. A single character that is longer than `max` is cut between its code points.
 */
export function truncateGraphemes(text: string, max: number): string {
  if (text.length <= max) return text
  // Whether a character ends before index `max` depends on the code point there, of up to two code units.
  const start = graphemes.segment(text.slice(0, max + 2)).containing(max)?.index
  return start ? text.slice(0, start) : truncate(text, max)
}

/** Also vertical tabs and form feeds. */
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g
/** Control characters and format characters. Kept: joiners, which shape Persian, Sinhala and emoji, and visible Arabic signs. */
const invisible = /(?![\t\n])\p{Cc}|(?![\p{Join_Control}\u0600-\u0605\u06dd])\p{Cf}/gu

/**
 * Removes characters that are neither spoken nor seen: control characters, soft hyphens, marks of direction and tags. Keeps
 * joiners, tabs and line feeds; other line ends become line feeds.
 */
export const withoutInvisible = (text: string): string => text.replace(lineEnds, '\n').replace(invisible, '')

/** Like `withoutInvisible`, with each sequence of white space replaced by one space, and none at the ends. */
export const toOneLine = (text: string): string => withoutInvisible(text).replace(/\s+/g, ' ').trim()
