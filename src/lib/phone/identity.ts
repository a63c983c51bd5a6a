/**
 * The digits of E.164 in the form of today, for numbers that were valid before their plan changed.
 *
 * @param digits without the plus sign; after the calling code of Brazil, a trunk prefix 0 may follow
 */
export const currentDigits = (digits: string): string =>
  digits
    // Mexico: since August 2019 the 1 of mobile telephones, and the prefixes of national calls, are not dialed any more.
    .replace(/^52(?:1|01|044|045)(\d{10})$/, '52$1')
    // Brazil: until 2016 every mobile number received a 9 before its eight digits.
    .replace(/^550?([1-9]\d)([6-9]\d{7})$/, '55$19$2')

/**
 * The identity of the telephone behind a number: two numbers of one telephone have the same one. Compare by it
 * (duplicates, suppressions, limits per number), and dial the number itself: the identity of an Argentine mobile telephone
 * leaves out the 9 that a call from abroad needs.
 *
 * @param number E.164
 */
export function phoneIdentity(number: string): string {
  // Argentina: the 9 marks a mobile telephone that is called from abroad. A number is mobile or fixed, never both.
  return `+${currentDigits(number.slice(1)).replace(/^549(\d{10})$/, '54$1')}`
}
