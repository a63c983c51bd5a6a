/** Countries in which one telephone has several numbers in the form of E.164, and the form that stands for all of them. */
const canonicalForms: { pattern: RegExp; form: string }[] = [
  // Argentina: the 9 marks a mobile telephone that is called from abroad. A number is mobile or fixed, never both.
  { pattern: /^\+549(\d{10})$/, form: '+54$1' },
  // Brazil: until 2016 every mobile number received a 9 before its eight digits.
  { pattern: /^\+55([1-9]\d)([6-9]\d{7})$/, form: '+55$19$2' },
  // Mexico: since August 2019 the 1 of mobile telephones, and the prefixes of national calls, are not dialed any more.
  { pattern: /^\+52(?:1|01|044|045)(\d{10})$/, form: '+52$1' },
]

/**
 * The identity of the telephone behind a number: two numbers of one telephone have the same one. Compare by it
 * (duplicates, suppressions, limits per number), and dial the number itself: the identity of an Argentine mobile telephone
 * leaves out the 9 that a call from abroad needs.
 *
 * @param number E.164
 */
export function phoneIdentity(number: string): string {
  const rule = canonicalForms.find(({ pattern }) => pattern.test(number))
  return rule === undefined ? number : number.replace(rule.pattern, rule.form)
}
