import { test } from 'tap'
import { parseWrittenBoolean } from '../../src/lib/written-boolean.ts'

test('Yes and no are read as people and models write them, and nothing else is guessed', (t) => {
  for (const value of [
    true,
    1,
    '1',
    'true',
    ' TRUE ',
    'yes',
    'Yes.',
    'y',
    'on',
    'да',
    'Да!',
    '"yes"',
    'ｙｅｓ',
    'да\u200f',
    '\u202byes\u202c',
    '“Yes”',
    '`true`',
    'EVET',
    'tak',
    'иә',
    'نعم',
    'हाँ',
    '是的。',
  ])
    t.equal(parseWrittenBoolean(value), true, JSON.stringify(value))
  for (const value of [
    false,
    0,
    '0',
    'false',
    'No',
    'n',
    'off',
    'нет',
    'null',
    'hayır',
    'жоқ',
    'لا',
    'いいえ',
  ])
    t.equal(parseWrittenBoolean(value), false, JSON.stringify(value))
  const unreadable = [
    2,
    -1,
    Number.NaN,
    'not yes',
    'perhaps',
    '',
    ' ',
    'yes'.repeat(20),
    {},
    [],
    null,
    undefined,
  ]
  for (const value of unreadable)
    t.equal(parseWrittenBoolean(value), undefined, JSON.stringify(value) ?? 'undefined')
  t.end()
})
