import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { test } from 'tap'
import { resolveDialTimezone } from '../../src/lib/time/dial-timezone.ts'
import { zonesOfPrefix } from '../../src/lib/time/number-timezones.ts'

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
    t.same(resolveDialTimezone(none, '+99912345678'), { dial_timezone: '', timezone_source: 'campaign' })
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
    ['+2626392123456', ['Indian/Mayotte']],
    ['+2', []],
    ['+999123456789', []],
  ] as const)
    t.same(zonesOfPrefix(number), zones, number)
})

test('A number of up to 8 zones is called in all of them, and one of more zones in that of the campaign', async (t) => {
  const westernAustralian = resolveDialTimezone(null, '+61812345678')
  t.equal(westernAustralian.dial_timezone.split(',').length, 8)
  t.equal(zonesOfPrefix('+18005550123').length, 42)
  t.equal(resolveDialTimezone(null, '+18005550123').timezone_source, 'campaign')
})

test('Every country has a zone that Node.js knows', async (t) => {
  const withoutZone = getCountries().filter((country) => {
    const number = getExampleNumber(country, examples)
    return number !== undefined && zonesOfPrefix(number.number).length === 0
  })
  t.same(withoutZone, [])
})
