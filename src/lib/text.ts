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
