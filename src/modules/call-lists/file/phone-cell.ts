import { type CountryCode, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/max'
import { mainCountryOf, planOfValidNumber } from '../../../lib/phone/numbering-plans.ts'
import {
  describeRejection,
  type PhoneErrorCode,
  type PhoneNumber,
  type PhoneReadOptions,
  parsePhoneText,
} from '../../../lib/phone.ts'
import { cellText } from './cell-text.ts'

/** `number` is E.164. */
type PhoneCell = { ok: true; number: string; extension?: string } | RejectedPhoneCell

/** The numbers of a cell in their order, each with its extension and with what was inferred. */
export type PhoneCellNumbers = { ok: true; numbers: [PhoneNumber, ...PhoneNumber[]] } | RejectedPhoneCell

/** `detail` contains the numbers that an ambiguous cell can mean: show it to the user, and do not log it. */
interface RejectedPhoneCell {
  ok: false
  code: PhoneErrorCode
  detail: string
  /** The numbers that an ambiguous cell can mean. */
  candidates: string[]
}

/** The texts of a cell that are read one by one. Google Contacts writes several numbers of a kind with ::: between them. */
export const phoneTextsOf = (text: string): string[] => text.split(':::').map((part) => part.trim())

/** Longer numbers are parsed, because they may hold the calling code twice. */
const shortE164 = /^\+[1-9]\d{6,12}$/

/**
 * Reads a cell that should hold one phone number. A cell with several is rejected.
 *
 * @param country ISO 3166 country of a number without a calling code
 */
export function readPhoneCell(
  cell: string,
  country: CountryCode | undefined,
  options?: Omit<PhoneReadOptions, 'country'>,
): PhoneCell {
  const read = readPhoneCellNumbers(cell, country, options)
  if (!read.ok) return read
  const [{ number, extension }, ...others] = read.numbers
  if (others.length > 0) {
    const detail = 'The cell holds more than one phone number. Put each number in a separate row.'
    return { ok: false, code: 'several_phone_numbers', detail, candidates: [] }
  }
  return { ok: true, number, ...(extension !== undefined && { extension }) }
}

/**
 * Reads a cell that holds one phone number or several.
 *
 * @param country ISO 3166 country of a number without a calling code
 */
export function readPhoneCellNumbers(
  cell: string,
  country: CountryCode | undefined,
  options?: Omit<PhoneReadOptions, 'country'>,
): PhoneCellNumbers {
  // Most lists hold numbers in this form, which needs no parsing.
  const plan = shortE164.test(cell) ? planOfValidNumber(cell.slice(1)) : undefined
  if (plan !== undefined) {
    return {
      ok: true,
      numbers: [{ number: cell, extension: undefined, country: plan.country, inferred: [] }],
    }
  }
  const parsed = parsePhoneText(cell, { ...options, country })
  if (parsed.ok) return parsed
  const { code, candidates } = parsed
  return { ok: false, code, detail: describeRejection('The value', parsed), candidates }
}

/**
 * Reads a text of a row of a file that holds one phone number or several. A number without a calling code that would be one
 * of the default country is ambiguous when a country column of its row names another country.
 */
export function readPhonesOfRow(
  text: string,
  cells: readonly unknown[],
  { names, countries }: { names: readonly string[]; countries: readonly number[] },
  { country, withoutPlus }: RowReadOptions,
): PhoneCellNumbers {
  const read = readPhoneCellNumbers(text, country, { withoutPlus })
  if (!read.ok) return read
  for (const { number, inferred } of read.numbers) {
    if (!inferred.includes('country')) continue
    for (const i of countries) {
      const callingCode = callingCodeIn(cellText(cells[i]))
      if (callingCode === undefined || number.startsWith(`+${callingCode}`)) continue
      const other = readPhoneCellNumbers(text, mainCountryOf(callingCode))
      return {
        ok: false,
        code: 'ambiguous_phone_number',
        detail: `The column "${names[i]}" has the country code ${callingCode}, and the number has none, so it would be read as a number of the default country. Write it with a leading + and its country code.`,
        candidates: [number, ...(other.ok ? other.numbers.map((each) => each.number) : [])],
      }
    }
  }
  return read
}

/** How the numbers of a file's rows are read. */
export interface RowReadOptions {
  /** ISO 3166 country of phone numbers without a calling code. */
  country: CountryCode | undefined
  /** How ambiguous digits without a plus sign are read. Undefined: their rows are rejected. */
  withoutPlus?: PhoneReadOptions['withoutPlus']
}

/** The calling code in a cell such as 44, +44, 0044 or GB; undefined for anything else. */
function callingCodeIn(text: string): string | undefined {
  const code = text.toUpperCase()
  return isSupportedCountry(code) ? getCountryCallingCode(code) : /^(?:\+|00)?([1-9]\d{0,2})$/.exec(text)?.[1]
}
