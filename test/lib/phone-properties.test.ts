import {
  type CountryCode,
  getCountries,
  getExampleNumber,
  type PhoneNumber,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { test } from 'tap'
import { planOfValidNumber } from '../../src/lib/phone/numbering-plans.ts'
import { readPhoneCell, readPhoneCellNumbers } from '../../src/modules/call-lists/file/phone-cell.ts'

const listCountries: CountryCode[] = [
  ...([
    'RU',
    'KZ',
    'US',
    'DE',
    'MX',
    'BR',
    'AR',
    'IT',
    'GB',
    'IN',
    'UA',
    'UZ',
    'FR',
    'TR',
    'CN',
    'AT',
    'BY',
  ] as const),
  ...(['NO', 'PL', 'SG'] as const),
]

/** A generator of pseudo-random integers below `limit`; the same in every run. */
function createRandom(seed: number) {
  let state = seed
  return (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Example numbers of every country, and for each a few valid numbers that differ in their last digits. */
function validNumbers(perCountry: number): PhoneNumber[] {
  const random = createRandom(1)
  return getCountries().flatMap((country) => {
    const example = getExampleNumber(country, examples)
    if (example === undefined) return []
    const numbers = [example]
    for (let i = 0; i < 40 && numbers.length < perCountry; i++) {
      const kept = 1 + random(example.nationalNumber.length)
      const digits = Array.from({ length: example.nationalNumber.length - kept }, () => random(10))
      const text = `+${example.countryCallingCode}${example.nationalNumber.slice(0, kept)}${digits.join('')}`
      const number = parsePhoneNumberWithError(text)
      if (number.number === text && number.isValid()) numbers.push(number)
    }
    return numbers
  })
}

const inGroups = (digits: string, length: number, separator: string) =>
  (digits.match(new RegExp(`.{1,${length}}`, 'g')) ?? []).join(separator)
const inDigitsFrom = (zero: number, text: string) =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
const scientific = (digits: string, point: string) =>
  `${digits[0]}${point}${digits.slice(1)}E+${digits.length - 1}`

/** Spellings that hold the calling code, with or without a plus sign. */
function internationalSpellings(phone: PhoneNumber): string[] {
  const e164 = phone.number
  const digits = e164.slice(1)
  const spaced = phone.formatInternational()
  const bare = spaced.slice(1)
  const callingCode = phone.countryCallingCode
  // A zero after the calling code, and the calling code repeated, make another valid number in a few countries.
  const withAddedDigits = [
    ...(hasTrunkZero(phone) ? [`${callingCode}0`] : []),
    `${callingCode}${callingCode}`,
  ]
    .map((prefix) => prefix + phone.nationalNumber)
    .filter((digits) => planOfValidNumber(digits) === undefined)
  return [
    ...[e164, spaced, digits, bare],
    ...[
      `00${digits}`,
      `00 ${bare}`,
      `00${bare}`,
      `011${digits}`,
      `011 ${bare}`,
      `+00${digits}`,
      `00+${digits}`,
    ],
    ...['.', '-', '/', '\u00a0', '\u2009', '\u2011', '  '].flatMap((separator) => [
      spaced.replaceAll(/[ -]/g, separator),
      bare.replaceAll(/[ -]/g, separator),
    ]),
    ...[2, 3, 4].flatMap((length) => [inGroups(digits, length, ' '), `+${inGroups(digits, length, '-')}`]),
    ...[`(+${callingCode}) ${phone.nationalNumber}`, `(${callingCode})${phone.nationalNumber}`],
    ...[`+${callingCode} (${phone.nationalNumber.slice(0, 3)}) ${phone.nationalNumber.slice(3)}`],
    ...[`+${callingCode} (0) ${phone.nationalNumber}`, `+${callingCode}(0)${phone.nationalNumber}`],
    ...withAddedDigits.flatMap((digits) => [`+${digits}`, digits, `00${digits}`]),
    ...[`++${digits}`, `+ ${bare}`],
    ...[0xff10, 0x660, 0x6f0, 0x966].flatMap((zero) => [
      inDigitsFrom(zero, e164),
      inDigitsFrom(zero, digits),
    ]),
    ...[`\u202a${e164}\u202c`, `\u200e${digits}\ufeff`, [...digits].join('\u200b'), `\u00ad${spaced}`],
    ...[
      `${digits}.0`,
      `${digits},0`,
      `${digits},00`,
      scientific(digits, '.'),
      scientific(digits, ','),
      `+${digits}.0`,
    ],
    ...[
      `'${e164}`,
      `'${digits}`,
      `"${e164}"`,
      `="${e164}"`,
      `="${digits}"`,
      `${e164};`,
      `${digits},`,
      ` ${e164}\n`,
    ],
    ...[phone.getURI(), `tel:${digits}`, `Tel.: ${spaced}`, `p:${e164}`, `тел. ${bare}`, `Mobile: ${digits}`],
    ...[
      `${e164} ext. 12`,
      `${digits} доб. 12`,
      `${e164},,12#`,
      `${digits};12`,
      `${spaced} x 12`,
      `${digits} (int. 12)`,
    ],
  ]
}

const hasTrunkZero = (phone: PhoneNumber) =>
  phone.formatNational().replace(/\D/g, '') === `0${phone.nationalNumber}`

/** Spellings that leave the calling code to the country of the list. */
function nationalSpellings(phone: PhoneNumber): string[] {
  const national = phone.formatNational()
  const dialed = national.replace(/\D/g, '')
  return [
    ...[national, dialed, phone.nationalNumber, ...(hasTrunkZero(phone) ? [`0${phone.nationalNumber}`] : [])],
    ...['.', '-', '/', '\u00a0', ''].map((separator) => national.replaceAll(/[ -]/g, separator)),
    ...[2, 3, 4].map((length) => inGroups(dialed, length, ' ')),
    ...[
      inDigitsFrom(0x660, dialed),
      `${dialed}.0`,
      `${national} ext 12`,
      `${national} доб. 12`,
      `'${dialed}`,
    ],
  ]
}

test('A spelling of a valid number is read as that number or rejected, never as another one', (t) => {
  let accepted = 0
  let wrong = 0
  const check = (spelling: string, phone: PhoneNumber, country: CountryCode | undefined) => {
    const cell = readPhoneCellNumbers(spelling, country)
    if (!cell.ok) return
    accepted++
    const [{ number, extension }, ...others] = cell.numbers
    const isSame = number === phone.number && others.length === 0 && [undefined, '12'].includes(extension)
    if (!isSame && ++wrong <= 20) {
      t.fail(`${JSON.stringify(spelling)} of ${phone.number} in a list of ${country}: ${number}`)
    }
  }
  for (const [index, phone] of validNumbers(3).entries()) {
    const country = phone.country as CountryCode
    const international = internationalSpellings(phone)
    // Each number is read in some of the lists; together they cover all pairs of calling codes and lists several times.
    const others = listCountries.filter((_, i) => (i + index) % 4 === 0)
    for (const list of new Set([country, undefined, ...others])) {
      for (const spelling of international) check(spelling, phone, list)
    }
    for (const spelling of nationalSpellings(phone)) check(spelling, phone, country)
  }
  t.equal(wrong, 0)
  t.ok(accepted > 10_000, `${accepted} spellings were accepted`)
  t.end()
})

test('Numbers as E.164, with spaces, and in the national format of the list are accepted in every country', (t) => {
  for (const phone of validNumbers(2)) {
    const country = phone.country as CountryCode
    for (const spelling of [
      phone.number,
      phone.formatInternational(),
      phone.getURI(),
      `00${phone.number.slice(1)}`,
    ]) {
      t.match(readPhoneCell(spelling, country), { ok: true, number: phone.number }, `${spelling} ${country}`)
    }
  }
  t.end()
})

test('Validity is that of the library', (t) => {
  const random = createRandom(2)
  for (const { number, countryCallingCode } of validNumbers(3)) {
    for (let i = 0; i < 10; i++) {
      const kept = 1 + countryCallingCode.length + random(number.length - countryCallingCode.length)
      const changed = Array.from({ length: number.length - kept + random(3) - 1 }, () => random(10)).join('')
      const text = `${number.slice(0, kept)}${changed}`
      let phone: PhoneNumber
      try {
        phone = parsePhoneNumberWithError(text)
      } catch {
        continue
      }
      if (phone.number !== text) continue
      const plan = planOfValidNumber(text.slice(1))
      if ((plan !== undefined) !== phone.isValid() || plan?.country !== (plan && phone.country)) t.fail(text)
    }
  }
  t.end()
})
