import type { PhoneNumber } from '../phone.ts'
import { phoneIdentity } from './identity.ts'

/** E.164. PostgreSQL reads these patterns too. */
export const e164Pattern = '^\\+[1-9][0-9]{6,14}$'
/** Digits to dial after the answer. */
export const extensionPattern = '^[0-9]{1,15}$'

/** A number of a contact beside the one that is dialed, with the digits to dial after the answer. */
export interface FurtherNumber {
  /** E.164 */
  phone_number: string
  phone_extension: string | null
}

/**
 * The further numbers of a contact, each telephone once: of several numbers with the same telephone the first is used, and
 * none with that of the number that is dialed.
 *
 * @param dialed the number that is dialed
 */
export function furtherNumbersOf(
  dialed: Pick<PhoneNumber, 'number'>,
  others: readonly PhoneNumber[],
): FurtherNumber[] {
  const telephones = new Set([phoneIdentity(dialed.number)])
  return others.flatMap(({ number, extension }) => {
    const identity = phoneIdentity(number)
    if (telephones.has(identity)) return []
    telephones.add(identity)
    return [{ phone_number: number, phone_extension: extension ?? null }]
  })
}
