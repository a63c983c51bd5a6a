import type { CountryCode } from 'libphonenumber-js/max'
import { planOfValidNumber } from '../../../lib/phone/numbering-plans.ts'
import {
  describeRejection,
  type PhoneErrorCode,
  type PhoneNumber,
  type PhoneReadOptions,
  parsePhoneText,
} from '../../../lib/phone.ts'

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
