import { type CountryCode, parsePhoneNumberWithError } from 'libphonenumber-js/max'
import { invalid } from './errors.ts'

export type PhoneParseResult = { ok: true; number: string } | { ok: false; reason: string }

/**
 * Reads a phone number as people write it into E.164 ("+79991234567").
 *
 * Accepted is what is possible (right length for its country): numbering plans change faster than metadata, so
 * a range that is not known yet is not refused (`isPossible`, not `isValid`).
 */
export function parsePhone(text: string, defaultCountry?: CountryCode): PhoneParseResult {
  try {
    const phone = parsePhoneNumberWithError(text, defaultCountry)
    if (!phone.isPossible()) return { ok: false, reason: 'has the wrong number of digits for its country' }
    return { ok: true, number: phone.number }
  } catch (error) {
    // The library throws its reasons: NOT_A_NUMBER, INVALID_COUNTRY, TOO_SHORT, TOO_LONG.
    if (!(error instanceof Error) || !(error.message in reasons)) throw error
    return { ok: false, reason: reasons[error.message as keyof typeof reasons] }
  }
}

/** E.164 of what somebody wrote in the field `phone_number`. @throws Refusal 'invalid' when it is no number */
export function parsePhoneOrThrow(text: string, defaultCountry?: CountryCode): string {
  const read = parsePhone(text, defaultCountry)
  if (read.ok) return read.number
  throw invalid('invalid_phone_number', `phone_number ${read.reason}.`, [
    { pointer: '/phone_number', detail: read.reason },
  ])
}

/** As `phoneOf`, of an address: a plus in one means a blank, so what begins with a blank was meant to begin with a plus. */
export const parseQueryPhoneOrThrow = (text: string): string => parsePhoneOrThrow(text.replace(/^ /, '+'))

const reasons = {
  NOT_A_NUMBER: 'is not a phone number',
  INVALID_COUNTRY: 'has no country code: begin it with + and the code',
  TOO_SHORT: 'is too short',
  TOO_LONG: 'is too long',
}
