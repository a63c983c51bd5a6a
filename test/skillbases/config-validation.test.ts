import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { inCompany } from '../src/db/transaction.ts'
import { checkConfig, exampleConfig, getRunnableVersion } from '../src/modules/skillbases/index.ts'
import { startTestService, type TestCompany, type TestResponse, type TestService } from './setup/service.ts'

type Json = Record<string, unknown>
interface Fault {
  pointer: string
  detail: string
}

/** The example with one place changed: `/flow/states/1` to a value, or taken away with undefined. */
function withChange(pointer: string, value: unknown, config: unknown = exampleConfig): Json {
  const copy = structuredClone(config) as Json
  const path = pointer.split('/').slice(1)
  const last = path.pop() ?? ''
  const place = path.reduce((inner, name) => inner[name] as Json, copy)
  if (value === undefined) delete place[last]
  else place[last] = value
  return copy
}

const graph = (states: unknown[], ways: [string, string, string?][], initial?: string): Json =>
  withChange('/flow', {
    type: 'graph',
    states,
    transitions: ways.map(([from, to, condition]) => ({ from, to, ...(condition && { condition }) })),
    ...(initial && { initial }),
  })

const httpTool = (more: Json = {}): Json => ({
  type: 'http',
  name: 'book',
  description: 'Books a visit.',
  url: 'https://crm.clinic.example/visits',
  ...more,
})

const pointers = (faults: Fault[]) => faults.map(({ pointer }) => pointer).sort()

t.test('a config', async (t) => {
  /** The guide's own, to the letter. */
  const ofGuide = withChange('/llm/model', 'llama-3.1-8b-instant')

  t.test('of the guide is taken; that its model was shut down is a warning', async (t) => {
    const { errors, warnings } = checkConfig(ofGuide)
    t.same(errors, [])
    t.same(pointers(warnings), ['/llm/model'])
    t.match(warnings[0]?.detail, /2026-08-16.*openai\/gpt-oss-20b/)
  })

  t.test('that we give as an example has neither errors nor warnings', async (t) => {
    t.same(checkConfig(exampleConfig), { errors: [], warnings: [] })
  })

  const refused: [what: string, config: unknown, where: string[]][] = [
    ['an unknown field', withChange('/llm/temprature', 1), ['/llm/temprature']],
    ['a field that could hold a key', withChange('/llm/api_key', 'x'), ['/llm/api_key']],
    ['a missing part', withChange('/voice', undefined), ['/voice']],
    ['a temperature above 2', withChange('/llm/temperature', 2.1), ['/llm/temperature']],
    ['a provider that is no lower-case word', withChange('/llm/provider', 'Groq Cloud'), ['/llm/provider']],
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
    ['a state id with a space', withChange('/flow/states/1', 'in quiry'), ['/flow/states/1']],
    ['a state without a name', withChange('/flow/states/1', { id: 'a' }), ['/flow/states/1/name']],
    ['a state that is a number', withChange('/flow/states/1', 7), ['/flow/states/1']],
    ['a tool of no known type', withChange('/tools', [{ type: 'shell', name: 'x' }]), ['/tools/0/type']],
    ['a tool without a type', withChange('/tools', [{ name: 'x' }]), ['/tools/0/type']],
    [
      'a header that is a value and not a secret by name',
      withChange('/tools', [httpTool({ headers: { authorization: 'Bearer abc' } })]),
      ['/tools/0/headers/authorization'],
    ],
    [
      'a header name that is none',
      withChange('/tools', [httpTool({ headers: { 'x y': { secret: 'A' } } })]),
      ['/tools/0/headers/x y'],
    ],
    ['null', null, ['']],
    ['a list', [], ['']],
    ['text', 'config', ['']],
    ['nothing', undefined, ['']],
    // Rules that a schema cannot say.
    ['a state id twice', withChange('/flow/states', ['a', 'b', 'a']), ['/flow/states/2']],
    [
      'state ids that differ in case alone',
      withChange('/flow/states', ['Greeting', { id: 'greeting', name: 'Привет' }]),
      ['/flow/states/1/id'],
    ],
    [
      'transitions from and to no state, of a linear flow too',
      withChange('/flow/transitions', [
        { from: 'greeting', to: 'inquiry' },
        { from: 'nowhere', to: 'Booking' },
      ]),
      ['/flow/transitions/1/from', '/flow/transitions/1/to'],
    ],
    ['an initial state that is none', withChange('/flow/initial', 'start'), ['/flow/initial']],
    [
      'a graph with an island',
      graph(
        ['a', 'b', 'c', 'd'],
        [
          ['a', 'b'],
          ['c', 'd'],
        ],
      ),
      ['/flow/states/2', '/flow/states/3'],
    ],
    ['a graph entered past its first state', graph(['a', 'b'], [['a', 'b']], 'b'), ['/flow/states/0']],
    ['a graph without transitions', graph(['a', 'b'], []), ['/flow/states/1']],
    [
      'a graph that never ends',
      graph(
        ['a', 'b'],
        [
          ['a', 'b'],
          ['b', 'a'],
        ],
      ),
      ['/flow/transitions'],
    ],
    ['a state that only leads to itself, which is no end', graph(['a'], [['a', 'a']]), ['/flow/transitions']],
    [
      'a tool name twice, whatever its case',
      withChange('/tools', [
        { type: 'end_call', name: 'bye' },
        { type: 'handoff', name: 'Bye' },
      ]),
      ['/tools/1/name'],
    ],
    ['a URL that is none', withChange('/tools', [httpTool({ url: 'https://' })]), ['/tools/0/url']],
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
      'a header twice, whatever its case',
      withChange('/tools', [httpTool({ headers: { 'x-a': { secret: 'A' }, 'X-A': { secret: 'B' } } })]),
      ['/tools/0/headers/X-A'],
    ],
    [
      'arguments that are no JSON schema',
      withChange('/tools', [
        httpTool({ parameters: { type: 'object', properties: { day: { type: 'day' } } } }),
      ]),
      ['/tools/0/parameters/properties/day/type'],
    ],
    [
      'a criterion named like a key',
      withChange('/agent/handoff_criteria', { crm: { access_token: 'x' } }),
      ['/agent/handoff_criteria/crm/access_token'],
    ],
    ['text that is a key', withChange('/context/facts/0', `use sk-${'a1'.repeat(20)}`), ['/context/facts/0']],
    ['text with a NUL', withChange('/context/facts/0', 'a\0b'), ['/context/facts/0']],
    ['half a character', withChange('/context/style', 'a\ud800'), ['/context/style']],
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
  for (const [what, config, where] of refused) {
    t.test(`with ${what} is refused, and the pointer leads there`, async (t) => {
      const { errors } = checkConfig(config)
      const missing = where.filter((pointer) => !errors.some((error) => error.pointer === pointer))
      t.same(missing, [], JSON.stringify(errors))
      const elsewhere = [...new Set(pointers(errors))].filter((pointer) => !where.includes(pointer))
      t.same(
        elsewhere.filter((pointer) => !isWithin(pointer, where)),
        [],
        'and nowhere else',
      )
      t.ok(errors.every(({ detail }) => detail.length > 5))
    })
  }

  t.test('has all its faults told at once, those of the schema and those of rules', async (t) => {
    const twice = withChange('/flow/states', ['a', 'a', 'b', 'b'])
    const bad = withChange(
      '/llm/temperature',
      3,
      withChange('/flow/initial', 'z', withChange('/extra', 1, twice)),
    )
    t.same(pointers(checkConfig(bad).errors), [
      '/extra',
      '/flow/initial',
      '/flow/states/1',
      '/flow/states/3',
      '/llm/temperature',
    ])
  })

  t.test('that lies too deep is refused without a stack', async (t) => {
    let deep: unknown = 1
    for (let i = 0; i < 200_000; i++) deep = [deep]
    t.match(checkConfig(withChange('/agent/handoff_criteria', { deep })).errors[0]?.detail, /deeper than 32/)
  })

  t.test('with a graph of 200 states in a row and 1000 transitions is taken', async (t) => {
    const states = Array.from({ length: 200 }, (_, i) => `s${i}`)
    const chain = states.slice(1).map((id, i): [string, string, string] => [`s${i}`, id, 'next'])
    const back = Array.from({ length: 801 }, (_, i): [string, string, string] => [
      `s${i % 199}`,
      `s${i % 7}`,
      `${i}`,
    ])
    t.same(checkConfig(graph(states, [...chain, ...back])), { errors: [], warnings: [] })
  })

  t.test('may hold a state with its own prompt, and every kind of tool', async (t) => {
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

  const odd: [what: string, config: unknown, where: string][] = [
    ['an unknown provider', withChange('/voice/tts_provider', 'newvoice'), '/voice/tts_provider'],
    ['a model that was shut down', withChange('/llm/model', 'llama-3.3-70b-versatile'), '/llm/model'],
    ['no safety rules', withChange('/context/safety_rules', []), '/context/safety_rules'],
    ['a fact twice', withChange('/context/facts', ['a', 'b', 'a ']), '/context/facts/2'],
    [
      'a linear flow with transitions',
      withChange('/flow/transitions', [{ from: 'greeting', to: 'inquiry' }]),
      '/flow/transitions',
    ],
    ['a linear flow entered in its middle', withChange('/flow/initial', 'inquiry'), '/flow/initial'],
    [
      'a loop that no end is reached from',
      graph(
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
      'two ways out without a condition',
      graph(
        ['a', 'b', 'c'],
        [
          ['a', 'b'],
          ['a', 'c'],
        ],
      ),
      '/flow/transitions/1',
    ],
    [
      'a transition twice',
      graph(
        ['a', 'b'],
        [
          ['a', 'b', 'x'],
          ['a', 'b', 'x'],
        ],
      ),
      '/flow/transitions/1',
    ],
    [
      'criteria for a handoff that no tool makes',
      withChange('/agent/handoff_criteria', { angry: true }),
      '/agent/handoff_criteria',
    ],
    [
      'a tool that is switched off',
      withChange('/tools', [{ type: 'end_call', name: 'bye', enabled: false }]),
      '/tools/0/enabled',
    ],
    [
      'a tool without a description',
      withChange('/tools', [httpTool({ description: undefined })]),
      '/tools/0',
    ],
    ['a tool without TLS', withChange('/tools', [httpTool({ url: 'http://crm.example/' })]), '/tools/0/url'],
    [
      'a required argument that is none',
      withChange('/tools', [httpTool({ parameters: { type: 'object', required: ['day'] } })]),
      '/tools/0/parameters/required/0',
    ],
    ['two languages', withChange('/context/language', 'en-US'), '/voice/stt_language'],
  ]
  for (const [what, config, where] of odd) {
    t.test(`with ${what} is taken with a warning`, async (t) => {
      const { errors, warnings } = checkConfig(JSON.parse(JSON.stringify(config)))
      t.same(errors, [])
      t.same(pointers(warnings), [where])
    })
  }

  t.test('is left as it was by being checked', async (t) => {
    const config = withChange('/agent', undefined)
    const before = structuredClone(config)
    checkConfig(config)
    t.same(config, before)
  })
})

/** Whether a pointer lies within one of those, or is the one a fault inside of it is also told of. */
const isWithin = (pointer: string, where: string[]) => where.some((outer) => pointer.startsWith(`${outer}/`))

t.test('skillbases', async (t) => {
  const s = await startTestService(t)

  const create = (c: TestCompany, more: Json = {}): Promise<TestResponse> =>
    s.request('POST', '/api/skillbases', c.headers, {
      name: 'Бот',
      slug: `bot-${randomUUID()}`,
      config: exampleConfig,
      ...more,
    })
  const made = async (c: TestCompany, more: Json = {}) => {
    const answer = await create(c, more)
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  const at = (id: string, rest = '') => `/api/skillbases/${id}${rest}`
  const versionsOf = async (c: TestCompany, id: string): Promise<Json[]> =>
    (await s.request('GET', at(id, '/versions'), c.headers)).body.items
  const numbersOf = async (c: TestCompany, id: string) =>
    (await versionsOf(c, id)).map(({ version }) => version)

  t.test('a new one is version 1, unpublished, with its defaults filled in', async (t) => {
    const c = await s.createCompany()
    const bare = withChange('/agent', undefined, withChange('/tools', undefined))
    const { status, body, headers } = await create(c, {
      config: withChange('/context/facts', undefined, bare),
      description: 'Для проб',
    })
    t.equal(status, 201)
    t.match(body, {
      version: 1,
      is_active: true,
      is_published: false,
      published_version: null,
      description: 'Для проб',
    })
    t.equal(body.company_id, c.id)
    t.same(body.config.agent, { handoff_criteria: {}, crm_field_mapping: {} })
    t.same([body.config.tools, body.config.context.facts], [[], []])
    const read = await s.request('GET', at(body.id), c.headers)
    t.same(read.body, body)
    t.equal(read.headers.etag, headers.etag)
    const [version] = await versionsOf(c, body.id)
    t.match(version, { skillbase_id: body.id, version: 1, restored_from: null })
    t.match(version?.config_hash, /^[0-9a-f]{64}$/)
    t.same((await s.request('GET', at(body.id, '/versions/1'), c.headers)).body.config, body.config)
  })

  t.test('faults of the schema are 400 and of the rules 422, with pointers, all of them', async (t) => {
    const c = await s.createCompany()
    const malformed = await create(c, {
      config: withChange('/llm/api_key', 'x', withChange('/context/role', 5)),
    })
    t.equal(malformed.status, 400)
    t.same(pointers(malformed.body.errors), ['/config/context/role', '/config/llm/api_key'])
    const config = graph(
      ['a', 'b', 'c'],
      [
        ['a', 'x'],
        ['y', 'b'],
      ],
    )
    const invalid = await create(c, { config })
    t.match(invalid, { status: 422, body: { code: 'invalid_config' } })
    const where = ['/config/flow/states/1', '/config/flow/states/2', '/config/flow/transitions/0/to']
    t.same(pointers(invalid.body.errors), [...where, '/config/flow/transitions/1/from'])
    t.match(await create(c, { config: undefined }), { status: 400 })
    t.match(await create(c, { name: '  ' }), { status: 400 })
    t.match(await create(c, { slug: 'Not A Slug' }), { status: 400 })
    t.match(await create(c, { colour: 'red' }), { status: 400 })
    t.equal((await s.request('GET', '/api/skillbases', c.headers)).body.total, 0)
  })

  t.test('a slug is taken once in a company, also by two at the same moment and by a change', async (t) => {
    const [c, other] = [await s.createCompany(), await s.createCompany()]
    const both = await Promise.all([create(c, { slug: 'bot' }), create(c, { slug: 'bot' })])
    t.same(both.map(({ status }) => status).sort(), [201, 409])
    t.match(both.find(({ status }) => status === 409)?.body, { code: 'slug_taken' })
    t.equal((await create(other, { slug: 'bot' })).status, 201, 'in another company it is free')
    const second = await made(c, { slug: 'bot-2' })
    const moved = await s.request('PATCH', at(second.id), c.headers, { slug: 'bot', name: 'Never' })
    t.match(moved, { status: 409, body: { code: 'slug_taken' } })
    t.equal((await s.request('GET', at(second.id), c.headers)).body.name, 'Бот')
  })

  t.test('the same Idempotency-Key makes one, and answers the same with its ETag', async (t) => {
    const c = await s.createCompany()
    const headers = { ...c.headers, 'idempotency-key': randomUUID() }
    const body = { name: 'Once', slug: 'once', config: exampleConfig }
    const first = await s.request('POST', '/api/skillbases', headers, body)
    const again = await s.request('POST', '/api/skillbases', headers, body)
    t.same([again.status, again.body, again.headers.etag], [201, first.body, first.headers.etag])
    t.equal((await s.request('GET', '/api/skillbases', c.headers)).body.total, 1)
  })

  t.test(
    'a changed config is a new version; an equal one in other key order, or written out defaults, is not',
    async (t) => {
      const c = await s.createCompany()
      const { id, config, updated_at } = await made(c)
      const reversed = JSON.parse(JSON.stringify(config), (_key, value) =>
        value && typeof value === 'object' && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      )
      const same = await s.request('PUT', at(id, '/config'), c.headers, reversed)
      t.match(same, { status: 200, body: { version: 1, updated_at } })
      const bare = await s.request('PUT', at(id, '/config'), c.headers, withChange('/tools', undefined))
      t.match(bare, { status: 200, body: { version: 1, updated_at } })
      const other = withChange('/llm/temperature', 0.1)
      const changed = await s.request('PUT', at(id, '/config'), c.headers, other)
      t.match(changed, { status: 200, body: { id, version: 2, config: other } })
      t.same(await numbersOf(c, id), [2, 1])
      t.same((await s.request('GET', at(id, '/versions/1'), c.headers)).body.config, config)
      t.same((await s.request('GET', at(id, '/versions/2'), c.headers)).body.config, other)
      t.match(await s.request('GET', at(id, '/versions/3'), c.headers), {
        status: 404,
        body: { code: 'skillbase_version_not_found' },
      })
      t.match(await s.request('GET', at(id, '/versions/0'), c.headers), { status: 400 })
    },
  )

  t.test('a new name, slug, description or state of use is no new version', async (t) => {
    const c = await s.createCompany()
    const { id, config } = await made(c)
    const change = { name: 'Другой', slug: 'another', description: 'x', is_active: false }
    const { body } = await s.request('PATCH', at(id), c.headers, change)
    t.match(body, { ...change, version: 1, config })
    t.match((await s.request('PUT', at(id), c.headers, { description: null })).body, {
      description: null,
      name: 'Другой',
    })
    t.same(await numbersOf(c, id), [1])
  })

  t.test('PATCH merges into the config, PUT takes it as the whole', async (t) => {
    const c = await s.createCompany()
    const { id, config } = await made(c)
    const merged = await s.request('PATCH', at(id), c.headers, {
      config: { llm: { temperature: null, max_tokens: 200 } },
    })
    t.match(merged, { status: 200, body: { version: 2 } })
    t.same(merged.body.config, {
      ...config,
      llm: { provider: 'groq', model: 'openai/gpt-oss-20b', max_tokens: 200 },
    })
    t.match(await s.request('PATCH', at(id), c.headers, { config: { llm: { modle: 'x' } } }), {
      status: 400,
      body: { errors: [{ pointer: '/config/llm/modle' }] },
    })
    t.match(await s.request('PATCH', at(id), c.headers, { config: { flow: { initial: 'x' } } }), {
      status: 422,
      body: { code: 'invalid_config', errors: [{ pointer: '/config/flow/initial' }] },
    })
    t.match(await s.request('PUT', at(id), c.headers, { config: { llm: config.llm } }), { status: 400 })
    t.match(await s.request('PUT', at(id), c.headers, { name: 'Part', config }), {
      status: 200,
      body: { name: 'Part', version: 3 },
    })
    t.same(await numbersOf(c, id), [3, 2, 1])
  })

  t.test('faults of PUT config are told by pointers into its body, which is the config', async (t) => {
    const c = await s.createCompany()
    const { id } = await made(c)
    const malformed = await s.request('PUT', at(id, '/config'), c.headers, withChange('/llm/model', 1))
    t.match(malformed, { status: 400, body: { errors: [{ pointer: '/llm/model' }] } })
    const invalid = await s.request('PUT', at(id, '/config'), c.headers, withChange('/flow/initial', 'x'))
    t.match(invalid, {
      status: 422,
      body: { code: 'invalid_config', errors: [{ pointer: '/flow/initial' }] },
    })
  })

  t.test(
    'configs put at the same moment become versions in a row: none is lost, none has a twin',
    async (t) => {
      const c = await s.createCompany()
      const { id } = await made(c)
      const temperatures = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
      const answers = await Promise.all(
        temperatures.map((n) =>
          s.request('PUT', at(id, '/config'), c.headers, withChange('/llm/temperature', n)),
        ),
      )
      t.same(answers.map(({ body }) => body.version).sort(), [2, 3, 4, 5, 6, 7])
      t.same(await numbersOf(c, id), [7, 6, 5, 4, 3, 2, 1])
      for (const { body } of answers) {
        const kept = await s.request('GET', at(id, `/versions/${body.version}`), c.headers)
        t.same(kept.body.config, body.config)
      }
    },
  )

  t.test('a change that was made to a stale copy is refused (412); without If-Match it passes', async (t) => {
    const c = await s.createCompany()
    const { id, config } = await made(c)
    const tag = async (rest = '') => String((await s.request('GET', at(id, rest), c.headers)).headers.etag)
    const ifMatch = (etag: string) => ({ ...c.headers, 'if-match': etag })
    const [first, firstOfConfig] = [await tag(), await tag('/config')]
    const renamed = await s.request('PATCH', at(id), ifMatch(first), { name: 'B' })
    t.equal(renamed.status, 200)
    t.equal(renamed.headers.etag, await tag(), 'a change answers the new ETag')
    t.match(await s.request('PATCH', at(id), ifMatch(first), { name: 'C' }), {
      status: 412,
      body: { code: 'stale_etag' },
    })
    t.match(await s.request('PUT', at(id), ifMatch(first), { name: 'C' }), { status: 412 })
    t.equal(await tag('/config'), firstOfConfig, 'a new name leaves the ETag of the config')
    const next = withChange('/llm/temperature', 1, config)
    const put = await s.request('PUT', at(id, '/config'), ifMatch(firstOfConfig), next)
    t.match(put, { status: 200, body: { version: 2 } })
    t.equal(put.headers.etag, await tag('/config'))
    t.match(await s.request('PUT', at(id, '/config'), ifMatch(firstOfConfig), config), { status: 412 })
    t.match(await s.request('PUT', at(id), ifMatch(String(renamed.headers.etag)), { name: 'C' }), {
      status: 412,
    })
    t.match(await s.request('PUT', at(id), ifMatch(`"x", ${await tag()}`), { name: 'D' }), { status: 200 })
    t.match(await s.request('PUT', at(id), ifMatch('*'), { name: 'E' }), { status: 200 })
    t.match(await s.request('PUT', at(id, '/config'), c.headers, config), {
      status: 200,
      body: { version: 3 },
    })
  })

  t.test('of two that change the same copy one is refused', async (t) => {
    const c = await s.createCompany()
    const { id } = await made(c)
    const etag = String((await s.request('GET', at(id, '/config'), c.headers)).headers.etag)
    const answers = await Promise.all(
      [0.1, 0.2].map((n) =>
        s.request(
          'PUT',
          at(id, '/config'),
          { ...c.headers, 'if-match': etag },
          withChange('/llm/temperature', n),
        ),
      ),
    )
    t.same(answers.map(({ status }) => status).sort(), [200, 412])
  })

  t.test('an old version is restored as a new one; the present one is left as it is', async (t) => {
    const c = await s.createCompany()
    const { id, config } = await made(c)
    await s.request('PUT', at(id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
    const restored = await s.request('POST', at(id, '/restore'), c.headers, { version: 1 })
    t.match(restored, { status: 200, body: { version: 3, config, is_published: false } })
    const [newest, second, first] = await versionsOf(c, id)
    t.match(newest, { version: 3, restored_from: 1, config_hash: first?.config_hash })
    t.not(second?.config_hash, first?.config_hash)
    const again = await s.request('POST', at(id, '/restore'), c.headers, { version: 1 })
    t.match(again, { status: 200, body: { version: 3, updated_at: restored.body.updated_at } })
    t.match(await s.request('POST', at(id, '/restore'), c.headers, { version: 3 }), {
      status: 200,
      body: { version: 3 },
    })
    t.match(await s.request('POST', at(id, '/restore'), c.headers, { version: 4 }), {
      status: 422,
      body: { code: 'unknown_version', errors: [{ pointer: '/version' }] },
    })
    t.match(await s.request('POST', at(id, '/restore'), c.headers, {}), { status: 400 })
  })

  t.test(
    'the newest version is published unless one is named, and a new config leaves it published',
    async (t) => {
      const c = await s.createCompany()
      const { id } = await made(c)
      await s.request('PUT', at(id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
      const published = await s.request('POST', at(id, '/publish'), c.headers)
      t.match(published, { status: 200, body: { is_published: true, published_version: 2, version: 2 } })
      t.equal(published.headers.etag, (await s.request('GET', at(id), c.headers)).headers.etag)
      await s.request('PUT', at(id, '/config'), c.headers, withChange('/llm/temperature', 0.2))
      t.match((await s.request('GET', at(id), c.headers)).body, { version: 3, published_version: 2 })
      t.match(await s.request('POST', at(id, '/publish'), c.headers, { version: 1 }), {
        body: { published_version: 1 },
      })
      t.match(await s.request('POST', at(id, '/publish'), c.headers, {}), { body: { published_version: 3 } })
      t.match(await s.request('POST', at(id, '/publish'), c.headers, { version: 4 }), {
        status: 422,
        body: { code: 'unknown_version' },
      })
      const back = await s.request('POST', at(id, '/unpublish'), c.headers)
      t.match(back, { status: 200, body: { is_published: false, published_version: null } })
      t.match(await s.request('POST', at(id, '/unpublish'), c.headers, {}), {
        status: 200,
        body: { updated_at: back.body.updated_at },
      })
      await s.request('PATCH', at(id), c.headers, { is_active: false })
      t.match(await s.request('POST', at(id, '/publish'), c.headers, {}), {
        status: 409,
        body: { code: 'skillbase_inactive' },
      })
    },
  )

  t.test('what a campaign runs is the named version, otherwise the published one', async (t) => {
    const c = await s.createCompany()
    const { id, config } = await made(c)
    const run = (version?: number) => inCompany(s.db, c.id, (tx) => getRunnableVersion(tx, id, version))
    await t.rejects(run(), { kind: 'conflict', code: 'not_published' })
    t.same(await run(1), { skillbase_id: id, version: 1, config })
    await s.request('POST', at(id, '/publish'), c.headers, {})
    await s.request('PUT', at(id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
    t.match(await run(), { version: 1, config })
    t.match(await run(2), { version: 2, config: { llm: { temperature: 0.1 } } })
    await t.rejects(run(3), { kind: 'not_found', code: 'skillbase_version_not_found' })
    await s.request('PATCH', at(id), c.headers, { is_active: false })
    await t.rejects(run(1), { kind: 'conflict', code: 'skillbase_inactive' })
  })

  t.test('one that campaigns or calls use is not deleted, and says how to retire it', async (t) => {
    const c = await s.createCompany()
    const [ofCampaign, ofCall, free] = [await made(c), await made(c), await made(c)]
    await s.request('PUT', at(free.id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
    await s.db.client`insert into campaigns (id, company_id, skillbase_id, name)
      values (gen_random_uuid(), ${c.id}, ${ofCampaign.id}, 'Used')`
    await s.db.client`insert into calls (id, company_id, skillbase_id, skillbase_version, direction)
      values (gen_random_uuid(), ${c.id}, ${ofCall.id}, 1, 'inbound')`
    for (const { id } of [ofCampaign, ofCall]) {
      const refused = await s.request('DELETE', at(id), c.headers)
      t.match(refused, { status: 409, body: { code: 'skillbase_in_use', detail: /is_active/ } })
      t.equal((await s.request('GET', at(id), c.headers)).status, 200)
    }
    t.equal((await s.request('DELETE', at(free.id), c.headers)).status, 204)
    for (const rest of ['', '/config', '/versions', '/versions/1']) {
      t.equal((await s.request('GET', at(free.id, rest), c.headers)).status, 404, rest)
    }
    t.equal((await s.request('DELETE', at(free.id), c.headers)).status, 404)
  })

  t.test('a list is filtered, newest first, and comes in pages', async (t) => {
    const c = await s.createCompany()
    const ids: string[] = []
    for (const n of [1, 2, 3, 4, 5])
      ids.unshift((await made(c, { name: `Bot 10${n}%`, slug: `bot-${n}` })).id)
    await s.request('POST', at(ids[0] ?? '', '/publish'), c.headers, {})
    await s.request('PATCH', at(ids[1] ?? ''), c.headers, { is_active: false })
    const list = async (query: string) => (await s.request('GET', `/api/skillbases?${query}`, c.headers)).body
    const found = async (query: string) => (await list(query)).items.map(({ id }: { id: string }) => id)
    t.same(await found(''), ids)
    t.same(await found('is_published=true'), [ids[0]])
    t.same(await found('is_active=false'), [ids[1]])
    t.same(await found('is_active=true&is_published=false'), ids.slice(2))
    t.same(await found('slug=bot-2'), [ids[3]])
    t.same(await found('q=BOT-3'), [ids[2]])
    t.same(await found(`q=${encodeURIComponent('104%')}`), [ids[1]])
    t.same(await found('q=b_t'), [], 'what means something in a pattern is only itself')
    const first = await list('limit=2')
    t.match(first, { total: 5, total_is_exact: true })
    const second = await list(`limit=2&cursor=${first.next_cursor}`)
    const third = await list(`limit=2&cursor=${second.next_cursor}`)
    t.same(
      [...first.items, ...second.items, ...third.items].map(({ id }) => id),
      ids,
    )
    t.equal(third.next_cursor, null)
    t.same(await found('limit=2&skip=3'), ids.slice(3))
    t.equal((await s.request('GET', '/api/skillbases?colour=red', c.headers)).status, 400)
    t.equal((await s.request('GET', '/api/skillbases?limit=0', c.headers)).status, 400)
  })

  t.test('versions come in pages', async (t) => {
    const c = await s.createCompany()
    const { id } = await made(c)
    for (const n of [0.1, 0.2, 0.3, 0.4]) {
      await s.request('PUT', at(id, '/config'), c.headers, withChange('/llm/temperature', n))
    }
    const first = (await s.request('GET', at(id, '/versions?limit=3'), c.headers)).body
    t.match(first, { total: 5, items: [{ version: 5 }, { version: 4 }, { version: 3 }] })
    const rest = (await s.request('GET', at(id, `/versions?limit=3&cursor=${first.next_cursor}`), c.headers))
      .body
    t.match(rest, { total: 5, next_cursor: null })
    t.same(
      rest.items.map(({ version }: { version: number }) => version),
      [2, 1],
    )
  })

  t.test('validate says what is wrong and what is odd, and never fails for a bad config', async (t) => {
    const c = await s.createCompany()
    const ask = (config: unknown) => s.request('POST', '/api/skillbases/validate', c.headers, { config })
    t.match(await ask(exampleConfig), { status: 200, body: { valid: true, errors: [], warnings: [] } })
    const odd = await ask(withChange('/llm/provider', 'brandnew'))
    t.match(odd, { status: 200, body: { valid: true, warnings: [{ pointer: '/config/llm/provider' }] } })
    for (const config of [null, 7, 'x', [], {}, { flow: [] }, { flow: { states: [{}] }, tools: 1 }]) {
      const { status, body } = await ask(config)
      t.match({ status, valid: body.valid }, { status: 200, valid: false }, JSON.stringify(config))
      t.ok(body.errors.length > 0 && body.errors.every((fault: Fault) => fault.pointer.startsWith('/config')))
    }
    const many = await ask(
      withChange(
        '/flow/transitions',
        Array.from({ length: 50 }, () => ({ from: 'x', to: 'y' })),
      ),
    )
    t.equal(many.body.errors.length, 100, 'all of them')
    t.equal((await s.request('POST', '/api/skillbases/validate', c.headers, {})).status, 400)
    const { id } = await made(c)
    t.match(await s.request('POST', at(id, '/validate'), c.headers), { status: 200, body: { valid: true } })
    t.match(await s.request('POST', at(id, '/validate'), c.headers, {}), {
      status: 200,
      body: { valid: true },
    })
    const given = await s.request('POST', at(id, '/validate'), c.headers, { config: {} })
    t.match(given, { status: 200, body: { valid: false } })
  })

  handWritten(t, s)

  t.test('a key that may only read changes nothing, and one for ingest sees nothing', async (t) => {
    const c = await s.createCompany()
    const { id, config } = await made(c)
    const [reading, writing, ingest] = [
      await c.createKey('read'),
      await c.createKey('write'),
      await c.createKey('ingest'),
    ]
    for (const [method, path, body, scope] of routes(id, config)) {
      const expected = scope === 'read' ? 200 : 403
      t.equal((await s.request(method, path, reading, body)).status, expected, `read: ${method} ${path}`)
      t.equal((await s.request(method, path, ingest, body)).status, 403, `ingest: ${method} ${path}`)
      t.equal((await s.request(method, path, {}, body)).status, 401, `no key: ${method} ${path}`)
    }
    for (const [method, path, body] of routes(id, config)) {
      t.ok((await s.request(method, path, writing, body)).status < 300, `write: ${method} ${path}`)
    }
  })

  t.test("another company's skillbase is not there, on any route", async (t) => {
    const [c, other] = [await s.createCompany(), await s.createCompany()]
    const { id, config } = await made(c)
    for (const [method, path, body] of routes(id, config)) {
      if (!path.includes(id)) continue
      const { status, body: problem } = await s.request(method, path, other.headers, body)
      t.same([status, problem.code], [404, 'skillbase_not_found'], `${method} ${path}`)
    }
    t.equal((await s.request('GET', '/api/skillbases', other.headers)).body.total, 0)
    t.match((await s.request('GET', at(id), c.headers)).body, {
      name: 'Бот',
      version: 1,
      is_published: false,
    })
  })

  t.test('the document has an example of a config, and every reference in it leads somewhere', async (t) => {
    const { body } = await s.request('GET', '/openapi.json')
    t.same(
      body.paths['/api/skillbases'].post.requestBody.content['application/json'].example.config,
      exampleConfig,
    )
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)]
    t.ok(references.some(([, , name]) => name === 'HttpTool'))
    for (const [, kind, name] of references)
      t.ok(body.components[kind ?? '']?.[name ?? ''], `${kind}/${name}`)
  })
})

/** Every route of the module, in an order in which each succeeds for one who may. */
const routes = (
  id: string,
  config: unknown,
): [method: string, path: string, body: unknown, scope: string][] => {
  const at = `/api/skillbases/${id}`
  return [
    ['GET', '/api/skillbases', undefined, 'read'],
    ['POST', '/api/skillbases', { name: 'New', slug: `new-${randomUUID()}`, config }, 'write'],
    ['POST', '/api/skillbases/validate', { config }, 'read'],
    ['GET', at, undefined, 'read'],
    ['PATCH', at, { name: 'A' }, 'write'],
    ['PUT', at, { name: 'B' }, 'write'],
    ['GET', `${at}/config`, undefined, 'read'],
    ['PUT', `${at}/config`, config, 'write'],
    ['GET', `${at}/versions`, undefined, 'read'],
    ['GET', `${at}/versions/1`, undefined, 'read'],
    ['POST', `${at}/publish`, {}, 'write'],
    ['POST', `${at}/unpublish`, {}, 'write'],
    ['POST', `${at}/restore`, { version: 1 }, 'write'],
    ['POST', `${at}/validate`, {}, 'read'],
    ['DELETE', at, undefined, 'write'],
  ]
}

/** Rows that were inserted by hand-written SQL: nobody has checked them. */
function handWritten(t: Test, s: TestService) {
  const insert = async (
    c: TestCompany,
    config: unknown,
    more: { version?: number; is_published?: boolean } = {},
  ) => {
    const [row] = await s.db.client.unsafe(
      `insert into skillbases (id, company_id, name, slug, config, version, is_published)
       values (gen_random_uuid(), $1, 'By hand', $2, $3::text::jsonb, $4, $5) returning id`,
      [
        c.id,
        `by-hand-${randomUUID()}`,
        JSON.stringify(config),
        more.version ?? 1,
        more.is_published ?? false,
      ],
    )
    return row?.id as string
  }
  const forget = (id: string) => s.db.client`delete from skillbase_versions where skillbase_id = ${id}`
  const numbersOf = async (c: TestCompany, id: string) =>
    (await s.request('GET', `/api/skillbases/${id}/versions`, c.headers)).body.items.map(
      (v: Json) => v.version,
    )
  const bad = {
    colour: 'red',
    'two\nlines': { '': null },
    flow: { type: 'graph', states: ['a', 'a'], transitions: [] },
  }

  t.test(
    'a row written by hand is read as it is stored, whatever it holds, and validate says what is wrong',
    async (t) => {
      const c = await s.createCompany()
      const id = await insert(c, bad)
      t.same((await s.request('GET', `/api/skillbases/${id}`, c.headers)).body.config, bad)
      t.same((await s.request('GET', `/api/skillbases/${id}/config`, c.headers)).body.config, bad)
      t.same((await s.request('GET', `/api/skillbases/${id}/versions/1`, c.headers)).body.config, bad)
      t.same((await s.request('GET', '/api/skillbases', c.headers)).body.items[0].config, bad)
      const report = await s.request('POST', `/api/skillbases/${id}/validate`, c.headers, {})
      t.match(report, { status: 200, body: { valid: false } })
      const where = [
        '/config/colour',
        '/config/context',
        '/config/flow/states/1',
        '/config/llm',
        '/config/two\nlines',
        '/config/voice',
      ]
      t.same(pointers(report.body.errors), where)
    },
  )

  t.test(
    'a row written by hand with a config that breaks rules is neither published, restored nor run',
    async (t) => {
      const c = await s.createCompany()
      const id = await insert(c, bad, { is_published: true })
      const refused = { status: 422, body: { code: 'invalid_config' } }
      t.match(await s.request('POST', `/api/skillbases/${id}/publish`, c.headers, {}), refused)
      await t.rejects(
        inCompany(s.db, c.id, (tx) => getRunnableVersion(tx, id)),
        { kind: 'invalid', code: 'invalid_config' },
      )
      t.match(await s.request('PATCH', `/api/skillbases/${id}`, c.headers, { name: 'Still' }), {
        status: 200,
      })
      t.match(await s.request('PATCH', `/api/skillbases/${id}`, c.headers, { config: { colour: 'blue' } }), {
        status: 400,
      })
      const mended = await s.request('PUT', `/api/skillbases/${id}/config`, c.headers, exampleConfig)
      t.match(mended, { status: 200, body: { version: 2 } })
      t.match(await s.request('POST', `/api/skillbases/${id}/restore`, c.headers, { version: 1 }), refused)
      t.match(await s.request('POST', `/api/skillbases/${id}/publish`, c.headers, {}), { status: 200 })
    },
  )

  t.test(
    'a row whose version was not kept is read all the same, and kept before its config moves on',
    async (t) => {
      const c = await s.createCompany()
      const bare = withChange('/agent', undefined)
      const id = await insert(c, bare, { version: 4 })
      await forget(id)
      t.same(await numbersOf(c, id), [4])
      t.match((await s.request('GET', `/api/skillbases/${id}/versions/4`, c.headers)).body, {
        version: 4,
        config: bare,
      })
      t.match(await s.request('PUT', `/api/skillbases/${id}/config`, c.headers, exampleConfig), {
        body: { version: 4 },
      })
      const next = withChange('/llm/temperature', 0.1)
      t.match(await s.request('PUT', `/api/skillbases/${id}/config`, c.headers, next), {
        body: { version: 5 },
      })
      t.same(await numbersOf(c, id), [5, 4])
      t.same((await s.request('GET', `/api/skillbases/${id}/versions/4`, c.headers)).body.config, bare)
    },
  )

  t.test('a version that is run or published is kept, so that a campaign can refer to it', async (t) => {
    const c = await s.createCompany()
    const [run, published] = [
      await insert(c, exampleConfig, { is_published: true }),
      await insert(c, exampleConfig),
    ]
    for (const id of [run, published]) await forget(id)
    t.match(await inCompany(s.db, c.id, (tx) => getRunnableVersion(tx, run)), { version: 1 })
    await s.request('POST', `/api/skillbases/${published}/publish`, c.headers, {})
    for (const id of [run, published]) {
      const kept = await s.db.client`select config_hash from skillbase_versions where skillbase_id = ${id}`
      t.match(kept[0]?.config_hash, /^[0-9a-f]{64}$/)
    }
  })

  t.test('a version number that was set back by hand is not given twice', async (t) => {
    const c = await s.createCompany()
    const id = await insert(c, exampleConfig)
    await s.request('PUT', `/api/skillbases/${id}/config`, c.headers, withChange('/llm/temperature', 0.1))
    await s.db.client.unsafe('update skillbases set version = 1, config = $2::text::jsonb where id = $1', [
      id,
      JSON.stringify(exampleConfig),
    ])
    const next = await s.request(
      'PUT',
      `/api/skillbases/${id}/config`,
      c.headers,
      withChange('/llm/temperature', 0.2),
    )
    t.match(next, { status: 200, body: { version: 3 } })
    t.same(await numbersOf(c, id), [3, 2, 1])
  })
}
