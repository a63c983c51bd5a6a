import { test } from 'tap'
import { configReport } from '../../src/modules/skillbases/config/validate-config.ts'
import { checkConfig, exampleConfig } from '../../src/modules/skillbases/index.ts'
import { httpTool, pointersOf, withChange, withGraph } from './configs.ts'

test('The config of the customer guide is valid; its retired model causes a warning', async (t) => {
  const { errors, warnings } = checkConfig(withChange('/llm/model', 'llama-3.1-8b-instant'))
  t.same(errors, [])
  t.same(pointersOf(warnings), ['/llm/model'])
  t.match(warnings[0]?.detail, /2026-08-16.*openai\/gpt-oss-20b/)
})

test('The example config has no errors and no warnings', async (t) => {
  t.same(checkConfig(exampleConfig), { errors: [], warnings: [] })
})

const invalidBySchema: [description: string, config: unknown, pointers: string[]][] = [
  ['an unknown field', withChange('/llm/temprature', 1), ['/llm/temprature']],
  ['a field for an API key', withChange('/llm/api_key', 'x'), ['/llm/api_key']],
  ['a missing part', withChange('/voice', undefined), ['/voice']],
  ['a temperature above 2', withChange('/llm/temperature', 2.1), ['/llm/temperature']],
  ['upper case and a space in a provider', withChange('/llm/provider', 'Groq Cloud'), ['/llm/provider']],
  ['a role of white space', withChange('/context/role', ' \n '), ['/context/role']],
  ['no states', withChange('/flow/states', []), ['/flow/states']],
  [
    '201 states',
    withChange(
      '/flow/states',
      Array.from({ length: 201 }, (_, i) => `s${i}`),
    ),
    ['/flow/states'],
  ],
  ['a state of white space', withChange('/flow/states/1', '  '), ['/flow/states/1']],
  [
    'a state without an id and a name',
    withChange('/flow/states/1', { prompt: 'A' }),
    ['/flow/states/1/id', '/flow/states/1/name'],
  ],
  [
    'a state with a number as its id',
    withChange('/flow/states/1', { id: 1, name: 'A' }),
    ['/flow/states/1/id'],
  ],
  ['a number as a state', withChange('/flow/states/1', 7), ['/flow/states/1']],
  ['a tool of an unknown type', withChange('/tools', [{ type: 'shell', name: 'x' }]), ['/tools/0/type']],
  ['a tool without a type', withChange('/tools', [{ name: 'x' }]), ['/tools/0/type']],
  [
    'a header with a value instead of a secret name',
    withChange('/tools', [httpTool({ headers: { authorization: 'Bearer abc' } })]),
    ['/tools/0/headers/authorization'],
  ],
  [
    'an invalid header name',
    withChange('/tools', [httpTool({ headers: { 'x y': { secret: 'A' } } })]),
    ['/tools/0/headers/x y'],
  ],
  ['null as the config', null, ['']],
  ['an array as the config', [], ['']],
  ['a string as the config', 'config', ['']],
  ['undefined as the config', undefined, ['']],
]

const invalidByRules: typeof invalidBySchema = [
  ['a duplicate state id', withChange('/flow/states', ['a', 'b', 'a']), ['/flow/states/2']],
  [
    'state ids that differ only in case',
    withChange('/flow/states', ['Greeting', { id: 'greeting', name: 'Привет' }]),
    ['/flow/states/1/id'],
  ],
  [
    'transitions from and to unknown states, also in a linear flow',
    withChange('/flow/transitions', [
      { from: 'greeting', to: 'inquiry' },
      { from: 'nowhere', to: 'Booking' },
    ]),
    ['/flow/transitions/1/from', '/flow/transitions/1/to'],
  ],
  ['an unknown initial state', withChange('/flow/initial', 'start'), ['/flow/initial']],
  [
    'a graph with unreachable states',
    withGraph(
      ['a', 'b', 'c', 'd'],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ),
    ['/flow/states/2', '/flow/states/3'],
  ],
  ['a graph that starts after its first state', withGraph(['a', 'b'], [['a', 'b']], 'b'), ['/flow/states/0']],
  ['a graph without transitions', withGraph(['a', 'b'], []), ['/flow/states/1']],
  [
    'a graph without an end state',
    withGraph(
      ['a', 'b'],
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
    ),
    ['/flow/transitions'],
  ],
  ['only a state with a transition to itself', withGraph(['a'], [['a', 'a']]), ['/flow/transitions']],
  [
    'tool names that differ only in case',
    withChange('/tools', [
      { type: 'end_call', name: 'bye' },
      { type: 'handoff', name: 'Bye' },
    ]),
    ['/tools/1/name'],
  ],
  ['a URL without a host', withChange('/tools', [httpTool({ url: 'https://' })]), ['/tools/0/url']],
  [
    'a URL with a password',
    withChange('/tools', [httpTool({ url: 'https://u:p@crm.example/' })]),
    ['/tools/0/url'],
  ],
  [
    'a URL with a key',
    withChange('/tools', [httpTool({ url: 'https://crm.example/?api_key=1' })]),
    ['/tools/0/url'],
  ],
  [
    'header names that differ only in case',
    withChange('/tools', [httpTool({ headers: { 'x-a': { secret: 'A' }, 'X-A': { secret: 'B' } } })]),
    ['/tools/0/headers/X-A'],
  ],
  [
    'parameters that are not valid JSON Schema',
    withChange('/tools', [
      httpTool({ parameters: { type: 'object', properties: { day: { type: 'day' } } } }),
    ]),
    ['/tools/0/parameters/properties/day/type'],
  ],
  [
    'a handoff criterion named like a secret',
    withChange('/agent/handoff_criteria', { crm: { access_token: 'x' } }),
    ['/agent/handoff_criteria/crm/access_token'],
  ],
]

const invalidByLimits: typeof invalidBySchema = [
  ['an API key in a text', withChange('/context/facts/0', `use sk-${'a1'.repeat(20)}`), ['/context/facts/0']],
  ['a NUL character', withChange('/context/facts/0', 'a\0b'), ['/context/facts/0']],
  ['an unpaired surrogate', withChange('/context/style', 'a\ud800'), ['/context/style']],
  [
    'a number that is too large',
    withChange('/agent/handoff_criteria', { n: Number('1e999') }),
    ['/agent/handoff_criteria/n'],
  ],
  [
    'more than 256 KiB',
    withChange(
      '/context/facts',
      Array.from({ length: 200 }, (_, i) => `${i}${'я'.repeat(1000)}`),
    ),
    [''],
  ],
]

for (const [description, config, pointers] of [...invalidBySchema, ...invalidByRules, ...invalidByLimits]) {
  test(`A config with ${description} is invalid, and the error points at it`, async (t) => {
    const { errors } = checkConfig(config)
    const missing = pointers.filter((pointer) => !errors.some((error) => error.pointer === pointer))
    t.same(missing, [], JSON.stringify(errors))
    const elsewhere = [...new Set(pointersOf(errors))].filter((pointer) => !pointers.includes(pointer))
    t.same(
      elsewhere.filter((pointer) => !isInside(pointer, pointers)),
      [],
      'no error points elsewhere',
    )
    for (const { detail } of errors) t.match(detail, /^[A-Z].*\.$/s, 'the detail is a sentence')
  })
}

/** Whether a pointer leads into one of the fields. */
const isInside = (pointer: string, fields: string[]) =>
  fields.some((field) => pointer.startsWith(`${field}/`))

test('Errors of the schema and of the rules are reported together', async (t) => {
  const twice = withChange('/flow/states', ['a', 'a', 'b', 'b'])
  const config = withChange(
    '/llm/temperature',
    3,
    withChange('/flow/initial', 'z', withChange('/extra', 1, twice)),
  )
  t.same(pointersOf(checkConfig(config).errors), [
    '/extra',
    '/flow/initial',
    '/flow/states/1',
    '/flow/states/3',
    '/llm/temperature',
  ])
})

test('Errors state what is allowed and what was received', async (t) => {
  const detailOf = (pointer: string, value: unknown, config?: unknown) =>
    checkConfig(withChange(pointer, value, config)).errors.find((error) => error.pointer === pointer)?.detail
  t.equal(detailOf('/llm/temperature', 3), 'Must be between 0 and 2. Received 3.')
  t.equal(detailOf('/flow/type', 'tree'), 'Must be one of: linear, graph. Received "tree".')
  t.equal(detailOf('/llm/temprature', 1), 'Unknown field. Allowed: provider, model, temperature, max_tokens.')
  t.equal(detailOf('/voice', undefined), 'This field is required.')
  t.equal(detailOf('/context/role', ' '), 'Must not be only white space or invisible characters.')
  t.equal(
    detailOf('/flow/initial', 'start'),
    'The flow has no state "start". Its states: greeting, inquiry, booking.',
  )
  t.match(detailOf('/voice/stt_language', 'Russian'), /BCP 47.*ru or en-US.*Received "Russian"\.$/)
})

test('Errors do not repeat values that may be phone numbers or secrets', async (t) => {
  const tools = [
    httpTool({ headers: { authorization: 'Bearer abc' } }),
    httpTool({ name: 'other', headers: { authorization: { secret: 'hunter2' } } }),
    httpTool({ name: 'third', url: 'ftp://user@crm.example' }),
  ]
  const config = withChange('/tools', tools, withChange('/context/role', 79991234567))
  const { errors } = checkConfig(config)
  t.same(pointersOf(errors), [
    '/context/role',
    '/tools/0/headers/authorization',
    '/tools/1/headers/authorization/secret',
    '/tools/2/url',
  ])
  t.notMatch(JSON.stringify(errors), /79991234567|Bearer abc|hunter2/)
})

test('A config nested 200,000 levels deep is invalid and does not overflow the stack', async (t) => {
  let deep: unknown = 1
  for (let i = 0; i < 200_000; i++) deep = [deep]
  t.match(checkConfig(withChange('/agent/handoff_criteria', { deep })).errors[0]?.detail, /deeper than 32/)
})

test('A config has at most 10,000 values and 1,000 uses of variables, and a report lists at most 100 errors', async (t) => {
  const withFacts = (facts: unknown[]) => ({ ...exampleConfig, context: { ...exampleConfig.context, facts } })
  t.match(checkConfig(withFacts(Array(10_000).fill(''))).errors, [
    { pointer: '', detail: /more than 10000 values/ },
  ])
  t.match(checkConfig(withFacts(Array(1_001).fill('{{name}}'))).errors, [
    { pointer: '', detail: /variables .* more than 1000 times/ },
  ])
  t.same(checkConfig(withFacts([Array(100).fill('{{name}}').join(' ')])).errors, [])
  const report = configReport(withFacts(Array(500).fill('')))
  t.equal(report.valid, false)
  t.equal(report.errors.length, 100)
})

test('A graph of 200 states and 1000 transitions is valid', async (t) => {
  const states = Array.from({ length: 200 }, (_, i) => `s${i}`)
  const chain = states.slice(1).map((id, i): [string, string, string] => [`s${i}`, id, 'next'])
  const backTransitions = Array.from({ length: 801 }, (_, i): [string, string, string] => [
    `s${i % 199}`,
    `s${i % 7}`,
    `${i}`,
  ])
  t.same(checkConfig(withGraph(states, [...chain, ...backTransitions])), { errors: [], warnings: [] })
})

test('A state with its own prompt and every type of tool are valid', async (t) => {
  const parameters = { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] }
  const headers = { Authorization: { secret: 'CRM_TOKEN', prefix: 'Bearer ' } }
  const tools = [
    httpTool({ parameters, headers, method: 'GET', timeout_ms: 2000 }),
    { type: 'handoff', name: 'person', destination: '+74951234567', message: 'Соединяю.' },
    { type: 'end_call', name: 'bye', message: 'До свидания.' },
  ]
  const states = ['greeting', { id: 'booking', name: 'Запись', prompt: 'Договорись о времени.' }]
  const config = withChange('/tools', tools, withChange('/flow/states', states))
  t.same(checkConfig(withChange('/agent/handoff_criteria', { angry: true }, config)), {
    errors: [],
    warnings: [],
  })
})

const withWarning: [description: string, config: unknown, pointer: string][] = [
  ['an unknown provider', withChange('/voice/tts_provider', 'newvoice'), '/voice/tts_provider'],
  ['a retired model', withChange('/llm/model', 'llama-3.3-70b-versatile'), '/llm/model'],
  ['no safety rules', withChange('/context/safety_rules', []), '/context/safety_rules'],
  ['a repeated fact', withChange('/context/facts', ['a', 'b', 'a ']), '/context/facts/2'],
  [
    'transitions in a linear flow',
    withChange('/flow/transitions', [{ from: 'greeting', to: 'inquiry' }]),
    '/flow/transitions',
  ],
  ['a linear flow that starts in its middle', withChange('/flow/initial', 'inquiry'), '/flow/initial'],
  [
    'a state from which no end state can be reached',
    withGraph(
      ['a', 'b', 'c'],
      [
        ['a', 'b', 'x'],
        ['b', 'b'],
        ['a', 'c', 'y'],
      ],
    ),
    '/flow/states/1',
  ],
  [
    'two transitions without a condition from one state',
    withGraph(
      ['a', 'b', 'c'],
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
    ),
    '/flow/transitions/1',
  ],
  [
    'a repeated transition',
    withGraph(
      ['a', 'b'],
      [
        ['a', 'b', 'x'],
        ['a', 'b', 'x'],
      ],
    ),
    '/flow/transitions/1',
  ],
  [
    'handoff criteria but no handoff tool',
    withChange('/agent/handoff_criteria', { angry: true }),
    '/agent/handoff_criteria',
  ],
  [
    'a disabled tool',
    withChange('/tools', [{ type: 'end_call', name: 'bye', enabled: false }]),
    '/tools/0/enabled',
  ],
  ['a tool without a description', withChange('/tools', [httpTool({ description: undefined })]), '/tools/0'],
  ['a tool without TLS', withChange('/tools', [httpTool({ url: 'http://crm.example/' })]), '/tools/0/url'],
  [
    'a required argument that is not defined',
    withChange('/tools', [httpTool({ parameters: { type: 'object', required: ['day'] } })]),
    '/tools/0/parameters/required/0',
  ],
  ['two different languages', withChange('/context/language', 'en-US'), '/voice/stt_language'],
]
for (const [description, config, pointer] of withWarning) {
  test(`A config with ${description} is valid and causes a warning`, async (t) => {
    const { errors, warnings } = checkConfig(JSON.parse(JSON.stringify(config)))
    t.same(errors, [])
    t.same(pointersOf(warnings), [pointer])
    for (const { detail } of warnings) t.match(detail, /^[A-Z].*\.$/s, 'the detail is a sentence')
  })
}

test('Checking a config does not change it', async (t) => {
  const config = withChange('/agent', undefined)
  const before = structuredClone(config)
  checkConfig(config)
  t.same(config, before)
})
