import { parsePhoneNumberWithError } from 'libphonenumber-js/max'
import type { Reading } from './readings.ts'

/**
 * The only reading that is grouped as its country writes it: "479-244-8617" is a number of the US, "44 20 7946 0958" one of
 * Britain. Undefined when none is, or another number has its calling code as the first group.
 */
export function readingInItsFormat(readings: readonly Reading[], written: string): Reading | undefined {
  const exact = readings.find((reading) => isInFormatWithBrackets(reading, written))
  if (exact !== undefined) return exact
  const [found, ...others] = readings.filter((reading) => isInItsFormat(reading, written))
  if (found === undefined || others.length > 0) return undefined
  return readings.some((reading) => reading !== found && startsWithCallingCode(reading, written))
    ? undefined
    : found
}

/** "(31) 91234-5678" is how Brazil writes a number, to the last sign, although 31 is a calling code too. */
function isInFormatWithBrackets({ number, form }: Reading, written: string): boolean {
  if (form === 'international' || !written.includes('(')) return false
  const withoutSpaces = (text: string) => text.replace(/\s/g, '')
  return withoutSpaces(parsePhoneNumberWithError(number).formatNational()) === withoutSpaces(written)
}

/**
 * Whether the text sets the calling code apart from the number, or holds an international prefix. A 1 without brackets is
 * no evidence: it was a prefix of national numbers in Mexico.
 */
function startsWithCallingCode({ form, plan }: Reading, written: string): boolean {
  if (form === 'national') return false
  const firstGroup = firstGroupOf(written)
  const isApart = firstGroup === plan.callingCode && (firstGroup !== '1' || written.startsWith('('))
  return isApart || !written.replace(/\D/g, '').startsWith(plan.callingCode)
}

const firstGroupOf = (written: string) => /\d+/.exec(written)?.[0]

function isInItsFormat({ number, plan, form }: Reading, written: string): boolean {
  const isInternational = form === 'international'
  if (isInternational && firstGroupOf(written) !== plan.callingCode) return false
  if (isInternational && /^\D*\d+\D*\(0\)/.test(written)) return true
  const phone = parsePhoneNumberWithError(number)
  const nationalNumber = number.slice(1 + plan.callingCode.length)
  const groups = groupsOf(
    isInternational ? phone.formatInternational() : phone.formatNational(),
    nationalNumber,
  )
  if (groups.length === 0) return false
  // Two groups, and groups of one length with a shorter rest, are found in too many countries.
  const isTelling = groups.length > 2 && !isOfOneLength(groups)
  const isSame = groups.join(' ') === groupsOf(written, nationalNumber).join(' ')
  return (isTelling && isSame) || new RegExp(`^\\D*\\d?\\D*\\(\\d?${groups[0]}\\)`).test(written)
}

const isOfOneLength = (groups: readonly string[]): boolean => {
  const length = groups[0]?.length ?? 0
  return groups.every(
    (group, i) => group.length === length || (i === groups.length - 1 && group.length < length),
  )
}

/**
 * The groups of digits of a national number in a text, without the prefix or calling code before it. A prefix of one digit
 * may be written together with the area code ("8495 123-45-67").
 */
function groupsOf(text: string, nationalNumber: string): string[] {
  const digits = text.replace(/\D/g, '')
  if (!digits.endsWith(nationalNumber)) return []
  let prefixLength = digits.length - nationalNumber.length
  const groups: string[] = []
  for (const group of text.match(/\d+/g) ?? []) {
    if (group.length > prefixLength) {
      if (prefixLength > 1) return []
      groups.push(group.slice(prefixLength))
    }
    prefixLength = Math.max(0, prefixLength - group.length)
  }
  return groups
}
