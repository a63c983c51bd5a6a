import { type CountryCode, parsePhoneNumberWithError } from 'libphonenumber-js/max'
import { parsePhone } from '../../../lib/phone.ts'

/** `number` is E.164. */
type PhoneCell =
  | { ok: true; number: string; extension?: string }
  | { ok: false; code: PhoneErrorCode; detail: string }

type PhoneErrorCode =
  | 'no_phone_number'
  | 'invalid_phone_number'
  | 'phone_in_scientific_notation'
  | 'several_phone_numbers'

/** Invisible characters that spreadsheets add: no-break and thin spaces, direction marks, soft hyphens. */
const invisible = /[\u00a0\u2000-\u200f\u2028-\u202f\u205f\u2060-\u2064\u2066-\u206f\ufeff\u00ad]/g
const e164 = /^\+[1-9]\d{6,14}$/
const scientificNotation = /^\+?(\d)[.,]?(\d*)[eе]\+?(\d+)$/i
const extensionSuffix = /\s*(?:[,;]?\s*(?:ext\.?|extension|x|доб\.?|вн\.?|#)\s*[.:]?\s*)(\d{1,7})\s*$/i

/**
 * Parses a cell that should hold one phone number. Changes made by a spreadsheet are undone if no digit was lost: a missing
 * plus sign, ".0" at the end, an apostrophe at the start, scientific notation with all digits. A rounded number is rejected.
 *
 * @param country ISO 3166 country of a number without a country code
 */
export function readPhoneCell(cell: string, country: CountryCode | undefined): PhoneCell {
  if (e164.test(cell) && isValidE164(cell)) return { ok: true, number: cell }
  let text = cell.replace(invisible, ' ').trim().replace(/^'+/, '')
  if (text === '') return { ok: false, code: 'no_phone_number', detail: 'The phone number is empty.' }
  const scientificParts = scientificNotation.exec(text)
  if (scientificParts !== null) {
    const digits = allDigitsOf(scientificParts)
    if (digits === undefined) {
      return {
        ok: false,
        code: 'phone_in_scientific_notation',
        detail:
          'The spreadsheet has rounded the phone number (scientific notation). Format the column as text, and enter the number again.',
      }
    }
    text = digits
  }
  text = text.replace(/^(\+?\d{7,})[.,]0+$/, '$1')
  const extension = extensionSuffix.exec(text)
  if (extension !== null) text = text.slice(0, extension.index)
  if (hasSeveralNumbers(text)) {
    return {
      ok: false,
      code: 'several_phone_numbers',
      detail: 'The cell holds more than one phone number. Put each number in a separate row.',
    }
  }
  const parsed = parseNumber(text, country)
  if (!parsed.ok) {
    return { ok: false, code: 'invalid_phone_number', detail: `The value ${parsed.reason}.` }
  }
  return { ok: true, number: parsed.number, ...(extension !== null && { extension: extension[1] as string }) }
}

/** The digits of a number in scientific notation, like 7.9161234567E+10; undefined when it was rounded. */
function allDigitsOf([, first = '', rest = '', exponent = '']: RegExpExecArray): string | undefined {
  return Number(exponent) <= 15 && rest.length === Number(exponent) && rest.length >= 9
    ? first + rest
    : undefined
}

/** Whether at least two parts with 7 or more digits are separated by a character or word that no number contains. */
const hasSeveralNumbers = (text: string): boolean =>
  text.split(/[,;/|\n]|\s+(?:и|или|and|or)\s+/i).filter((part) => part.replace(/\D/g, '').length >= 7)
    .length > 1

/** Like `parsePhone`. Digits without a plus sign that start with a country code are also tried with a plus sign. */
function parseNumber(text: string, country: CountryCode | undefined) {
  const parsed = parsePhone(text, country)
  if (parsed.ok) return parsed
  const digits = text.replace(/[\s().-]/g, '')
  return /^[1-9]\d{9,14}$/.test(digits) && isAssigned(`+${digits}`)
    ? { ok: true as const, number: `+${digits}` }
    : parsed
}

/** Whether a number is in an assigned range: `isValid` is stricter than `isPossible`, and the plus sign is only assumed. */
function isAssigned(text: string): boolean {
  try {
    const phone = parsePhoneNumberWithError(text)
    return phone.isValid() && phone.number === text
  } catch {
    // The library throws when the text is not a phone number. The caller reports the reason of the first attempt.
    return false
  }
}

/**
 * Results of `isValidE164` by prefix and length. Lists have few prefixes, and looking one up is much faster than parsing
 * each number.
 */
const validByPrefix = new Map<string, boolean>()
const maxCachedPrefixes = 50_000
const prefixLength = 8

/** Whether a text in the form of E.164 is a possible number. */
function isValidE164(text: string): boolean {
  const key = `${text.slice(0, prefixLength)}|${text.length}`
  let isValid = validByPrefix.get(key)
  if (isValid === undefined) {
    isValid = isValidForAllSuffixes(text)
    if (validByPrefix.size < maxCachedPrefixes) validByPrefix.set(key, isValid)
  }
  return isValid
}

/**
 * Whether the number is possible with its own last digits, with zeros and with nines. The result is then taken to hold for
 * every number with this prefix and length.
 */
function isValidForAllSuffixes(text: string): boolean {
  const [zeros, nines] = ['0', '9'].map(
    (digit) => text.slice(0, prefixLength) + digit.repeat(text.length - prefixLength),
  )
  return [text, zeros, nines].every((number) => {
    try {
      const phone = parsePhoneNumberWithError(number as string)
      return phone.isPossible() && phone.number === number
    } catch {
      // The library throws when the text is not a phone number. `readPhoneCell` then parses it again for the reason.
      return false
    }
  })
}
