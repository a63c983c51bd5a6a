import { test } from 'tap'
import { instantOf } from '../../src/lib/time/instants.ts'
import { parseWrittenTime } from '../../src/lib/time/written-time.ts'

/** A Monday, 15:00 in Moscow. */
const now = new Date('2026-11-23T12:00:00Z')

const parsed = (value: string | number, timezones = ['Europe/Moscow']) =>
  parseWrittenTime(value, timezones, now)?.toISOString().replace(':00.000Z', 'Z')

/** Texts by the instant that they stand for, for a contact in Moscow (+03:00). */
const readings: Record<string, (string | number)[]> = {
  '2026-12-01T06:00Z': [
    '01.12.2026 9:00',
    '1.12.2026 09:00:00',
    '01.12.26 9.00',
    '01.12 9:00',
    '2026-12-01T09:00:00',
    '2026-12-01 9:00',
    '2026/12/01 9:00 AM',
    '2026-12-01 06:00:00+00',
    '2026-12-01T09:00:00+03',
    '2026-12-01T09:00:00.000+0300',
    '2026-12-01T11:00+05:00',
    '2026-12-01 11:00 Asia/Yekaterinburg',
    '2026-12-01 06:00 UTC',
    '2026-12-01 9:00 UTC+3',
    '2026-12-01 01:00:00-05',
    'Tue, 01 Dec 2026 06:00:00 GMT',
    '2026-12-01T09:00:00+03:00[Europe/Moscow]',
    '2026-12-01T01:00:00-05:00[America/New_York]',
    '2026-12-01 01:00:00 -0500',
    '2026-12-01 09:00:00 +0300 MSK',
    '20261201T060000Z',
    '20261201T090000',
    '"2026-12-01T09:00:00"',
    '“2026-12-01 9:00”',
    '2026\u201112\u201101T09:00',
    '\u200f2026-12-01 9:00\u200f',
    '\u202a2026-12-01T09:00:00\u202c',
    '\ufeff2026-12-01\u202f9:00',
    '2026-12-01T01:00:00\u221205:00',
    'Tue Dec 01 2026 09:00:00 GMT+0300 (Moscow Standard Time)',
    'December 1, 2026 at 9 am',
    '1 декабря 2026 г. 9:00',
    'во вторник 1 декабря в 9 утра',
    1_796_104_800,
    1_796_104_800_000,
    '1796104800',
  ],
  '2026-11-24T06:00Z': [
    '9:00',
    '9:00 +03',
    'Tomorrow, 9:00 AM',
    '9am tomorrow',
    'завтра в 9',
    'Завтра утром',
    'next Tuesday at 9',
    'в следующий вторник в 9',
  ],
  '2026-11-24T07:00Z': [
    'tomorrow 10:00',
    'Tomorrow at 10:00 AM',
    'завтра в 10',
    'завтра в 10.00',
    'завтра в 10 часов',
    'завтра к 10',
    '10:00 мск',
    '10:00 MSK',
  ],
  '2026-11-24T14:00Z': ['tomorrow 5pm', 'tomorrow at 5', 'завтра в 5 вечера', 'завтра в 5', 'tomorrow 17:00'],
  '2026-11-24T02:00Z': ['tomorrow 05:00', 'завтра в 5 утра'],
  '2026-11-24T10:00Z': ['завтра в час', 'завтра в час дня', 'tomorrow 1 p.m.'],
  '2026-11-25T12:30Z': ['day after tomorrow 15:30', 'послезавтра в 15:30'],
  '2026-11-23T14:00Z': [
    'in 2 hours',
    'через 2 часа',
    'in a couple of hours',
    '17:00',
    'today at 5',
    'сегодня в 17',
  ],
  '2026-11-23T12:30Z': ['in half an hour', 'через полчаса', 'через 30 минут'],
  '2026-11-30T12:00Z': ['in a week', 'через неделю', 'in 7 days'],
  '2026-11-23T15:00Z': ['monday 18:00', 'tonight', 'this evening', 'сегодня вечером', 'после 18:00'],
  '2026-11-30T06:00Z': ['monday 9:00', 'в понедельник в 9'],
  '2026-12-25T19:00Z': ['25/12/2026 10:00 PM', '12/25/2026 10:00 PM', '12/25/26 22:00'],
  // A date alone is the start of the day.
  '2026-11-30T21:00Z': ['01.12.2026', '2026-12-01', 'Tuesday, 1 December'],
  '2026-11-23T12:00Z': ['now', 'asap', 'сейчас', '15:00'],
  // Passed a moment ago, so it is not meant for tomorrow.
  '2026-11-23T11:55Z': ['14:55'],
}

test('Times as people and models write them are read in the zone of the contact', (t) => {
  for (const [expected, texts] of Object.entries(readings))
    for (const text of texts) t.equal(parsed(text), expected, String(text))
  t.end()
})

test('A time that is not fully understood, or has two meanings, is not read', (t) => {
  const texts = [
    '',
    ' ',
    'later',
    'позже',
    'at',
    'yesterday',
    'call at 10',
    'завтра с 10 до 12',
    '10:00 EST',
    '10',
    '10.30',
    '9.5',
    '03/04/2026 10:00',
    '3/4/26',
    '25/12/26',
    '2026-02-30',
    '31.04.2026 10:00',
    '25:00',
    '10:61',
    '13 am',
    '32 December',
    'Monday, 1 December 2026',
    // Ranges, and offsets that no zone has.
    '10:00-12:00',
    '2026-12-01 10:00-12:00',
    '2026-12-01 10:00–12:00',
    '10:00 — 12:00',
    '2026-12-01 10:00:00 -1900',
    '20261301T090000',
    '""',
    '9:00 +18',
    '2026-12-01T10:00:00+16:00',
    '2026-12-01T10:00:00-18:30',
    // Zero times of .NET and Go, ids and phone numbers.
    '0001-01-01T00:00:00',
    '0001-01-01T00:00:00Z',
    '0099-05-05 10:00',
    '10000-01-01',
    '0',
    '9161234567',
    '79161234567',
    0,
    -1,
    12,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    `tomorrow${' '.repeat(100)}10:00`,
  ]
  for (const text of texts) t.equal(parsed(text), undefined, String(text))
  t.end()
})

test('Local times are resolved by the clock of the zone', (t) => {
  t.equal(parsed('2026-03-29 02:30', ['Europe/Berlin']), '2026-03-29T01:30Z', 'skipped: moved forward')
  t.equal(parsed('2026-10-25 02:30', ['Europe/Berlin']), '2026-10-25T00:30Z', 'repeated: the first')
  t.equal(
    parsed('tomorrow 9:00', ['Europe/Samara', 'Europe/Moscow']),
    '2026-11-24T06:00Z',
    'the latest of several zones',
  )
  t.equal(parsed('tomorrow 9:00', ['Asia/Vladivostok']), '2026-11-23T23:00Z', 'it is 22:00 there')
  t.equal(parsed('2026-12-01T09:00:00Z', ['Asia/Vladivostok']), '2026-12-01T09:00Z')
  t.end()
})

test('No text takes long to read', (t) => {
  const parts = [
    '1',
    '1:',
    '1.',
    'a',
    'a/',
    ' ',
    'in ',
    'через ',
    'завтра ',
    '5 ',
    '+',
    'декабря ',
    '1'.repeat(50),
  ]
  const started = performance.now()
  for (const part of parts) parseWrittenTime(part.repeat(100).slice(0, 100), ['UTC'], now)
  for (const part of parts) parseWrittenTime(`${part.repeat(100_000)}!`, ['UTC'], now)
  t.ok(performance.now() - started < 2_000)
  t.end()
})

test('Instants before 1900, after 9999 or with an offset beyond 14 hours are not accepted', (t) => {
  const accepted: Record<string, string> = {
    '1900-01-01T00:00:00Z': '1900-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z': '9999-12-31T23:59:59.999Z',
    '2026-05-04T10:00:00+14:00': '2026-05-03T20:00:00.000Z',
    '2026-05-04 10:00:00.123456-0930': '2026-05-04T19:30:00.123Z',
    '2026-05-04T10:00+03': '2026-05-04T07:00:00.000Z',
  }
  for (const [text, expected] of Object.entries(accepted)) t.equal(instantOf(text)?.toISOString(), expected)
  const rejected = [
    '0001-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '0099-12-31T00:00:00Z',
    '1899-12-31T23:59:59Z',
    '1900-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '2026-05-04T10:00:00+16:00',
    '2026-05-04T10:00:00-18:30',
    '2026-05-04T10:00:00+14:01',
    '2026-05-04T10:00:00+03:60',
    '2026-02-30T10:00:00Z',
    '2026-05-04T10:00:00',
    '2026-05-04T23:59:60Z',
  ]
  for (const text of rejected) t.equal(instantOf(text), undefined, text)
  t.end()
})
