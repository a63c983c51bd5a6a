import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumber,
} from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { test } from 'tap'
import { planOfValidNumber } from '../../src/lib/phone/numbering-plans.ts'
import { countryTimezones } from '../../src/lib/time/country-timezones.ts'
import { resolveDialTimezone } from '../../src/lib/time/dial-timezone.ts'
import { zoneOffsets } from '../../src/lib/time/zone-offsets.ts'

const zonesOf = (number: string) => resolveDialTimezone(null, number).dial_timezone.split(',')
const countryZones = (callingCode: string) => countryTimezones[callingCode]?.zones.split(',') ?? []

test('The zone of a contact is the given one, else the one of its number, else the one of the campaign', async (t) => {
  t.same(resolveDialTimezone('Asia/Omsk', '+74951234567'), {
    dial_timezone: 'Asia/Omsk',
    timezone_source: 'given',
  })
  for (const none of [undefined, null, '']) {
    t.same(resolveDialTimezone(none, '+74951234567'), {
      dial_timezone: 'Europe/Moscow',
      timezone_source: 'number',
    })
    for (const numberOfNoCountry of ['+99912345678', '+870773111632', '+2'])
      t.same(resolveDialTimezone(none, numberOfNoCountry), { dial_timezone: '', timezone_source: 'campaign' })
  }
})

test('The longest known prefix of a number decides its zones', async (t) => {
  for (const [number, zones] of [
    ['+12088765432', ['America/Boise', 'America/Los_Angeles']],
    ['+12082018765', ['America/Denver']],
    ['+12082158765', ['America/Los_Angeles']],
    ['+12028765432', ['America/New_York']],
    ['+34912345678', ['Europe/Madrid']],
    ['+34928123456', ['Atlantic/Canary']],
    ['+262639123456', ['Indian/Mayotte']],
    ['+447911123456', ['Europe/London']],
    ['+77018887766', ['Asia/Almaty']],
    ['+5565987654321', ['America/Manaus']],
    ['+5581987654321', ['America/Recife', 'America/Noronha']],
    ['+526141234567', ['America/Chihuahua']],
    ['+74012123456', ['Europe/Kaliningrad']],
    ['+78452123456', ['Europe/Saratov']],
    ['+212522123456', ['Africa/Casablanca']],
    ['+14742001234', ['America/Regina']],
    ['+16042001234', ['America/Vancouver']],
    ['+18679831234', ['America/Cambridge_Bay']],
    [
      '+18672001234',
      [
        'America/Whitehorse',
        'America/Edmonton',
        'America/Cambridge_Bay',
        'America/Rankin_Inlet',
        'America/Iqaluit',
      ],
    ],
  ] as const) {
    t.same(zonesOf(number), zones, number)
    t.equal(resolveDialTimezone(null, number).timezone_source, 'number', number)
  }
})

test('A Russian mobile number is in the zone of the region to which its range is assigned', async (t) => {
  // First and last numbers of ranges of the register, and the number after the range where another zone starts.
  for (const [first, last, zones] of [
    ['+79141200000', '+79141499999', 'Asia/Chita'],
    ['+79020500000', '+79020799999', 'Asia/Vladivostok'],
    ['+79222600000', '+79222699999', 'Asia/Yekaterinburg'],
    ['+79114500000', '+79114999999', 'Europe/Kaliningrad'],
    ['+79098300000', '+79098399999', 'Asia/Kamchatka'],
    ['+79131000000', '+79131199999', 'Asia/Tomsk'],
    ['+79099000000', '+79099999999', 'Europe/Moscow'],
    ['+79990600000', '+79990602999', 'Asia/Yakutsk,Asia/Vladivostok,Asia/Srednekolymsk'],
  ] as const) {
    for (const number of [first, last])
      t.same(resolveDialTimezone(null, number), { dial_timezone: zones, timezone_source: 'number' }, number)
  }
  t.equal(resolveDialTimezone(null, '+79990603000').dial_timezone, 'Europe/Moscow')
})

test('A Russian mobile number of no region has all zones of Russia', async (t) => {
  // Satellite telephones, numbers that no operator has, and one digit too few or too many.
  for (const number of ['+79541020000', '+79070000000', '+7916123456', '+791612345678'])
    t.match(
      resolveDialTimezone(null, number),
      { dial_timezone: /^Europe\/Kaliningrad,.*,Asia\/Kamchatka$/, timezone_source: 'country' },
      number,
    )
})

/** Numbers of a calling code: for each three digits after it, and each length, one of those that are valid. */
function validNumbers(callingCode: string): string[] {
  const numbers: string[] = []
  for (let prefix = 100; prefix < 1000; prefix++) {
    for (let length = 5; length <= 12; length++) {
      const digits = `${callingCode}${prefix}456789012`.slice(0, callingCode.length + length)
      if (planOfValidNumber(digits) !== undefined) numbers.push(`+${digits}`)
    }
  }
  return numbers
}

test('A number without an area has all zones of its country, and a mobile one too where the plan assigns no regions', async (t) => {
  const codesWithMobileAreas = ['1', '7', '52', '55']
  for (const callingCode of Object.keys(countryTimezones)) {
    const guessed = validNumbers(callingCode).filter((number) => {
      const phone = parsePhoneNumber(number)
      const type = phone.getType()
      const isMobile = type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE'
      const hasArea = type === 'FIXED_LINE' || (isMobile && codesWithMobileAreas.includes(callingCode))
      const isCountry = resolveDialTimezone(null, number).timezone_source === 'country'
      return phone.country !== 'KZ' && !hasArea && !isCountry
    })
    t.same(guessed, [], callingCode)
  }
  for (const callingCode of Object.keys(countryTimezones).filter(
    (code) => !codesWithMobileAreas.includes(code),
  )) {
    const mobile = validNumbers(callingCode).find((number) =>
      /MOBILE/.test(parsePhoneNumber(number).getType() ?? ''),
    )
    t.same(zonesOf(mobile as string), countryZones(callingCode), callingCode)
  }
})

const ruleStart = Date.now()

/** The offset of a zone from UTC now, and every change of it in the coming two years. */
function rulesOf(zone: string): string {
  const offsets = zoneOffsets(zone)
  const changes = offsets.changesBetween(ruleStart, ruleStart + 2 * 366 * 86_400_000)
  return [ruleStart, ...changes].map((at) => `${at} ${offsets.offsetAt(at)}`).join()
}

/** The zones of a country in the time zone data of Node.js. Newer versions have a method instead of the property. */
function zonesOfCountry(country: string): string[] {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    timeZones?: string[]
    getTimeZones?: () => string[]
  }
  return locale.getTimeZones?.() ?? locale.timeZones ?? []
}

test('Every country with several time zones is known, with each of its zones by one of the same rules', async (t) => {
  // See country-timezones.ts for these two.
  const inOneZone = ['CN', 'UA']
  for (const country of getCountries().filter((country) => !inOneZone.includes(country))) {
    const callingCode = getCountryCallingCode(country)
    const rules = new Set(zonesOfCountry(country).map(rulesOf))
    if (rules.size <= 1) continue
    const known = new Set(countryZones(callingCode).map(rulesOf))
    t.same(
      [...rules].filter((rule) => !known.has(rule)),
      [],
      `${country}: ${zonesOfCountry(country)}`,
    )
  }
  for (const [callingCode, { zones }] of Object.entries(countryTimezones)) {
    const rules = zones.split(',').map(rulesOf)
    t.equal(new Set(rules).size, rules.length, `${callingCode} names each set of rules once`)
  }
})

test('Every country has a zone that the zone data have', async (t) => {
  const withoutZone = getCountries().filter((country) => {
    const number = getExampleNumber(country, examples)
    return number !== undefined && resolveDialTimezone(null, number.number).dial_timezone === ''
  })
  t.same(withoutZone, [])
})
