import { malformed, type Refusal } from './errors.ts'

/** Maximum nesting of objects and arrays in a body. */
export const maxJsonDepth = 64
/** Maximum number of values in a body: members, items, objects and arrays. The largest import of suppressions has 250,000. */
export const maxJsonValues = 300_000
/**
 * Maximum number of different field names in a body. The parser creates a class for each new shape of an object: it takes 100
 * times as long for 300,000 different names as for the same names in each object.
 */
export const maxJsonNames = 10_000

const code = {
  quote: 34,
  comma: 44,
  colon: 58,
  backslash: 92,
  openArray: 91,
  closeArray: 93,
  openObject: 123,
  closeObject: 125,
}
/** Strings are read character by character up to this length, and longer ones with indexOf, which is faster. */
const shortString = 32

/**
 * Checks the depth, the number of values and the number of field names of a JSON text before it is parsed. The text may be
 * malformed; the parser reports that. Takes some 5 ms for 4 MB.
 *
 * @throws Refusal 'malformed'
 */
export function assertJsonWithinLimits(text: string): void {
  const names = scan(text)
  if (names > maxJsonNames) scan(text, new Set())
}

/** Returns the number of fields. @param names collects their different names @throws Refusal 'malformed' */
function scan(text: string, names?: Set<string>): number {
  let depth = 0
  let values = 1
  let fields = 0
  let start = 0
  let end = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === code.quote) {
      start = i + 1
      end = endOfString(text, start)
      if (end === -1) break
      i = end
    } else if (char === code.colon) {
      fields++
      if (names?.add(text.slice(start, end)) && names.size > maxJsonNames) throw tooManyNames()
    } else if (char === code.comma) {
      if (++values > maxJsonValues) throw tooManyValues()
    } else if (char === code.openArray || char === code.openObject) {
      if (++depth > maxJsonDepth) throw tooDeep()
      if (++values > maxJsonValues) throw tooManyValues()
    } else if (char === code.closeArray || char === code.closeObject) depth--
  }
  return fields
}

/** The index of the quote that ends a string; -1 when there is none. @param start the index after its first quote */
function endOfString(text: string, start: number): number {
  let end = start
  for (;;) {
    for (const readEnd = end + shortString; end < readEnd && end < text.length; end++) {
      const char = text.charCodeAt(end)
      if (char === code.backslash) end++
      else if (char === code.quote) return end
    }
    if (end >= text.length) return -1
    const quote = text.indexOf('"', end)
    if (quote === -1) return -1
    let backslashes = 0
    while (quote - backslashes > end && text.charCodeAt(quote - backslashes - 1) === code.backslash)
      backslashes++
    if (backslashes % 2 === 0) return quote
    end = quote + 1
  }
}

export const tooDeep = (): Refusal =>
  malformed(
    'too_deep',
    `The JSON body is nested deeper than ${maxJsonDepth} levels of objects and arrays. Send a flatter structure.`,
  )

const tooManyValues = (): Refusal =>
  malformed(
    'too_many_values',
    `The JSON body has more than ${maxJsonValues} values: fields, items, objects and arrays. Send it in several requests.`,
  )

const tooManyNames = (): Refusal =>
  malformed(
    'too_many_values',
    `The JSON body has more than ${maxJsonNames} different field names. Use the same names in each object, or lists.`,
  )
