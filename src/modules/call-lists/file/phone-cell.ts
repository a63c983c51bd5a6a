import { type CountryCode, parsePhoneNumberWithError } from 'libphonenumber-js/max'
import { parsePhone } from '../../../lib/phone.ts'

export type PhoneCell =
  | { ok: true; number: string; extension?: string }
  | { ok: false; code: PhoneErrorCode; detail: string }

export type PhoneErrorCode =
  | 'no_phone_number'
  | 'invalid_phone_number'
  | 'phone_in_scientific_notation'
  | 'several_phone_numbers'

/** What spreadsheets and people put around digits: blanks of all widths, marks of direction, an apostrophe before. */
const invisible = /[\u00a0\u2000-\u200f\u2028-\u202f\u205f\u2060-\u2064\u2066-\u206f\ufeff\u00ad]/g
const plainNumber = /^\+[1-9]\d{6,14}$/
const scientific = /^\+?(\d)[.,]?(\d*)[eе]\+?(\d+)$/i
const extension = /\s*(?:[,;]?\s*(?:ext\.?|extension|x|доб\.?|вн\.?|#)\s*[.:]?\s*)(\d{1,7})\s*$/i

/**
 * Reads a cell that is to hold one phone number. What a spreadsheet did to it is undone where nothing was lost (a lost plus,
 * ".0", an apostrophe), and refused where digits are gone.
 */
export function readPhoneCell(cell: string, country: CountryCode | undefined): PhoneCell {
  if (plainNumber.test(cell)) {
    const known = asIs(cell)
    if (known !== undefined) return known
  }
  let text = cell.replace(invisible, ' ').trim().replace(/^'+/, '')
  if (text === '') return { ok: false, code: 'no_phone_number', detail: 'has no phone number' }
  const exponent = scientific.exec(text)
  if (exponent !== null) {
    const whole = wholeOf(exponent)
    if (whole === undefined) {
      return {
        ok: false,
        code: 'phone_in_scientific_notation',
        detail: 'is a number that the spreadsheet has rounded: format the column as text, and enter it again',
      }
    }
    text = whole
  }
  text = text.replace(/^(\+?\d{7,})[.,]0+$/, '$1')
  const found = extension.exec(text)
  if (found !== null) text = text.slice(0, found.index)
  if (areSeveral(text)) {
    return {
      ok: false,
      code: 'several_phone_numbers',
      detail: 'holds more than one phone number: give each a row',
    }
  }
  const read = readNumber(text, country)
  if (!read.ok) return { ok: false, code: 'invalid_phone_number', detail: read.reason }
  return { ok: true, number: read.number, ...(found !== null && { extension: found[1] as string }) }
}

/** The digits of a scientific notation that holds all of them: 7.9161234567E+10. */
function wholeOf([, first = '', rest = '', exponent = '']: RegExpExecArray): string | undefined {
  return Number(exponent) <= 15 && rest.length === Number(exponent) && rest.length >= 9
    ? first + rest
    : undefined
}

/** Two runs of digits with a separator between them that no one number has. */
const areSeveral = (text: string): boolean =>
  text.split(/[,;/|\n]|\s+(?:и|или|and|or)\s+/i).filter((part) => part.replace(/\D/g, '').length >= 7)
    .length > 1

/** As `readPhone`; digits without a plus that begin with a country's code are tried as if they had one. */
function readNumber(text: string, country: CountryCode | undefined) {
  const read = parsePhone(text, country)
  if (read.ok) return read
  const digits = text.replace(/[\s().-]/g, '')
  return /^[1-9]\d{9,14}$/.test(digits) && isCertain(`+${digits}`)
    ? { ok: true as const, number: `+${digits}` }
    : read
}

/** A plus that nobody wrote is believed where the number is one that has been given out, and is not merely possible. */
function isCertain(text: string): boolean {
  try {
    const phone = parsePhoneNumberWithError(text)
    return phone.isValid() && phone.number === text
  } catch {
    // The library throws its reasons; why it is no number was told before.
    return false
  }
}

/** Numbers of one beginning and length are written alike; parsing one of them tells of all. */
const shapes = new Map<string, boolean>()
const mostShapes = 50_000

function asIs(text: string): { ok: true; number: string } | undefined {
  const shape = `${text.slice(0, 8)}|${text.length}`
  let isPlain = shapes.get(shape)
  if (isPlain === undefined) {
    isPlain = isPlainShape(text)
    if (shapes.size < mostShapes) shapes.set(shape, isPlain)
  }
  return isPlain ? { ok: true, number: text } : undefined
}

/** Whether such a number is what it says, whatever its last digits are. */
function isPlainShape(text: string): boolean {
  const [low, high] = ['0', '9'].map((digit) => text.slice(0, 8) + digit.repeat(text.length - 8))
  return [text, low, high].every((one) => {
    try {
      const phone = parsePhoneNumberWithError(one as string)
      return phone.isPossible() && phone.number === one
    } catch {
      // The library throws its reasons; which one is told where the number itself is read.
      return false
    }
  })
}
