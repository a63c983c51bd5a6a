import { type CountryCode, parsePhoneNumberWithError } from 'libphonenumber-js/max'
import { invalid } from './errors.ts'

/** `reason` completes a sentence: "phone_number is too short". It does not contain the number. */
export type PhoneParseResult = { ok: true; number: string } | { ok: false; reason: string }

/**
 * Parses a phone number as people write it into E.164 ("+79991234567").
 *
 * Any number with a possible length for its country is accepted (`isPossible`, not `isValid`): numbering plans change
 * faster than the library's metadata, so a range that the library does not know may exist.
 *
 * @param defaultCountry ISO 3166 country of a number without a country code
 */
export function parsePhone(text: string, defaultCountry?: CountryCode): PhoneParseResult {
  try {
    const phone = parsePhoneNumberWithError(text, defaultCountry)
    if (!phone.isPossible()) return { ok: false, reason: 'has the wrong number of digits for its country' }
    return { ok: true, number: phone.number }
  } catch (error) {
    // The library throws one of the keys of `reasons` as the message.
    if (!(error instanceof Error) || !(error.message in reasons)) throw error
    return { ok: false, reason: reasons[error.message as keyof typeof reasons] }
  }
}

/** The E.164 form of the request field `phone_number`. @throws Refusal 'invalid' when it is not a phone number */
export function parsePhoneOrThrow(text: string, defaultCountry?: CountryCode): string {
  const parsed = parsePhone(text, defaultCountry)
  if (parsed.ok) return parsed.number
  const detail = `phone_number ${parsed.reason}. Use an E.164 number, such as +74951234567.`
  throw invalid('invalid_phone_number', detail, [{ pointer: '/phone_number', detail }])
}

/** Like `parsePhoneOrThrow`, for a query parameter: "+" in a URL means a space, so a leading space was a plus sign. */
export const parseQueryPhoneOrThrow = (text: string): string => parsePhoneOrThrow(text.replace(/^ /, '+'))

const reasons = {
  NOT_A_NUMBER: 'is not a phone number',
  INVALID_COUNTRY: 'has no country code: start it with + and the country code',
  TOO_SHORT: 'is too short',
  TOO_LONG: 'is too long',
}
