import t, { test } from 'tap'
import { checkConfig, exampleConfig } from '../../src/modules/skillbases/index.ts'
import { startTestService } from '../setup/service.ts'
import { type FieldError, httpTool, type Json, pointersOf, withChange } from './configs.ts'
import { skillbaseClient, urlOf } from './skillbase-client.ts'

const s = await startTestService(t)
const { create, post } = skillbaseClient(s)
const company = await s.createCompany()

/** The report on a config with this flow and these tools; its pointers lead into the body. */
async function validate(flow: unknown, tools: unknown = []) {
  const config = { ...exampleConfig, flow, tools }
  const { status, body } = await s.request('POST', '/api/skillbases/validate', company.headers, { config })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body as {
    valid: boolean
    errors: FieldError[]
    warnings: FieldError[]
    canonical_config: { flow: Json; tools: Json[] } | null
    conversions: FieldError[]
  }
}

const linear = (states: unknown[], fields: Json = {}) => ({ type: 'linear', states, ...fields })
const graph = (states: unknown[], transitions: unknown[] = []) => ({ type: 'graph', states, transitions })
const salon = [
  'Приветствие',
  'Узнать имя клиента',
  'Узнать желаемую услугу',
  'Предложить время записи',
  'Подтвердить запись',
]

test('States with Russian names get unique ids that are derived from them', async (t) => {
  const { canonical_config, conversions, valid } = await validate(linear(salon, { transitions: [] }))
  t.equal(valid, true)
  t.same(canonical_config?.flow.states, [
    { id: 'privetstvie', name: 'Приветствие' },
    { id: 'uznat_imya_klienta', name: 'Узнать имя клиента' },
    { id: 'uznat_zhelaemuyu_uslugu', name: 'Узнать желаемую услугу' },
    { id: 'predlozhit_vremya_zapisi', name: 'Предложить время записи' },
    { id: 'podtverdit_zapis', name: 'Подтвердить запись' },
  ])
  t.same(conversions[0], {
    pointer: '/config/flow/states/0',
    detail: 'Read as the state {"id":"privetstvie","name":"Приветствие"}.',
  })
  t.equal(conversions.length, salon.length)
})

test('Derived ids are valid and unique, whatever the names consist of', async (t) => {
  const names = [
    'Привет!',
    'Привет?',
    'privet',
    '你好',
    '👋',
    'Ünïcode',
    'Ï',
    '1',
    `Щ${'щ'.repeat(150)}`,
    'Ж Ж',
  ]
  const { canonical_config } = await validate(linear([...names, { id: 'Zh_zh', name: 'Z' }, '  Конец  ']))
  const states = (canonical_config?.flow.states ?? []) as (string | { id: string })[]
  const ids = states.map((state) => (typeof state === 'string' ? state : state.id))
  t.same(ids.slice(0, 8), ['privet_2', 'privet_3', 'privet', 'state_4', 'state_5', 'unicode', 'i', '1'])
  t.same(ids.slice(9), ['zh_zh_2', 'Zh_zh', 'konets'])
  for (const id of ids) t.match(id, /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/)
  t.equal(new Set(ids.map((id) => id.toLowerCase())).size, ids.length)
})

test('States with only an id, only a name, or a name as the id are read as what they are', async (t) => {
  const { canonical_config, conversions } = await validate(
    linear([
      { id: 'greeting', prompt: 'Поздоровайтесь.' },
      { name: 'Запись' },
      { id: 'Конец', prompt: null },
    ]),
  )
  t.same(canonical_config?.flow.states, [
    { id: 'greeting', name: 'greeting', prompt: 'Поздоровайтесь.' },
    { id: 'zapis', name: 'Запись' },
    { id: 'konets', name: 'Конец' },
  ])
  t.same(pointersOf(conversions), [
    '/config/flow/states/0',
    '/config/flow/states/1/name',
    '/config/flow/states/2',
    '/config/flow/states/2/id',
    '/config/flow/states/2/prompt',
  ])
})

test('`next` of a linear flow agrees with the order of its states', async (t) => {
  const states = [
    { id: 'greeting', prompt: 'A', next: 'booking' },
    { id: 'booking', prompt: 'B', next: 'end' },
  ]
  const { canonical_config, warnings } = await validate(linear(states))
  t.same(canonical_config?.flow, {
    type: 'linear',
    states: [
      { id: 'greeting', name: 'greeting', prompt: 'A' },
      { id: 'booking', name: 'booking', prompt: 'B' },
    ],
    transitions: [],
  })
  t.same(warnings, [])
  const endsThere = linear([{ id: 'a', next: 'end' }, { id: 'end' }])
  t.equal((await validate(endsThere)).valid, true, 'a state may be called end')
  for (const next of ['a', 'end', null, ['b', 'c'], [], { to: 'b', condition: 'wants it' }]) {
    const { errors } = await validate(linear([{ id: 'a', next }, 'b', 'c']))
    t.match(errors, [
      { pointer: '/config/flow/states/0/next', detail: /^The flow is linear.*continues with "b".*graph\.$/ },
    ])
  }
})

test('`next` of a graph becomes transitions', async (t) => {
  const states = [
    { id: 'hello', next: ['Запись', { to: 'bye', condition: 'не хочет' }] },
    { name: 'Запись', next: 'bye' },
    { id: 'bye', next: null },
  ]
  const { canonical_config, valid } = await validate(graph(states, [{ from: 'Запись', to: 'bye' }]))
  t.equal(valid, true)
  t.same(canonical_config?.flow.transitions, [
    { from: 'zapis', to: 'bye' },
    { from: 'hello', to: 'zapis' },
    { from: 'hello', to: 'bye', condition: 'не хочет' },
  ])
  const invalid = await validate(
    graph([
      { id: 'a', next: ['b', 'Нет', { to: 'b', when: 'x' }] },
      { id: 'b', next: 7 },
    ]),
  )
  t.match(invalid.errors, [
    {
      pointer: '/config/flow/states/0/next/1',
      detail: /^The flow has no state "Нет"\. Its states: a, b\.$/,
    },
    {
      pointer: '/config/flow/states/0/next/2/when',
      detail: /^Unknown field\. Allowed: from, to, condition\.$/,
    },
    { pointer: '/config/flow/states/1/next', detail: /^Must be the id or the name of a state/ },
  ])
  const unknown = await validate(graph([{ id: 'a', next: 'nowhere' }, { id: 'b' }], [{ from: 'a', to: 'b' }]))
  t.match(unknown.errors, [
    { pointer: '/config/flow/states/0/next', detail: /^The flow has no state "nowhere"/ },
  ])
})

test('Transitions may have from_state and to_state, and may call states by their names', async (t) => {
  const transitions = [
    { from_state: 'Приветствие', to_state: 'booking', condition: 'да' },
    { from: 'privetstvie', to_state: 'Прощание', condition: null },
  ]
  const flow = graph(['Приветствие', 'booking', 'Прощание'], transitions)
  const { canonical_config } = await validate({ ...flow, initial: 'Приветствие' })
  t.same(canonical_config?.flow.transitions, [
    { from: 'privetstvie', to: 'booking', condition: 'да' },
    { from: 'privetstvie', to: 'proshchanie' },
  ])
  t.equal(canonical_config?.flow.initial, 'privetstvie')
  const { errors } = await validate(
    graph(
      ['a', 'b'],
      [
        { from_state: 'a', to_state: 'nonexistent' },
        { from: 'a', from_state: 'b', to: 'b' },
      ],
    ),
  )
  t.match(errors, [
    {
      pointer: '/config/flow/transitions/1/from_state',
      detail: /another name of `from`.*Send one of them\.$/,
    },
    { pointer: '/config/flow/transitions/0/to_state', detail: /^The flow has no state "nonexistent"/ },
  ])
})

test('Too many states after one state are rejected at once', async (t) => {
  const next = Array.from({ length: 1_001 }, (_, i) => `Шаг ${i}`)
  const { errors } = await validate(graph([{ id: 'a', next }, 'b'], [{ from: 'a', to: 'b' }]))
  t.match(errors, [
    { pointer: '/config/flow/states/0/next', detail: 'Must have at most 1000 items. Received 1001.' },
  ])
})

test('Repeated and ambiguous names are errors that point at what was sent', async (t) => {
  const repeated = await validate(linear(['Привет', 'Имя', ' привет ']))
  t.match(repeated.errors, [
    {
      pointer: '/config/flow/states/2',
      detail: /^Duplicate state "привет": \/flow\/states\/0 has the same name/,
    },
  ])
  t.equal(repeated.canonical_config, null)
  const withId = await validate(linear([{ id: 'hello', name: 'Привет' }, { name: 'Привет' }]))
  t.match(withId.errors, [{ pointer: '/config/flow/states/1/name' }])
  const states = [
    { id: 'a', name: 'Шаг' },
    { id: 'b', name: 'Шаг' },
  ]
  t.equal((await validate(linear(states))).valid, true, 'states with ids may have the same name')
  const ambiguous = await validate(graph(states, [{ from: 'a', to: 'Шаг' }]))
  t.match(ambiguous.errors, [
    {
      pointer: '/config/flow/transitions/0/to',
      detail: 'Several states are called "Шаг". Use the id of the state.',
    },
  ])
})

test('Tools of the form {name, config, enabled} get the type that their config or name determines', async (t) => {
  const { canonical_config, warnings } = await validate(linear(['a']), [
    { name: 'calendar', config: { api_url: 'https://api.example.com', api_key: null }, enabled: true },
    { name: 'transfer', config: { targets: { operator: 'sip:operator@example.com' } }, enabled: false },
    { name: 'end_call', config: {}, enabled: true },
    {
      name: 'crm',
      config: { url: 'https://crm.example.com', method: 'GET', description: 'Finds a client.' },
    },
    { name: 'transfer_call', config: { description: '', phone_number: '+79991234567' } },
    httpTool({ name: 'canonical' }),
  ])
  t.match(canonical_config?.tools, [
    { type: 'http', name: 'calendar', enabled: true, url: 'https://api.example.com', method: 'POST' },
    { type: 'handoff', name: 'transfer', enabled: false, destination: 'sip:operator@example.com' },
    { type: 'end_call', name: 'end_call', enabled: true },
    { type: 'http', name: 'crm', method: 'GET', description: 'Finds a client.' },
    { type: 'handoff', name: 'transfer_call', destination: '+79991234567' },
    { type: 'http', name: 'canonical' },
  ])
  for (const tool of canonical_config?.tools ?? []) t.notOk('config' in tool)
  t.ok(pointersOf(warnings).includes('/config/tools/1/enabled'))
})

test('A tool whose config is unknown, contradictory or secret is rejected where it was written', async (t) => {
  const cases: [tool: Json, pointer: string, detail: RegExp][] = [
    [{ name: 'calendar', config: {} }, '/config', /^It is unknown what the tool does/],
    [{ name: 'calendar', config: { api_url: 'https://a.example', zz: 1 } }, '/config/zz', /^Unknown field/],
    [
      { name: 'calendar', config: { api_url: 'https://a.example', api_key: 'k' } },
      '/config/api_key',
      /^Unknown field/,
    ],
    [
      { name: 'calendar', config: { api_url: 'ftp://a.example' } },
      '/config/api_url',
      /^Has the wrong format/,
    ],
    [{ type: 'http', name: 'calendar', config: {} }, '/config/url', /^This field is required/],
    [
      { name: 'x', url: 'https://a.example', config: { api_url: 'https://b.example' } },
      '/config/api_url',
      /two values/,
    ],
    [
      { name: 'transfer', config: { targets: { a: 'sip:a@a.example', b: 'sip:b@a.example' } } },
      '/config/targets',
      /one destination/,
    ],
    [{ name: 'end_call', config: ['x'] }, '/config', /^Must be an object/],
  ]
  for (const [tool, pointer, detail] of cases) {
    const { errors } = await validate(linear(['a']), [tool])
    t.match(errors, [{ pointer: `/config/tools/0${pointer}`, detail }], JSON.stringify(tool))
    t.equal(errors.length, 1)
  }
  const repeated = [1, 2].map(() => ({
    name: 'calendar',
    config: { api_url: 'https://a.example' },
    enabled: true,
  }))
  t.match((await validate(linear(['a']), repeated)).errors, [
    { pointer: '/config/tools/1/name', detail: /^Duplicate/ },
  ])
})

test('A config is stored in canonical form, and a PUT of what GET returned changes nothing', async (t) => {
  const config = {
    ...exampleConfig,
    flow: linear(salon),
    tools: [{ name: 'end_call', config: {}, enabled: true }],
  }
  const created = await create(company, { config })
  t.match(created.config, {
    flow: { states: [{ id: 'privetstvie' }, {}, {}, {}, {}] },
    tools: [{ type: 'end_call' }],
  })
  const read = (await s.request('GET', urlOf(created.id), company.headers)).body
  for (const [path, body] of [
    ['', { config: read.config }],
    ['/config', read.config],
    ['', { config }],
    ['/config', config],
  ] as const) {
    const put = await s.request('PUT', urlOf(created.id, path), company.headers, body)
    t.match(put, { status: 200, body: { version: 1 } }, `PUT ${path}`)
    t.same(put.body.config, read.config)
  }
  const patched = await s.request('PATCH', urlOf(created.id), company.headers, {
    config: {
      flow: { type: 'graph', transitions: [{ from_state: 'Приветствие', to_state: 'Подтвердить запись' }] },
    },
  })
  t.same(
    [...new Set(pointersOf(patched.body.errors))],
    [1, 2, 3].map((i) => `/config/flow/states/${i}/id`),
  )
  t.equal((await s.request('POST', urlOf(created.id, '/publish'), company.headers)).status, 200)
})

test('A config that SQL stored in another notation can be published, and is not a new version', async (t) => {
  const created = await create(company)
  const flow = linear(['Приветствие', 'Запись'])
  const config = { ...exampleConfig, flow }
  await s.db
    .client`update skillbases set version = version + 1, config = ${JSON.stringify(config)}::text::jsonb where id = ${created.id}`
  const { version } = (await s.request('GET', urlOf(created.id), company.headers)).body
  const put = await s.request('PUT', urlOf(created.id, '/config'), company.headers, config)
  t.match(put, { status: 200, body: { version } })
  t.equal((await s.request('POST', urlOf(created.id, '/publish'), company.headers)).status, 200)
  const prompt = await s.request('GET', urlOf(created.id, '/prompt'), company.headers)
  t.match(prompt.body.flow, {
    initial: 'privetstvie',
    states: [{ id: 'privetstvie' }, { id: 'zapis', is_end: true }],
  })
})

test('Errors of a request point into the config as it was sent', async (t) => {
  const flow = graph([{ id: 'Старт', next: 'nowhere' }])
  const config = { ...exampleConfig, flow }
  const refused = await post(company, { config })
  t.match(refused, {
    status: 422,
    body: { code: 'invalid_config', errors: [{ pointer: '/config/flow/states/0/next' }] },
  })
  const { id } = await create(company)
  const put = await s.request('PUT', urlOf(id, '/config'), company.headers, config)
  t.match(put, { status: 422, body: { errors: [{ pointer: '/flow/states/0/next' }] } })
  const missing = await s.request('PUT', urlOf(id, '/config'), company.headers)
  t.match(missing, {
    status: 400,
    body: { code: 'invalid_body', errors: [{ detail: /^Must be an object/ }] },
  })
})

test('A config in canonical form is not converted', async (t) => {
  const config = withChange('/tools', [httpTool(), { type: 'handoff', name: 'operator' }])
  const { body } = await s.request('POST', '/api/skillbases/validate', company.headers, { config })
  t.same(body.conversions, [])
  t.same(checkConfig(config).errors, [])
})
