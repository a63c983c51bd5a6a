/** Lists of values longer than this are cut off, characters. The longest one of the API has all types of events. */
const maxListLength = 1_200

/** "1 item", "2 items". */
export const countText = (count: number | undefined, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`

/** "a, b or c". */
export function alternativesText(texts: readonly string[]): string {
  const last = texts.at(-1) ?? ''
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} or ${last}`
}

/** "a, b, c"; of a list that is too long to read, its first values and the number of the others. */
export function listText(values: readonly string[]): string {
  let length = 0
  const named = values.findIndex((value) => {
    length += value.length + 2
    return length > maxListLength
  })
  if (named === -1) return values.join(', ')
  return `${values.slice(0, named).join(', ')} and ${values.length - named} more`
}

/** "Must be one of: a, b, c.", with the value that was probably meant. */
export function oneOfText(allowed: readonly string[], received: unknown): string {
  const must = allowed.length === 1 ? `Must be ${allowed[0]}.` : `Must be one of: ${listText(allowed)}.`
  return `${must}${didYouMean(allowed, received)}`
}

/** The name that differs from the received one only in case, spaces or punctuation, as a question; empty without any. */
export function didYouMean(names: readonly string[], received: unknown): string {
  if (typeof received !== 'string' || received.length > maxNameLength) return ''
  const plain = plainName(received)
  const similar = plain === '' ? undefined : names.find((name) => plainName(name) === plain)
  return similar === undefined ? '' : ` Did you mean "${similar}"?`
}

const maxNameLength = 100

const plainName = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
