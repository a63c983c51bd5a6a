import type { CountryCode } from 'libphonenumber-js/max'
import type { RowErrorCode } from '../../lib/list-error-codes.ts'
import { type FurtherNumber, furtherNumbersOf } from '../../lib/phone/contact-numbers.ts'
import { type PhoneNumber, parsePhoneText } from '../../lib/phone.ts'

/** A number of a request. `phone_number` is a text in any notation, with one number or several and their extensions. */
export interface NumberInput {
  phone_number: string
  phone_extension?: string | null | undefined
}

export interface NumbersInput extends NumberInput {
  further_numbers?: readonly NumberInput[] | undefined
}

/** `pointer` is relative to the contact. The detail does not repeat the value. */
export interface NumberRejection {
  pointer: string
  code: RowErrorCode
  detail: string
}

type ParsedNumbers = [PhoneNumber, ...PhoneNumber[]]

/**
 * The numbers of a contact: those of `phone_number`, then those of `further_numbers`. Each text is accepted or rejected as a
 * whole, as in a call list.
 *
 * @param country ISO 3166 country of numbers without a country code
 */
export function parseNumbers(
  { further_numbers = [], ...dialed }: NumbersInput,
  country?: CountryCode,
): (FurtherNumber & { further_numbers: FurtherNumber[] }) | NumberRejection {
  const first = parseNumber(dialed, '', country)
  if ('pointer' in first) return first
  const others = parseOthers(further_numbers, country)
  if ('pointer' in others) return others
  const [number, ...more] = first
  return {
    phone_number: number.number,
    phone_extension: number.extension ?? null,
    further_numbers: furtherNumbersOf(number, [...more, ...others]),
  }
}

/** The further numbers of a contact whose number `phone_number` (E.164) stays; its other forms are left out. */
export function parseFurtherNumbers(
  phone_number: string,
  inputs: readonly NumberInput[],
): FurtherNumber[] | NumberRejection {
  const numbers = parseOthers(inputs)
  if ('pointer' in numbers) return numbers
  return furtherNumbersOf({ number: phone_number }, numbers)
}

function parseOthers(inputs: readonly NumberInput[], country?: CountryCode): PhoneNumber[] | NumberRejection {
  const numbers: PhoneNumber[] = []
  for (const [i, input] of inputs.entries()) {
    const parsed = parseNumber(input, `/further_numbers/${i}`, country)
    if ('pointer' in parsed) return parsed
    numbers.push(...parsed)
  }
  return numbers
}

function parseNumber(
  { phone_number, phone_extension }: NumberInput,
  path: string,
  country: CountryCode | undefined,
): ParsedNumbers | NumberRejection {
  const parsed = parsePhoneText(phone_number, { country })
  if (!parsed.ok) {
    return { pointer: `${path}/phone_number`, code: parsed.code, detail: `phone_number ${parsed.reason}.` }
  }
  if (phone_extension === undefined || phone_extension === null) return parsed.numbers
  const [number, ...others] = parsed.numbers
  const pointer = `${path}/phone_extension`
  if (others.length > 0) {
    const detail =
      'phone_number holds more than one number, so phone_extension may belong to any of them. Move the others to further_numbers.'
    return { pointer, code: 'several_phone_numbers', detail }
  }
  if (number.extension !== undefined && number.extension !== phone_extension) {
    const detail = 'phone_number has an extension, which differs from phone_extension. Send only one of them.'
    return { pointer, code: 'text_beside_phone_number', detail }
  }
  return [{ ...number, extension: phone_extension }]
}
