const scientificNotation = /^\+?(\d)[.,]?(\d*)[eе]\+?(\d+)$/i
const wholeNumber = /^(\+?\d{3,})[.,]0+$/
const fraction = /^\+?\d{3,}\.\d{1,2}$/

/**
 * Undoes what a spreadsheet did to a phone number that it took for a quantity: scientific notation with all digits
 * ("7.9161234567E+10"), ".0" at the end. Returns undefined when digits were lost by rounding.
 */
export function restoreFromSpreadsheet(text: string): string | undefined {
  const [, first = '', rest = '', exponent = ''] = scientificNotation.exec(text) ?? []
  if (first !== '') {
    const hasAllDigits = Number(exponent) <= 15 && rest.length === Number(exponent) && rest.length >= 9
    return hasAllDigits ? first + rest : undefined
  }
  return text.replace(wholeNumber, '$1')
}

/** A decimal fraction, such as a price. Its point is not one of those that separate groups of digits. */
export const isFraction = (text: string): boolean => fraction.test(text)

/**
 * The text that a spreadsheet shows for a whole number: 612345678 with the format 0000000000 is 0612345678, with +0 it is
 * +612345678. Leaves other texts and formats unchanged.
 *
 * @param format the number format of the cell, such as `0000000000`, `+0`, `"0"#########` or `General`
 */
export function applyNumberFormat(text: string, format: string): string {
  if (!/^\d+$/.test(text)) return text
  // Sections are for positive numbers, negative numbers, zero and text; the first may have a condition, or a color.
  const section = (format.split(';')[0] ?? '').replace(/\[[^[\]]*\]/g, '')
  const literals = /"([^"]*)"|\\(.)|_.|\*./g
  const start = section.replace(/"[^"]*"/g, (literal) => '"'.repeat(literal.length)).search(/[0#?]/)
  if (start === -1) return text
  const prefix = section
    .slice(0, start)
    .replace(literals, '$1$2')
    .replace(/[^\d+]/g, '')
  const placeholders = section.slice(start).replace(literals, '')
  if (/[^0#?\s().+/-]/.test(placeholders)) return text
  const zeros = placeholders.replace(/[^0]/g, '').length
  return prefix + text.padStart(zeros, '0')
}
