// Tests that the time for a text grows with its length, and not with its square, whatever the text repeats.
import { type Test, test } from 'tap'
import { canonicalJson } from '../../src/lib/canonical-json.ts'
import { csvRows, unescapeFormula } from '../../src/lib/csv.ts'
import { applyChange } from '../../src/lib/merge-patch.ts'
import { applyNumberFormat } from '../../src/lib/phone/spreadsheet-number.ts'
import { parsePhoneText } from '../../src/lib/phone.ts'
import { ajvWithFormats } from '../../src/lib/schema/ajv.ts'
import { fieldErrors } from '../../src/lib/schema/schema-errors.ts'
import { parseTemplate } from '../../src/lib/template.ts'
import { isStorableJson, toOneLine, truncate, truncateGraphemes } from '../../src/lib/text.ts'
import { parseWrittenTime } from '../../src/lib/time/written-time.ts'
import { fillSpokenTemplate } from '../../src/modules/briefs/spoken-text.ts'
import { fillTemplate, templateValuesOf } from '../../src/modules/briefs/template-values.ts'
import { normaliseProvider } from '../../src/modules/prices/provider-names.ts'
import { exampleConfig } from '../../src/modules/skillbases/config/example-config.ts'
import { checkLimits } from '../../src/modules/skillbases/config/limits.ts'
import { findSecret } from '../../src/modules/skillbases/config/secret-formats.ts'
import { templateVariables } from '../../src/modules/skillbases/config/template-variables.ts'
import { checkConfig } from '../../src/modules/skillbases/config/validate-config.ts'

const startSize = 250
const maxSize = 32_000
/** A size at which one run takes this long is large enough to compare, ms. */
const comparableMs = 0.5
/** The times of longer runs need no repetition, ms. */
const longRunMs = 100
/** Added to both times, so that those of functions that stop at once can be compared, ms. */
const noiseMs = 0.05

/** The shortest time of several runs, ms: other work on the machine only makes runs longer. */
function shortestMs(run: () => unknown, runs = 7): number {
  let shortest = Number.POSITIVE_INFINITY
  for (let i = 0; i === 0 || (i < runs && shortest < longRunMs); i++) {
    const start = performance.now()
    run()
    shortest = Math.min(shortest, performance.now() - start)
  }
  return shortest
}

/** How many times as long a run takes for an input four times as large: 4 when it is linear, 16 when it is quadratic. */
function growth(run: (size: number) => () => unknown, largest = maxSize): number {
  let size = startSize
  while (size < largest && shortestMs(run(size)) < comparableMs) size *= 2
  const ratio = () => (shortestMs(run(4 * size)) + noiseMs) / (shortestMs(run(size)) + noiseMs)
  let smallest = ratio()
  // Again when another process took the time of one of the runs.
  for (let i = 0; i < 4 && smallest > maxGrowth; i++) smallest = Math.min(smallest, ratio())
  return smallest
}
const maxGrowth = 10

const units = [
  ...[
    ' ',
    '\t',
    '\n',
    ' ,',
    '(',
    '[',
    '{',
    '{{',
    '{{ a',
    '}}',
    '"',
    "'",
    '\\',
    '\\"',
    '»',
    '+',
    '(+',
    '-',
    '=',
    '.',
    ',',
  ],
  ...[
    '0',
    '1,',
    '1 ',
    '1 (',
    '(1)',
    ' и ',
    '00',
    '#',
    ';',
    '/',
    '://',
    ':',
    '@',
    'a',
    'a@',
    '_',
    '\u0000',
    '\ud800',
    'я',
  ],
  ...['eyJ-', 'eyJaaaaaaaaaaaa.', 'sk-', 'sk-a', 'xoxa-', '[$-419]', '0"', '\\u', '{{name}}', ' , {{name}}'],
  ...[
    '{{name | default: "',
    '{{a|b',
    '{{{',
    '{{a.',
    '. {{name}}',
    '!',
    '。',
    'a\u0301',
    '\u200d',
    '🏳️\u200d🌈',
  ],
  ...['github_pat_', 'sk_live_', '-----BEGIN ', '://a:', 'AKIA', 'API', 'hvs.', 'SG.a.', '1234567890:AA'],
]

/** Checks a function of a text with each unit, alone and between two other characters. */
function isLinear(t: Test, name: string, read: (text: string) => unknown): void {
  const slow: string[] = []
  for (const unit of units) {
    for (const [start, end] of [
      ['', ''],
      ['x1', '\u00001x'],
    ]) {
      const ratio = growth((size) => {
        const text = start + unit.repeat(Math.ceil(size / unit.length)) + end
        return () => read(text)
      })
      if (ratio > maxGrowth) slow.push(`${JSON.stringify(start + unit + end)}: ${ratio.toFixed(1)}`)
    }
  }
  t.same(slow, [], name)
}

test('Texts of a config are checked, and filled with data of the contact, in linear time', (t) => {
  isLinear(t, 'secrets and limits', (text) => checkLimits([text]))
  isLinear(t, 'variables', (text) => templateVariables([text]))
  isLinear(t, 'secrets', findSecret)
  isLinear(t, 'template', parseTemplate)
  isLinear(t, 'prompt', (text) => fillTemplate(text, () => 'value', '-'))
  isLinear(t, 'greeting', (text) => fillSpokenTemplate(text, () => 'value'))
  isLinear(t, 'greeting without values', (text) => fillSpokenTemplate(text, () => undefined))
  isLinear(t, 'values', (text) =>
    templateValuesOf({ company_name: text, contact_data: { note: text, [text]: { [text]: 1 } } })('note'),
  )
  t.end()
})

test('Phone numbers, times and cells are read in linear time', (t) => {
  isLinear(t, 'phone number', (text) => parsePhoneText(text, { country: 'RU' }))
  isLinear(t, 'number format', (text) => applyNumberFormat('4951234567', text))
  isLinear(t, 'time', (text) => parseWrittenTime(text, ['Europe/Moscow'], new Date(0)))
  isLinear(t, 'CSV cell', (text) => unescapeFormula(`'${text}`))
  isLinear(t, 'CSV row', (text) => csvRows([{ name: 'a', isNumber: false }], [{ a: text }], {}))
  isLinear(t, 'provider', normaliseProvider)
  t.end()
})

test('Texts of requests are validated, reported and compared in linear time', (t) => {
  const validate = ajvWithFormats({ allErrors: true, verbose: true }).compile({
    type: 'object',
    properties: {
      id: { type: 'string', format: 'uuid' },
      at: { format: 'date-time' },
      day: { format: 'date' },
    },
  })
  isLinear(t, 'formats and their errors', (text) => {
    validate({ id: text, at: text, day: text })
    return fieldErrors(validate.errors ?? [])
  })
  isLinear(t, 'storable JSON', (text) => isStorableJson(JSON.stringify(text)))
  isLinear(t, 'truncated text', (text) => truncate(text, text.length - 1))
  isLinear(t, 'text truncated between characters', (text) => truncateGraphemes(text, text.length - 1))
  isLinear(t, 'line', toOneLine)
  isLinear(t, 'canonical JSON', (text) => canonicalJson({ [text]: text }))
  t.end()
})

test('Large objects are merged and compared in linear time', (t) => {
  const objectOf = (size: number) =>
    Object.fromEntries(Array.from({ length: size }, (_, i) => [`key ${i}`, { i }]))
  const wide = (size: number) => objectOf(Math.ceil(size / 4))
  const merge = growth((size) => {
    const [stored, change] = [wide(size), wide(size)]
    return () => applyChange(stored, change, 'merge')
  })
  t.ok(merge <= maxGrowth, `merge patch: ${merge}`)
  const canonical = growth((size) => {
    const value = wide(size)
    return () => canonicalJson(value)
  })
  t.ok(canonical <= maxGrowth, `canonical JSON: ${canonical}`)
  t.end()
})

test('Configs with many problems are validated in linear time', (t) => {
  const list = <T>(size: number, create: (i: number) => T) =>
    Array.from({ length: size }, (_, i) => create(i))
  const record = (size: number, value: unknown) => Object.fromEntries(list(size, (i) => [`key ${i}`, value]))
  const withStates = (states: unknown[], transitions: unknown[] = []) => ({
    flow: { type: 'graph', states, transitions },
  })
  const withTool = (tool: object) => ({
    tools: [{ type: 'http', name: 'a', url: 'https://a.example', ...tool }],
  })
  const withParameter = (parameter: object) =>
    withTool({ parameters: { type: 'object', properties: { a: parameter } } })
  const configs: Record<string, (size: number) => object> = {
    'states with one name': (size) => withStates(list(size, () => 'я')),
    'names of unknown states': (size) =>
      withStates(
        ['a'],
        list(size / 3, (i) => ({ from: `я ${i}`, to: 'ю' })),
      ),
    'unknown next states': (size) => withStates(list(size / 3, (i) => ({ id: `s${i}`, next: ['я'] }))),
    'empty tools': (size) => ({ tools: list(size, () => ({})) }),
    'unknown fields': (size) => record(size, 1),
    'wrong headers': (size) => withTool({ headers: record(size, 1) }),
    'wrong alternatives of an argument': (size) =>
      withParameter({ anyOf: list(size / 2, () => ({ type: 1 })) }),
    'many values of an argument': (size) => withParameter({ enum: list(size / 2, (i) => ({ i })) }),
    'many texts': (size) => ({ context: { role: 'a', style: 'b', facts: list(size, () => '') } }),
  }
  for (const [name, create] of Object.entries(configs)) {
    const ratio = growth((size) => {
      const config = { ...exampleConfig, ...create(size) }
      return () => checkConfig(config)
    }, 2_000)
    t.ok(ratio <= maxGrowth, `${name}: ${ratio}`)
  }
  t.end()
})
