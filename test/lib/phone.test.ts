import type { CountryCode } from 'libphonenumber-js/max'
import { test } from 'tap'
import { phoneIdentity } from '../../src/lib/phone/identity.ts'
import { applyNumberFormat } from '../../src/lib/phone/spreadsheet-number.ts'
import {
  type PhoneReadOptions,
  parsePhone,
  parsePhoneText,
  parseQueryPhoneOrThrow,
} from '../../src/lib/phone.ts'

/** "+79160000001 ext 102 | +79160000002", or the code of the rejection with its candidates. */
function read(text: string, country?: CountryCode, options: PhoneReadOptions = {}): string {
  const result = parsePhoneText(text, { country, ...options })
  if (!result.ok) return [result.code, ...result.candidates].join(' ')
  return result.numbers
    .map(({ number, extension }) => (extension === undefined ? number : `${number} ext ${extension}`))
    .join(' | ')
}

type Case = [text: string, expected: string, country?: CountryCode, options?: PhoneReadOptions]

const cases: Record<string, Case[]> = {
  'A plus sign or an international prefix makes a number international': [
    ['00442079460958', '+442079460958', 'RU'],
    ['00380501234567', '+380501234567', 'RU'],
    ['00 998 90 123 45 67', '+998901234567', 'RU'],
    ['8~10 44 20 7946 0958', '+442079460958', 'RU'],
    ['8 10 49 30 1234567', '+49301234567', 'RU'],
    ['011 44 20 7946 0958', '+442079460958', 'US'],
    ['011442079460958', '+442079460958', 'DE'],
    ['0011 1 202 555 0143', '+12025550143', 'AU'],
    ['+0044 20 7946 0958', '+442079460958', 'FR'],
    ['00+44 20 7946 0958', '+442079460958'],
    ['00442079460958', '+442079460958'],
    ['011 2345 6789', '+911123456789', 'IN'],
    ['00962796820700', '+962796820700', 'DE'],
    ['00352 621 123 456', '+352621123456', 'DE'],
    ['+4791234567', '+4791234567', 'RU'],
    ['+18', 'invalid_phone_number', 'US'],
    ['004-92-58-76-11', 'invalid_phone_number', 'FR'],
    ['+447700900001', '+447700900001', 'GB'],
    ['+15551234567', 'invalid_phone_number', 'GB'],
  ],
  'Digits that have lost their plus sign are international where only that is valid': [
    ['4791234567', '+4791234567', 'RU'],
    ['442079460958', '+442079460958', 'RU'],
    ['375447521111', '+375447521111', 'BY'],
    ['441843297700', '+441843297700', 'GB'],
    ['79161234567', '+79161234567', 'RU'],
    ['442079460958', 'ambiguous_phone_number +49442079460958 +442079460958', 'DE'],
    ['4915123456789', 'ambiguous_phone_number +494915123456789 +4915123456789', 'DE'],
    ['491622897306', 'ambiguous_phone_number +49491622897306 +491622897306', 'DE'],
    ['84951234567', 'ambiguous_phone_number +74951234567 +84951234567', 'RU'],
    ['4792448617', 'ambiguous_phone_number +14792448617 +4792448617', 'US'],
    ['79161234567', 'invalid_phone_number +79161234567'],
    ['84951234567', '+74951234567', 'RU', { withoutPlus: 'national' }],
    ['84951234567', '+84951234567', 'RU', { withoutPlus: 'international' }],
    ['4915123456789', '+4915123456789', 'DE', { withoutPlus: 'international' }],
    ['9161234567', '+79161234567', 'RU', { withoutPlus: 'international' }],
  ],
  'Groups identify the country that writes numbers like this': [
    ['8 (495) 123-45-67', '+74951234567', 'RU'],
    ['8 495 1234567', '+74951234567', 'RU'],
    ['495 123-45-67', '+74951234567', 'RU'],
    ['479-244-8617', '+14792448617', 'US'],
    ['44 20 7946 0958', '+442079460958', 'DE'],
    ['47 92 44 86 17', 'ambiguous_phone_number +14792448617 +4792448617', 'US'],
    ['(31) 91234-5678', '+5531912345678', 'BR'],
    ['49 (0)30 1234567', '+49301234567', 'DE'],
    ['49151 23456789', 'ambiguous_phone_number +494915123456789 +4915123456789', 'DE'],
    ['(1)2684641234', 'ambiguous_phone_number +4312684641234 +12684641234', 'AT'],
    ['32 11 23 45 67', 'ambiguous_phone_number +573211234567 +3211234567', 'CO'],
    ['+8 (495) 123-45-67', 'invalid_phone_number', 'RU'],
    ['+38 (050) 123-45-67', '+380501234567', 'UA'],
  ],
  'Prefixes of national calls are removed': [
    ['8 916 123 45 67', '+79161234567', 'RU'],
    ['89161234567', '+79161234567', 'RU'],
    ['+7 8 916 123 45 67', '+79161234567', 'RU'],
    ['8 800 555-35-35', '+78005553535', 'RU'],
    ['+49 (0)30 1234567', '+49301234567', 'DE'],
    ['+490151 23456789', '+4915123456789', 'DE'],
    ['0049 (0) 151 23456789', '+4915123456789', 'RU'],
    ['030/1234567', '+49301234567', 'DE'],
    ['+39 (0)347 1234567', '+393471234567', 'IT'],
    ['+39 0341 234567', '+390341234567', 'IT'],
    ['06 1234 5678', '+390612345678', 'IT'],
    ['0 11 91234 5678', '+5511912345678', 'BR'],
  ],
  'Kazakhstan is beside Russia': [
    ['+7 701 123 45 67', '+77011234567', 'RU'],
    ['8 701 123 45 67', '+77011234567', 'RU'],
    ['77011234567', '+77011234567', 'RU'],
    ['7011234567', '+77011234567', 'KZ'],
    ['7011234567', 'invalid_phone_number', 'RU'],
    // A tax number of Moscow.
    ['7707083893', 'invalid_phone_number', 'RU'],
    ['8 916 123 45 67', '+79161234567', 'KZ'],
  ],
  'Numbers from before a change of the plan are read in the form of today': [
    ['+52 1 55 1234 5678', '+525512345678', 'RU'],
    ['5215512345678', '+525512345678', 'MX'],
    ['1 55 1234 5684', '+525512345684', 'MX'],
    ['044 55 1234 5680', '+525512345680', 'MX'],
    ['045 55 1234 5680', '+525512345680', 'MX'],
    ['55 1234 5680', '+525512345680', 'MX'],
    ['1 551 234 5684', '+15512345684', 'MX'],
    ['15512345684', 'ambiguous_phone_number +525512345684 +15512345684', 'MX'],
    ['+55 11 8765-4321', '+5511987654321'],
    ['(11) 8765-4321', '+5511987654321', 'BR'],
    ['011 15-2345-6789', '+5491123456789', 'AR'],
    ['+54 9 11 2345 6789', '+5491123456789', 'AR'],
    ['+54 11 2345 6789', '+541123456789', 'AR'],
  ],
  'Two numbers without a separator, and repeated calling codes, are rejected where they could be another number':
    [
      ['12345671234568', 'invalid_phone_number', 'RU'],
      ['43123454312346', 'invalid_phone_number', 'RU'],
      ['22123452217654', 'invalid_phone_number', 'DE'],
      ['513140867 513140868', 'invalid_phone_number', 'PL'],
      ['8916000000189160000002', 'invalid_phone_number', 'RU'],
      ['+494915112345678', 'ambiguous_phone_number +494915112345678 +4915112345678', 'DE'],
      ['+7 7 916 123 45 67', '+79161234567', 'RU'],
      ['+49 0049 151 12345678', '+4915112345678', 'DE'],
    ],
  'Extensions are kept in every spelling': [
    ['+7 495 000-00-01 (доб. 102)', '+74950000001 ext 102', 'RU'],
    ['8 (495) 000-00-01 доб 102', '+74950000001 ext 102', 'RU'],
    ['+7 495 000-00-01 добавочный № 102', '+74950000001 ext 102', 'RU'],
    ['+7 495 000-00-01, вн. 12', '+74950000001 ext 12', 'RU'],
    ['+7 495 000-00-03,104', '+74950000003 ext 104', 'RU'],
    ['+7 495 000-00-03, 104', '+74950000003 ext 104', 'RU'],
    ['+16502530000,,104#', '+16502530000 ext 104'],
    ['tel:+7-495-000-00-08;ext=109', '+74950000008 ext 109', 'RU'],
    ['+7 495 000-00-15;120', '+74950000015 ext 120', 'RU'],
    ['+7 495 000 00 11 extn 5', '+74950000011 ext 5', 'RU'],
    ['(213) 373-4253 (ext. 234)', '+12133734253 ext 234', 'US'],
    ['+49 4333 633333 ext. 543', '+494333633333 ext 543'],
    ['+16502530000,,9988776#,,654321#', 'text_beside_phone_number'],
    ['(202) 555-0143 x0302', '+12025550143 ext 0302', 'US'],
    ['202-555-0143 / ext: 5', '+12025550143 ext 5', 'US'],
    ['+12025550143#77', '+12025550143 ext 77'],
    ['030 1234567 Durchwahl 12', '+49301234567 ext 12', 'DE'],
    ['01 42 68 53 00 poste 12', '+33142685300 ext 12', 'FR'],
    ['06 1234 5678 int. 3', '+390612345678 ext 3', 'IT'],
    ['(11) 3456-7890 ramal 21', '+551134567890 ext 21', 'BR'],
    ['+48 22 123 45 67 wew. 12', '+48221234567 ext 12'],
    ['(530) 583-6985 x302/x2303', 'text_beside_phone_number', 'US'],
  ],
  'Second numbers are kept in their order': [
    ['+79160000001 / +79160000002', '+79160000001 | +79160000002', 'RU'],
    ['8 916 000-00-02 ::: 8 916 000-00-22', '+79160000002 | +79160000022', 'RU'],
    ['89160000001;89160000002', '+79160000001 | +79160000002', 'RU'],
    ['8-916-000-00-01 или 8-916-000-00-02', '+79160000001 | +79160000002', 'RU'],
    ['(202) 555-0143 or (202) 555-0144', '+12025550143 | +12025550144', 'US'],
    ['+79160000001\n+79160000002', '+79160000001 | +79160000002'],
    ['+79160000001+79160000002', '+79160000001 | +79160000002'],
    ['+7 495 000-00-01 доб. 1, +7 916 000-00-02', '+74950000001 ext 1 | +79160000002', 'RU'],
    ['030/1234567 / 030/7654321', '+49301234567 | +49307654321', 'DE'],
    ['+79160000001, 8 916 000-00-01', '+79160000001', 'RU'],
    ['+79160000001, 12345678', 'invalid_phone_number', 'RU'],
  ],
  'Other text is rejected, never dropped': [
    ['+7 495 000-00-01 call after 6', 'text_beside_phone_number', 'RU'],
    ['070 123 45 67 (Axel)', 'text_beside_phone_number', 'SE'],
    ['640302010@', 'text_beside_phone_number', 'FR'],
    ['923419005ba521', 'text_beside_phone_number', 'PK'],
    ['1-800-FLOWERS', 'text_beside_phone_number', 'US'],
    ['8-916-000-00-05, 06', 'text_beside_phone_number', 'RU'],
    ['+49 30 1234567/68', 'text_beside_phone_number', 'DE'],
    ['030 1234567 (12)', 'text_beside_phone_number', 'DE'],
    ['+7 916 123 45 67²', 'text_beside_phone_number', 'RU'],
    ['Anna +79160000001', 'text_beside_phone_number', 'RU'],
    ['Anna', 'invalid_phone_number', 'RU'],
    [`+79160000001${' a'.repeat(5_000)}`, 'text_beside_phone_number', 'RU'],
    [' \u00a0', 'no_phone_number', 'RU'],
    ['Tel.: +79160000001', '+79160000001', 'RU'],
    ['p:+79160000001', '+79160000001'],
    ['моб. 8 916 000-00-01', '+79160000001', 'RU'],
  ],
  'Characters of other scripts and of spreadsheets are read': [
    ['\u202d+7\u00a0916\u2009123\u202f45\u201167\u202c', '+79161234567', 'RU'],
    ['\uff0b\uff17 \uff19\uff11\uff16 123 45 67', '+79161234567'],
    ['+\u0664\u0664\u0662\u0660\u0667\u0669\u0664\u0666\u0660\u0669\u0665\u0668', '+442079460958'],
    ['\u06f0\u06f9\u06f1\u06f2 345 6789', '+989123456789', 'IR'],
    ['9\u200b1\u200c6\u200d1234567', '+79161234567', 'RU'],
    ['="+79160000001"', '+79160000001'],
    ["'89160000001", '+79160000001', 'RU'],
    ['7.9161119902E+10', '+79161119902', 'RU'],
    ['7,9161119902Е+10', '+79161119902', 'RU'],
    ['7.9161E+10', 'phone_in_scientific_notation', 'RU'],
    ['79161119901.0', '+79161119901', 'RU'],
    ['4930123456.12', 'invalid_phone_number', 'DE'],
    ['612345678', 'invalid_phone_number', 'IT'],
    ['612345678', '+390612345678', 'IT', { numberFormat: '0000000000' }],
  ],
}

for (const [name, rows] of Object.entries(cases)) {
  test(name, (t) => {
    for (const [text, expected, country, options] of rows) {
      t.equal(read(text, country, options), expected, `${JSON.stringify(text)} in a list of ${country}`)
    }
    t.end()
  })
}

test('What was inferred is reported', (t) => {
  const inferred = (text: string, country: CountryCode) => {
    const result = parsePhoneText(text, { country })
    return result.ok ? result.numbers[0].inferred : result.code
  }
  t.same(inferred('+79161234567', 'RU'), [])
  t.same(inferred('8 916 123-45-67', 'RU'), ['country'])
  t.same(inferred('442079460958', 'RU'), ['plus_sign'])
  t.same(inferred('044 55 1234 5680', 'MX'), ['country'])
  t.same(inferred('+52 1 55 1234 5678', 'MX'), [])
  t.same(inferred('(11) 8765-4321', 'BR'), ['country', 'digits'])
  t.same(inferred('495 123-45-67', 'RU'), ['country', 'reading'])
  t.end()
})

test('Number formats of cells show the digits that the value has lost', (t) => {
  const shown: [string, string, string][] = [
    ['612345678', '0000000000', '0612345678'],
    ['612345678', '0# ## ## ## ##', '612345678'],
    ['612345678', '"0"#########', '0612345678'],
    ['79161234567', '"+"0', '+79161234567'],
    ['79161234567', '+#', '+79161234567'],
    ['79161234567', '\\+0;-0', '+79161234567'],
    ['2025550143', '[<=9999999]###\\-####;\\(###\\)\\ ###\\-####', '2025550143'],
    ['612345678', '00 00 00 00 00;@', '0612345678'],
    ['79161234567', '0.00E+00', '79161234567'],
    ['79161234567', 'General', '79161234567'],
    ['+79161234567', '0000', '+79161234567'],
  ]
  for (const [value, format, expected] of shown) t.equal(applyNumberFormat(value, format), expected, format)
  t.end()
})

test('Numbers of one telephone have one identity', (t) => {
  const same = [
    ['+5491123456789', '+541123456789'],
    ['+5511987654321', '+551187654321'],
    ['+525512345678', '+5215512345678', '+520445512345678'],
    ['+79161234567'],
    ['+551134567890'],
  ]
  for (const numbers of same) t.equal(new Set(numbers.map(phoneIdentity)).size, 1, numbers.join())
  t.equal(new Set(same.map(([number = '']) => phoneIdentity(number))).size, same.length)
  t.end()
})

test('A field for one number takes no extension and no second number', (t) => {
  t.match(parsePhone('8 916 123-45-67', 'RU'), { ok: true, number: '+79161234567', country: 'RU' })
  t.match(parsePhone('+79161234567 ext 5'), { ok: false, code: 'text_beside_phone_number' })
  t.match(parsePhone('+79161234567, +79161234568'), { ok: false, code: 'several_phone_numbers' })
  t.equal(parseQueryPhoneOrThrow(' 447700800001'), '+447700800001', 'stored numbers are found, valid or not')
  t.throws(() => parseQueryPhoneOrThrow('12'), { code: 'invalid_phone_number' })
  t.end()
})

test('The reason of a rejection does not contain the number', (t) => {
  for (const [text, , country] of Object.values(cases).flat()) {
    const result = parsePhoneText(text, { country })
    if (!result.ok) t.notMatch(result.reason, /\d{4}/, text)
  }
  t.end()
})
