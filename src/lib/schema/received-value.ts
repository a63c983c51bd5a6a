import { countText } from './word-lists.ts'

/** Strings longer than this are described, not repeated. */
const maxRepeatedLength = 40
/** A text with as many digits may be a phone number. */
const maxRepeatedDigits = 6
/** Pointers of fields that may hold a secret. */
const secretPointer = /secret|token|passw|authorization|credential|api.?key|ticket|headers\//i

/** A date by numbers or with the name of a month, optionally with a time and a zone. No phone number is written so. */
const writtenDate =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}\.? \p{L}{3,12}\.?,? \d{4}|\p{L}{3,12}\.? \d{1,2},? \d{4})(?:(?:[Tt]|,? )\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?: ?(?:[AaPp][Mm]|[Zz]|UTC|GMT|[+-]\d\d:?\d\d))?)?$/u

/** Whether the text may be a URL with a password: https://user:password@host. */
function mayHavePassword(text: string): boolean {
  const authority = text.indexOf('://')
  return authority !== -1 && text.includes('@', authority)
}

/** A sentence with the received value, as `repeatable` writes it. */
export const receivedText = (value: unknown, pointer = ''): string =>
  `Received ${repeatable(value, pointer)}.`

/**
 * A value in words, as far as a message may repeat it: no secret, and no 7 digits or more, which may be a phone number, unless
 * they are a date.
 *
 * @param pointer the JSON pointer to the value
 */
export function repeatable(value: unknown, pointer = ''): string {
  if (value === undefined) return 'nothing'
  if (typeof value !== 'string' && typeof value !== 'number') return kindText(value)
  if (value === '') return 'an empty string'
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number that is too large'
  const text = JSON.stringify(value)
  const digits = text.replace(/\D/g, '').length
  const mayBeSecret = secretPointer.test(pointer) || mayHavePassword(text)
  const isShort = text.length <= maxRepeatedLength && !/\p{C}/u.test(String(value))
  if (isShort && !mayBeSecret && (digits <= maxRepeatedDigits || writtenDate.test(String(value)))) return text
  return typeof value === 'string'
    ? `a string of ${countText(value.length, 'character')}`
    : `a number of ${countText(digits, 'digit')}`
}

function kindText(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (!Array.isArray(value)) return 'an object'
  return value.length === 0 ? 'an empty array' : `an array of ${countText(value.length, 'item')}`
}
