/** A text of these characters needs no changes. */
const plainText = /^[\x20-\x7e]*$/
const invisible = /\p{Cf}|\ufe0f/gu
const spaces = /[\p{Zs}\t]/gu
const lineEnds = /[\r\n\v\f\u0085\u2028\u2029]+/g
const dashes = /[\p{Pd}\u2212\u2043]/gu
const dots = /[\u00b7\u2022\u2027\u2219\u22c5\u30fb]/g
const fullWidth = /[\uff01-\uff5e]/g
const otherPlus = /[\ufe62\u2795]/g
const otherDigit = /[^0-9\P{Nd}]/gu

/** Normalizes the characters of a text, and removes what spreadsheets put around it: an apostrophe, quotes, ="...". */
export const cleanText = (text: string): string =>
  normalizeCharacters(text)
    .replace(/^=\s*"(.*)"$/s, '$1')
    .replace(/^['"`‘’“”«„]+/, '')
    .replace(/(?<!['"`‘’“”»])['"`‘’“”»]+$/, '')
    .trim()

/**
 * Replaces the characters of keyboards, scripts and spreadsheets that mean the same as an ASCII character: digits of all
 * scripts, dashes, spaces, full-width forms. Removes invisible characters. Superscript digits are kept: they are footnotes.
 */
function normalizeCharacters(text: string): string {
  if (plainText.test(text)) return text.trim()
  return text
    .replace(invisible, '')
    .replace(lineEnds, '\n')
    .replace(fullWidth, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(otherDigit, asciiDigit)
    .replace(otherPlus, '+')
    .replace(dashes, '-')
    .replace(dots, '.')
    .replace(spaces, ' ')
    .trim()
}

/** Unicode encodes the ten digits of a script in order, with no other digit before the zero. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) as number
  let zero = code
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
  return String(code - zero)
}
