import type { CountryCode } from 'libphonenumber-js/max'
import { currentDigits } from './identity.ts'
import {
  callingCodeOf,
  type DialingRules,
  dialingRulesOf,
  mainCountryOf,
  type NumberingPlan,
  planOfValidNumber,
} from './numbering-plans.ts'

/** A valid number that a text can mean. */
export interface Reading {
  /** E.164 */
  number: string
  plan: NumberingPlan
  /** Whether the text holds the calling code. */
  form: 'international' | 'national'
}

/**
 * Numbers with more digits exist in few countries. Without a plus sign, two local numbers in one cell are more likely, which
 * countries with numbers of any length, such as Austria and Germany, would have as one.
 */
const longestUsual = 13

/**
 * All valid numbers that a written number can mean. A plus sign or an international prefix makes it international. Digits
 * alone are read both as a number of the country and as an international number that has lost its plus sign.
 *
 * @param written digits, brackets and punctuation, with or without a plus sign
 */
export function readingsOf(written: string, country: CountryCode | undefined): Reading[] {
  const digits = written.replace(/\D/g, '')
  const found =
    written.includes('+') || digits.startsWith('00')
      ? withPlus(written, digits, country)
      : withoutPlus(written, digits, country)
  return [...new Map(found.map((reading) => [reading.number, reading])).values()]
}

function withPlus(written: string, digits: string, country: CountryCode | undefined): Reading[] {
  const numbers = written.includes('+') ? [digits.replace(/^00/, '')] : afterPrefix(digits, country)
  return numbers
    .filter((number) => !splitsCallingCode(number, digits.length - number.length, written))
    .flatMap((number) => international(number, written))
}

function withoutPlus(written: string, digits: string, country: CountryCode | undefined): Reading[] {
  const prefixed = afterPrefix(digits, country)
    .filter((number) => !splitsCallingCode(number, digits.length - number.length, written))
    .flatMap((number) => international(number, written))
  const lostPlus = startsWithNationalPrefix(written, digits, country) ? [] : international(digits, written)
  if (digits.length > longestUsual) return prefixed.length === 0 ? [] : [...prefixed, ...lostPlus]
  // Of two readings with the same number, the last one is kept: the text does hold the calling code.
  return [...national(digits, country), ...prefixed, ...lostPlus]
}

/** The digits after an international prefix: of the country, or 00 and 011, which people write everywhere. */
function afterPrefix(digits: string, country: CountryCode | undefined): string[] {
  const own = country === undefined ? [] : [dialingRulesOf(country).internationalPrefix, /^011/]
  return [/^00/, ...own].flatMap((prefix) => {
    const length = prefix.exec(digits)?.[0].length
    return length === undefined ? [] : [digits.slice(length)]
  })
}

/** @param digits the number after its plus sign or international prefix */
function international(digits: string, written: string): Reading[] {
  const asWritten = valid(digits, 'international')
  const withoutZero = /\(0\)/.test(written) ? international(withoutOptionalZero(digits, written), '') : []
  const once = digits.length > longestUsual || asWritten.length === 0 ? withoutRepeatedCode(digits) : []
  if (asWritten.length > 0) return [...asWritten, ...withoutZero, ...once]
  const code = callingCodeOf(digits)
  const country = code === undefined ? undefined : mainCountryOf(code)
  if (code === undefined || country === undefined) return withoutZero
  const stripped = withoutNationalPrefix(digits.slice(code.length), dialingRulesOf(country))
  return [...withoutZero, ...once, ...corrected(digits), ...valid(code + stripped, 'international')]
}

/** "+49 (0)30 ...": the zero is dialed only without the calling code. */
function withoutOptionalZero(digits: string, written: string): string {
  const digitsAfter = written.slice(written.indexOf('(0)') + 3).replace(/\D/g, '').length
  return digits.slice(0, digits.length - digitsAfter - 1) + digits.slice(digits.length - digitsAfter)
}

/** "+49 49 151 1234567": the calling code was added to a number that had it. */
function withoutRepeatedCode(digits: string): Reading[] {
  const code = callingCodeOf(digits) ?? ''
  const rest = digits.slice(code.length).replace(/^00/, '')
  return rest.startsWith(code) ? valid(rest, 'international') : []
}

function national(digits: string, country: CountryCode | undefined): Reading[] {
  if (country === undefined || isUnsurelyKazakh(digits, country)) return []
  const rules = dialingRulesOf(country)
  const number = rules.callingCode + digits
  const withoutPrefix = rules.callingCode + withoutNationalPrefix(digits, rules)
  return [
    ...valid(number, 'national'),
    ...valid(withoutPrefix, 'national'),
    ...corrected(number).map((reading) => ({ ...reading, form: 'national' as const })),
  ]
}

/** Ten digits from 7 in a Russian list are a Kazakh number, or a Russian one with its calling code that has lost a digit. */
const isUnsurelyKazakh = (digits: string, country: CountryCode): boolean =>
  country === 'RU' && /^7\d{9}$/.test(digits)

/** Numbers that were valid before a plan changed, in the form of today. @param digits E.164 without the plus sign */
function corrected(digits: string): Reading[] {
  const today = currentDigits(digits)
  return today === digits ? [] : valid(today, 'international')
}

/** Removes the prefix of national calls ("8 495 ...", "0151 ..."), and moves the 15 of Argentina. */
function withoutNationalPrefix(
  digits: string,
  { nationalPrefixPattern, nationalPrefixReplacement }: DialingRules,
): string {
  const match = nationalPrefixPattern?.exec(digits)
  if (!match || nationalPrefixPattern === undefined) return digits
  const hasCaptured = match.length > 1 && match.at(-1) !== undefined
  return nationalPrefixReplacement !== undefined && hasCaptured
    ? digits.replace(nationalPrefixPattern, nationalPrefixReplacement)
    : digits.slice(match[0].length)
}

/** @param digits E.164 without the plus sign */
function valid(digits: string, form: Reading['form']): Reading[] {
  const plan = planOfValidNumber(digits)
  return plan === undefined ? [] : [{ number: `+${digits}`, plan, form }]
}

/**
 * "8 (495) 123-45-67" is no Vietnamese number (+84 95 ...): its first group is the national prefix, and ends within the
 * calling code. Groups of one digit each are no evidence.
 */
function startsWithNationalPrefix(
  written: string,
  digits: string,
  country: CountryCode | undefined,
): boolean {
  const prefix = country === undefined ? undefined : dialingRulesOf(country).nationalPrefix
  const [first = '', second = ''] = written.match(/\d+/g) ?? []
  return first === prefix && second.length > 1 && (callingCodeOf(digits)?.length ?? 0) > first.length
}

/**
 * Whether a group of digits ends within the calling code: "004-92-58-76-11" is a French number with a zero too many, and
 * not one of Germany (+49 2...). Ukrainians write +38 (050) for the calling code 380.
 *
 * @param prefixLength the number of digits before the calling code
 */
function splitsCallingCode(number: string, prefixLength: number, written: string): boolean {
  const code = callingCodeOf(number) ?? ''
  let end = -prefixLength
  for (const group of written.match(/\d+/g) ?? []) {
    end += group.length
    if (end > 0) return end < code.length && !(code === '380' && end === 2)
  }
  return false
}
