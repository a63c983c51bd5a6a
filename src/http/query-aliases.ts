import { Temporal } from 'temporal-polyfill'

/*
 * Other names of query parameters, for programs that were written for another API. `normalize-query.ts` replaces them on
 * every route that has the parameter, and the OpenAPI document mentions them there.
 */

export interface QueryAlias {
  alias: string
  /** The parameter of the API. The alias is accepted on the routes that have it. */
  canonical: string
  /** How a value of the alias differs from one of the parameter, as a phrase; undefined: it does not. */
  difference?: string
  /** The value of the parameter for a value of the alias. Undefined: the same. */
  convert?: (value: string) => string
}

export const queryAliases: readonly QueryAlias[] = [
  { alias: 'start_date', canonical: 'start' },
  {
    alias: 'end_date',
    canonical: 'end',
    difference: 'a date includes that day, a date-time is the exclusive end',
    convert: endOfDay,
  },
  { alias: 'page_size', canonical: 'limit' },
  // Its value depends on `limit`, so `normalize-query.ts` converts it.
  { alias: 'page', canonical: 'skip', difference: 'the number of a page of `limit` items, starting at 1' },
]

const datePattern = /^\d{4}-\d\d-\d\d$/

/** The day after a date, at whose start the day ends. Any other text is returned unchanged, for the validation. */
function endOfDay(text: string): string {
  if (!datePattern.test(text)) return text
  try {
    return Temporal.PlainDate.from(text).add({ days: 1 }).toString()
  } catch (error) {
    if (error instanceof RangeError) return text // a date that does not exist
    throw error
  }
}

/** The sentence of the documentation on the aliases of a parameter; undefined when it has none. */
export function aliasSentence(canonical: string): string | undefined {
  const aliases = queryAliases.filter((entry) => entry.canonical === canonical)
  if (aliases.length === 0) return undefined
  const texts = aliases.map(({ alias, difference }) => `\`${alias}\`${difference ? ` (${difference})` : ''}`)
  return `Also accepted as ${texts.join(', ')}.`
}
