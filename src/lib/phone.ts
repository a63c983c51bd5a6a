import { type CountryCode, isSupportedCountry, validatePhoneNumberLength } from 'libphonenumber-js/max'
import { invalid } from './errors.ts'
import type { RowErrorCode } from './list-error-codes.ts'
import { cleanText } from './phone/characters.ts'
import { phoneIdentity } from './phone/identity.ts'
import { type Reading, readingsOf } from './phone/readings.ts'
import { splitPhoneText, type WrittenNumber } from './phone/split-text.ts'
import { applyNumberFormat, isFraction, restoreFromSpreadsheet } from './phone/spreadsheet-number.ts'
import { readingInItsFormat } from './phone/written-form.ts'

export interface PhoneReadOptions {
  /** ISO 3166 country of a number without a calling code. */
  country?: CountryCode | undefined
  /**
   * How digits are read that are valid both as a number of the country and as an international number without its plus
   * sign. Undefined: they are rejected.
   */
  withoutPlus?: Reading['form'] | undefined
  /** The number format of the cell that held the text, such as `0000000000`. */
  numberFormat?: string | undefined
}

export interface PhoneNumber {
  /** E.164 */
  number: string
  /** Digits to dial after the call is answered; undefined when the text has none. */
  extension: string | undefined
  /** ISO 3166 country of the number; undefined for numbers of no country, such as +800. */
  country: CountryCode | undefined
  /** What was not in the text and was inferred. */
  inferred: PhoneInference[]
}

/**
 * What was inferred: the country, a plus sign that was lost, digits that a change of the numbering plan added or removed,
 * or which of several readings is meant: the one that is grouped as its country writes it, or that the caller wants.
 */
export type PhoneInference = 'country' | 'plus_sign' | 'digits' | 'reading'

export type PhoneErrorCode = Extract<
  RowErrorCode,
  | 'no_phone_number'
  | 'invalid_phone_number'
  | 'ambiguous_phone_number'
  | 'phone_in_scientific_notation'
  | 'several_phone_numbers'
  | 'text_beside_phone_number'
>

/**
 * `reason` completes a sentence ("phone_number is too short") and contains no number. `candidates` are the valid numbers
 * that the text can mean, at least two when it is ambiguous. They are for the user who sent the text, not for logs.
 */
export interface PhoneRejection {
  ok: false
  code: PhoneErrorCode
  reason: string
  candidates: string[]
}

export type PhoneParseResult = ({ ok: true } & PhoneNumber) | PhoneRejection
export type PhoneTextResult = { ok: true; numbers: [PhoneNumber, ...PhoneNumber[]] } | PhoneRejection

/** Several numbers with extensions and labels are shorter. A longer text would only take time. */
const maxLength = 250

/**
 * Parses a text with one phone number or several, as people and spreadsheets write them. A number is accepted when exactly
 * one reading of it is valid in the numbering plan of its country. A text is accepted as a whole or rejected: nothing in it
 * is dropped.
 */
export function parsePhoneText(text: string, options: PhoneReadOptions = {}): PhoneTextResult {
  const { numberFormat } = options
  const clean = cleanText(text)
  if (clean.length > maxLength) return reject('text_beside_phone_number')
  const restored = restoreFromSpreadsheet(numberFormat ? applyNumberFormat(clean, numberFormat) : clean)
  if (restored === undefined) return reject('phone_in_scientific_notation')
  if (isFraction(restored)) return reject('invalid_phone_number')
  const results = splitPhoneText(restored).map((written) => parseWritten(written, options))
  const rejection = results.find((result) => 'code' in result)
  if (rejection !== undefined) return rejection
  const numbers = results.filter((result) => 'number' in result)
  const [first, ...others] = new Map(
    numbers.map((phone) => [`${phone.number};${phone.extension}`, phone]),
  ).values()
  return first === undefined ? reject('no_phone_number') : { ok: true, numbers: [first, ...others] }
}

function parseWritten(written: WrittenNumber, options: PhoneReadOptions): PhoneNumber | PhoneRejection {
  const { number, extension, otherText } = written
  const digits = number.replace(/\D/g, '')
  if (digits.length < 3)
    return reject(isLong(otherText) ? 'text_beside_phone_number' : 'invalid_phone_number')
  if (otherText !== '' || hasSecondEnding(number, options)) return reject('text_beside_phone_number')
  const readings = readingsOf(number, options.country)
  const isInternational = number.includes('+') || digits.startsWith('00')
  if (options.country === undefined && !isInternational) {
    return reject('invalid_phone_number', reasons.INVALID_COUNTRY, readings)
  }
  const chosen = chooseReading(readings, number, options)
  if (chosen === undefined) {
    return readings.length === 0
      ? reject('invalid_phone_number', invalidReason(number, options.country))
      : reject('ambiguous_phone_number', undefined, readings)
  }
  const inferred: PhoneInference[] = []
  if (chosen.form === 'national') inferred.push('country')
  else if (!isInternational && digits.startsWith(chosen.plan.callingCode)) inferred.push('plus_sign')
  if (!digits.endsWith(chosen.number.slice(1 + chosen.plan.callingCode.length))) inferred.push('digits')
  if (readings.length > 1) inferred.push('reading')
  return { number: chosen.number, extension, country: chosen.plan.country, inferred }
}

const isLong = (text: string) => text.replace(/\D/g, '').length >= 7

/** "030 1234567/68": 68 is the end of a second number. In "030/1234567" the slash follows the area code. */
function hasSecondEnding(number: string, options: PhoneReadOptions): boolean {
  const slash = number.lastIndexOf('/')
  return slash !== -1 && readingsOf(number.slice(0, slash), options.country).length > 0
}

/** The only reading, or the only one that the caller wants or that is grouped as its country writes it. */
function chooseReading(
  readings: Reading[],
  written: string,
  { withoutPlus }: PhoneReadOptions,
): Reading | undefined {
  if (readings.length <= 1) return readings[0]
  const wanted = readings.filter(({ form }) => form === withoutPlus)
  return readingInItsFormat(readings, written) ?? (wanted.length === 1 ? wanted[0] : undefined)
}

/**
 * Parses a text that should hold one phone number and nothing else. A text with an extension or with several numbers is
 * rejected, because the caller has no place for them.
 *
 * @param defaultCountry ISO 3166 country of a number without a calling code
 */
export function parsePhone(text: string, defaultCountry?: CountryCode): PhoneParseResult {
  const parsed = parsePhoneText(text, { country: defaultCountry })
  if (!parsed.ok) return parsed
  const [number, ...others] = parsed.numbers
  if (others.length > 0) return reject('several_phone_numbers')
  return number.extension === undefined
    ? { ok: true, ...number }
    : reject('text_beside_phone_number', reasons.extension)
}

/** The E.164 form of the request field `phone_number`. @throws Refusal 'invalid' when it is not a phone number */
export function parsePhoneOrThrow(text: string, defaultCountry?: CountryCode): string {
  const parsed = parsePhone(text, defaultCountry)
  if (parsed.ok) return parsed.number
  const detail = `${describeRejection('phone_number', parsed)} Use an E.164 number, such as +74951234567.`
  throw invalid('invalid_phone_number', detail, [{ pointer: '/phone_number', detail }])
}

/**
 * Like `parsePhoneOrThrow`, for a query parameter: "+" in a URL means a space, so a leading space was a plus sign. A number
 * in the form of E.164 is not checked, because rows may have been stored by other rules.
 */
export function parseQueryPhoneOrThrow(text: string, defaultCountry?: CountryCode): string {
  const number = text.replace(/^ /, '+')
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : parsePhoneOrThrow(number, defaultCountry)
}

/**
 * The identity of the telephone in the query parameter `phone_number`, in any notation.
 *
 * @param defaultCountry ISO 3166 country of a number without a calling code, as the parameter `default_country`
 * @throws Refusal 'invalid' when it is not a phone number
 */
export const queryPhoneIdentity = (text: string, defaultCountry: string | undefined): string =>
  phoneIdentity(parseQueryPhoneOrThrow(text, queryCountry(defaultCountry)))

/** The country of the query parameter `default_country`. @throws Refusal 'invalid' when its numbering plan is not known */
export function queryCountry(country: string | undefined): CountryCode | undefined {
  if (country === undefined || isSupportedCountry(country)) return country
  const detail = `default_country is "${country}". Use an ISO 3166-1 alpha-2 country code, such as RU.`
  throw invalid('invalid_value', detail, [{ pointer: '/default_country', detail }])
}

/**
 * Why a text was rejected, as sentences: "The value can be read as several numbers ... +79... or +49...?" For the user who
 * sent the text: it contains the candidates, so it is not to be logged.
 *
 * @param subject what the text is called, such as "The value" or "phone_number"
 */
export const describeRejection = (subject: string, { reason, candidates }: PhoneRejection): string =>
  candidates.length === 0 ? `${subject} ${reason}.` : `${subject} ${reason}. ${candidates.join(' or ')}?`

const reasons = {
  no_phone_number: 'is empty',
  invalid_phone_number: 'is not a phone number',
  ambiguous_phone_number: 'can be read as several numbers: write it with a leading + and the country code',
  phone_in_scientific_notation:
    'was rounded by a spreadsheet (scientific notation): format the column as text, and enter the number again',
  several_phone_numbers: 'holds more than one phone number: put each number in a separate row',
  text_beside_phone_number:
    'has text beside the number that is neither an extension (ext. 102) nor another number: move it to another column',
  extension: 'has an extension, and this field holds only a number',
  INVALID_COUNTRY: 'has no country code: start it with + and the country code',
  TOO_SHORT: 'is too short',
  TOO_LONG: 'is too long',
  INVALID_LENGTH: 'has the wrong number of digits for its country',
  NOT_A_NUMBER: 'is not a phone number',
  unassigned: 'is not in a range of numbers that its country has assigned: compare it with its source',
}

const invalidReason = (number: string, country: CountryCode | undefined): string =>
  reasons[validatePhoneNumberLength(number, country) ?? 'unassigned']

const reject = (
  code: PhoneErrorCode,
  reason: string = reasons[code],
  readings: Reading[] = [],
): PhoneRejection => ({ ok: false, code, reason, candidates: readings.map(({ number }) => number) })
