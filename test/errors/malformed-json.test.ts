import t, { test } from 'tap'
import { describeJsonError } from '../../src/lib/json-syntax.ts'
import { createCampaignTester } from '../setup/campaign-tester.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const api = await createCampaignTester(s)
const campaign = await api.campaign()
const send = (payload: string) =>
  s.request(
    'PATCH',
    `/api/campaigns/${campaign}`,
    { ...api.company.headers, 'content-type': 'application/json' },
    payload,
  )

test('A body that is not JSON gets the place and one sentence on what to change', async (t) => {
  for (const [payload, detail] of [
    ['{"name": "a",}', 'line 1, column 14: there is a comma before the closing "}". Remove it.'],
    ['{"days_of_week": [1, 2,]}', 'line 1, column 24: there is a comma before the closing "]". Remove it.'],
    ['{"name": "a"\n "description": "b"}', 'line 2, column 2: a comma or "}" is missing here.'],
    ["{'name': 'a'}", 'line 1, column 2: the name of a field must be in double quotes.'],
    ['{name: "a"}', 'line 1, column 2: the name of a field must be in double quotes.'],
    ['{"name": \'a\'}', 'line 1, column 10: texts must be in double quotes.'],
    ['{"name": a}', 'line 1, column 10: texts must be in double quotes.'],
    [
      '{"max_retries": NaN}',
      'line 1, column 17: "NaN" is not a value of JSON. Send null, or leave the field out.',
    ],
    ['{"max_retries": None}', 'line 1, column 17: "None" is not a value of JSON. Send null.'],
    ['{"max_retries": 03}', /^.*column 17: the number is not written as in JSON/],
    ['{"max_retries": +3}', /^.*column 17: the number is not written as in JSON/],
    ['{"max_retries": .5}', /^.*column 17: the number is not written as in JSON/],
    [
      '{"name": "a"} // comment',
      /column 15: there is text after the end of the JSON value\. Send one value\.$/,
    ],
    ['{"name": /* a */ "a"}', 'line 1, column 10: JSON has no comments. Remove it.'],
    [
      '{"name": "a"}\n{"name": "b"}',
      'line 2, column 1: there is text after the end of the JSON value. Send one value.',
    ],
    ['{"name": "a\nb"}', /a text contains a control character or a line break/],
    [
      '{"name": "\\x41"}',
      'line 1, column 11: a text contains an invalid escape sequence. Write a backslash as \\\\.',
    ],
    ['{"name": "a', /a text has no closing quote\. Check that the body was sent completely\.$/],
    ['{"name": ', /the text ends too early\. Check that it was sent completely\.$/],
    ['{"name" "a"}', 'line 1, column 9: a colon is missing after the name of a field.'],
    ['{"name": }', 'line 1, column 10: a value is missing before "}".'],
  ] as const) {
    const { body } = await send(payload)
    const expected = typeof detail === 'string' ? `The body is not valid JSON at ${detail}` : detail
    t.match(body, { status: 400, code: 'malformed_request', detail: expected }, payload)
  }
  t.match((await send('{"__proto__": 1}')).body, { status: 400, detail: /a field named __proto__/ })
  t.match((await send(`${'['.repeat(1_000)}${']'.repeat(1_000)}`)).body, { status: 400, code: 'too_deep' })
})

test('A byte order mark is ignored, and of equal names the last one counts, as in other parsers', async (t) => {
  t.match((await send('\ufeff{"name": "first", "name": "last"}')).body, { name: 'last' })
})

test('Every text that is not JSON has a description, and no JSON has one', (t) => {
  const seeds = [
    '{"a": [1, -2.5e+3, true, null, "x\\n\\u00e9\\"", {}], "b": {"c": []}}',
    '[[[]], "", 0, {"": {"a": false}}]',
  ]
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    ' ',
    '\n',
    '0',
    '1',
    '-',
    '.',
    'e',
    't',
    'null',
    "'",
    '\u0001',
    'é',
    '/',
  ]
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  const isJson = (text: string) => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  const wrong: string[] = []
  for (let round = 0; round < 20_000; round++) {
    let text = seeds[random(seeds.length)] as string
    for (let changes = random(3); changes >= 0; changes--) {
      const at = random(text.length + 1)
      text = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(2))
    }
    if ((describeJsonError(text) === undefined) !== isJson(text)) wrong.push(text)
  }
  t.same(wrong.slice(0, 5), [])
  t.end()
})
