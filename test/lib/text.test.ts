import { test } from 'tap'
import { isStorable, isStorableJson, storable, storableValue, truncate } from '../../src/lib/text.ts'

test('A text is cut by code point, never in the middle of a character', async (t) => {
  const emoji = '\u{1f600}'
  t.equal(truncate('abc', 3), 'abc')
  t.equal(truncate('abcd', 3), 'abc')
  t.equal(truncate(`ab${emoji}`, 3), `ab${emoji}`)
  t.equal(truncate(`ab${emoji}c`, 3), `ab${emoji}`)
  t.equal(truncate(`abc${emoji}`, 3), 'abc')
  t.equal(truncate(emoji.repeat(5), 3), emoji.repeat(3))
  for (let max = 0; max < 8; max++) t.ok(truncate(`a${emoji}b${emoji}${emoji}`, max).isWellFormed())
})

test('storable replaces what PostgreSQL cannot store, and nothing else', async (t) => {
  const cases: [sent: string, stored: string][] = [
    ['', ''],
    ['plain \u{1f600} \ufffd \u200d', 'plain \u{1f600} \ufffd \u200d'],
    ['a\0b\0', 'a\ufffdb\ufffd'],
    ['\ud83d', '\ufffd'],
    ['\ude00\ud83d', '\ufffd\ufffd'],
    ['\ud83d\u{1f600}', '\ufffd\u{1f600}'],
  ]
  for (const [sent, stored] of cases) {
    t.equal(storable(sent), stored)
    t.ok(isStorable(storable(sent)))
  }
})

test('storableValue replaces texts and keys at any depth, and returns a storable value itself', async (t) => {
  const fine = { a: [1, null, true, 'x\\u0000', { at: new Date(0) }], b: undefined }
  t.equal(storableValue(fine), fine)
  t.equal(storableValue(undefined), undefined)
  const at = new Date(0)
  const stored = storableValue({ 'k\0': ['\ud800', [{ deep: 'a\0' }]], n: 1, at })
  t.ok(isStorableJson(JSON.stringify(stored)))
  t.same(stored, { 'k\ufffd': ['\ufffd', [{ deep: 'a\ufffd' }]], n: 1, at })
})
