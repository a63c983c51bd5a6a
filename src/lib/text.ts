/**
 * The first `max` characters (UTF-16 code units) of a text. One less where the text would end with half of a surrogate
 * pair, which PostgreSQL cannot store.
 */
export const truncate = (text: string, max: number): string =>
  text.length <= max ? text : text.slice(0, max).replace(/[\ud800-\udbff]$/, '')

/** Whether PostgreSQL can store the text: it contains neither NUL nor half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

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
