/**
 * The first `max` characters (UTF-16 code units) of a text. One less where the text would end with half of a surrogate
 * pair, which PostgreSQL cannot store.
 */
export const truncate = (text: string, max: number): string =>
  text.length <= max ? text : text.slice(0, max).replace(/[\ud800-\udbff]$/, '')
