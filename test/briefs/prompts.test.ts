import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { callTimeAt } from '../../src/modules/briefs/call-time.ts'
import { buildPrompt as buildPromptAt } from '../../src/modules/briefs/preview.ts'
import { type TemplateValues, templateValuesOf } from '../../src/modules/briefs/template-values.ts'
import { exampleConfig, parseStoredConfig, type SkillbaseConfig } from '../../src/modules/skillbases/index.ts'
import { projectRoot } from '../setup/programs.ts'
import { startTestService } from '../setup/service.ts'

/**
 * Compares a text with a golden file in test/briefs. To update the files, run
 * `UPDATE_GOLDEN=1 npm test -- test/briefs/prompts.test.ts`, and review the difference before you commit it.
 */
function matchesGolden(t: Test, name: string, text: string): void {
  const path = join(projectRoot, 'test/briefs', name)
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, `${text}\n`)
  t.ok(existsSync(path), `${name} exists`)
  t.equal(`${text}\n`, readFileSync(path, 'utf8'), name)
}

const monday = new Date('2026-11-23T12:00:00Z')
const moscowTime = callTimeAt(monday, { timezone: 'Europe/Moscow', possible_timezones: ['Europe/Moscow'] })
const unknownTime = callTimeAt(monday, { timezone: 'UTC', possible_timezones: [] })
const buildPrompt = (config: SkillbaseConfig, values: TemplateValues, callTime = moscowTime) =>
  buildPromptAt(config, values, callTime).prompt

const clinic = parseStoredConfig({
  ...exampleConfig,
  context: {
    role: 'Ты администратор клиники «{{clinic}}», которую представляет {{company_name}}.',
    style: 'Приветливо и по делу.',
    language: 'ru',
    greeting: 'Здравствуйте, {{name}}! Это клиника «{{clinic}}».',
    safety_rules: ['Не давать медицинских советов', 'Не называть чужих данных'],
    facts: ['Работаем с 9 до 21', 'Последний визит: {{last_visit}}'],
  },
  flow: {
    type: 'linear',
    states: [
      'greeting',
      { id: 'booking', name: 'Запись', prompt: 'Предложи {{name}} день и час.' },
      'farewell',
    ],
  },
  agent: { handoff_criteria: { 'просит человека': true, 'не понял подряд': 3 }, crm_field_mapping: {} },
})

const survey = parseStoredConfig({
  ...exampleConfig,
  context: {
    role: 'You ask {{name}} how the visit was.',
    style: 'Warm.',
    language: 'en-GB',
    greeting: '{{name}}, good day!',
  },
  flow: {
    type: 'graph',
    initial: 'hello',
    states: [
      { id: 'sorry', name: 'Apology', prompt: 'Say that you are sorry.' },
      { id: 'hello', name: 'Hello', prompt: 'Ask whether they have a minute.' },
      { id: 'ask', name: 'Question', prompt: 'Ask for a mark from one to five.' },
      'bye',
    ],
    transitions: [
      { from: 'hello', to: 'bye' },
      { from: 'hello', to: 'ask', condition: 'they have a minute' },
      { from: 'ask', to: 'sorry', condition: 'the mark is below three' },
      { from: 'ask', to: 'bye' },
      { from: 'sorry', to: 'bye' },
    ],
  },
  tools: [
    {
      type: 'http',
      name: 'save_mark',
      description: 'Stores the mark of {{name}}.',
      url: 'https://crm.example.com/marks',
      headers: { authorization: { secret: 'CRM_TOKEN', prefix: 'Bearer ' } },
      parameters: { type: 'object', properties: { mark: { type: 'integer' } }, required: ['mark'] },
    },
    { type: 'handoff', name: 'to_a_person', enabled: false },
    { type: 'end_call', name: 'hang_up', description: 'When the conversation is over.' },
  ],
})

const anna = templateValuesOf({
  company_name: 'Северная медицина',
  contact_name: 'Анна',
  contact_data: {
    clinic: 'Северная',
    last_visit: '12 марта',
    visits: 3,
    vip: true,
    none: null,
    deep: { a: 1 },
  },
})

const withoutContact = templateValuesOf({ company_name: 'Acme' })

test('System prompts equal the golden files', async (t) => {
  matchesGolden(t, 'clinic-anna.md', buildPrompt(clinic, anna).system_prompt)
  matchesGolden(t, 'clinic-without-contact.md', buildPrompt(clinic, withoutContact).system_prompt)
  const ann = templateValuesOf({ company_name: 'Acme', contact_name: 'Ann' })
  matchesGolden(t, 'survey.md', buildPrompt(survey, ann, unknownTime).system_prompt)
})

test('For a language other than Russian and English, the prompt is English and names the language', async (t) => {
  const kazakh = { ...survey, context: { ...survey.context, language: 'kk' } }
  t.match(buildPrompt(kazakh, anna).system_prompt, /Speak only the language whose BCP 47 code is "kk"/)
})

test('Equal configs and values give the same prompt', async (t) => {
  t.equal(
    buildPrompt(clinic, anna).system_prompt,
    buildPrompt(structuredClone(clinic), (name) => anna(name)).system_prompt,
  )
})

test('A greeting leaves out variables without a value and remains a sentence', async (t) => {
  const greetingOf = (config: typeof clinic, contact = {}) =>
    buildPrompt(config, templateValuesOf({ company_name: 'Acme', ...contact })).greeting
  t.equal(
    greetingOf(clinic, { contact_name: 'Анна', contact_data: { clinic: 'Юг' } }),
    'Здравствуйте, Анна! Это клиника «Юг».',
  )
  t.equal(greetingOf(survey, { contact_name: 'Ann' }), 'Ann, good day!')
  t.equal(greetingOf(survey), 'Good day!')
  t.equal(buildPrompt(parseStoredConfig(exampleConfig), anna).greeting, null)
})

test('A prompt lists the variables of its config with their values', async (t) => {
  t.same(
    buildPrompt(clinic, anna).variables.map(({ name, value }) => `${name} ${value}`),
    ['clinic Северная', 'company_name Северная медицина', 'last_visit 12 марта', 'name Анна'],
  )
})

test('In a graph, a transition without a condition comes last', async (t) => {
  const { flow } = buildPrompt(survey, anna)
  t.same(
    flow.states.map(({ id, is_end, next }) => [
      id,
      is_end,
      next.map(({ to, condition }) => `${to} ${condition}`),
    ]),
    [
      ['sorry', false, ['bye null']],
      ['hello', false, ['ask they have a minute', 'bye null']],
      ['ask', false, ['sorry the mark is below three', 'bye null']],
      ['bye', true, []],
    ],
  )
  t.equal(flow.initial, 'hello')
})

test('In a linear flow, each state leads to the next', async (t) => {
  t.same(
    buildPrompt(clinic, anna).flow.states.map(({ next }) => next.map(({ to }) => to)),
    [['booking'], ['farewell'], []],
  )
})

test('Functions are the enabled tools, without URLs and names of secrets', async (t) => {
  const { functions } = buildPrompt(survey, anna)
  t.same(functions, [
    {
      name: 'save_mark',
      description: 'Stores the mark of Анна.',
      parameters: { type: 'object', properties: { mark: { type: 'integer' } }, required: ['mark'] },
    },
    {
      name: 'hang_up',
      description: 'When the conversation is over.',
      parameters: { type: 'object', properties: {} },
    },
  ])
  t.notMatch(JSON.stringify(buildPrompt(survey, anna)), /CRM_TOKEN|crm\.example/)
})

test('GET /api/skillbases/{id}/prompt', async (t) => {
  const s = await startTestService(t)
  s.setNow(monday)
  const company = await s.createCompany('Северная медицина')
  const request = (method: string, path: string, body?: unknown) =>
    s.request(method, path, company.headers, body)
  const { body: skillbase } = await request('POST', '/api/skillbases', {
    name: 'Bot',
    slug: 'bot',
    config: clinic,
  })
  const path = `/api/skillbases/${skillbase.id}/prompt`
  const pathWith = (query: Record<string, string>) => `${path}?${new URLSearchParams(query)}`

  t.test('It returns the prompt that an agent gets for the sample contact', async (t) => {
    const contact_data = JSON.stringify({ clinic: 'Северная', last_visit: '12 марта' })
    const { status, body } = await request('GET', pathWith({ contact_name: 'Анна', contact_data }))
    t.equal(status, 200)
    const expected = { skillbase_id: skillbase.id, version: 1, ...buildPrompt(clinic, anna, unknownTime) }
    t.same({ ...body }, JSON.parse(JSON.stringify(expected)))
  })

  t.test('Without a sample contact, each variable is shown as its name', async (t) => {
    const { body } = await request('GET', path)
    t.equal(body.greeting, 'Здравствуйте, [name]! Это клиника «[clinic]».')
    t.match(body.system_prompt, /«\[clinic\]», которую представляет Северная медицина/)
    t.match((await request('GET', pathWith({ contact_name: 'Анна' }))).body.variables[0], {
      name: 'clinic',
      value: null,
    })
  })

  t.test('It uses the given version, or else the newest', async (t) => {
    await request('PATCH', `/api/skillbases/${skillbase.id}`, { config: { context: { role: 'Ты курьер.' } } })
    t.match((await request('GET', path)).body, { version: 2, system_prompt: /^Ты курьер\./ })
    t.match((await request('GET', `${path}?version=1`)).body, {
      version: 1,
      system_prompt: /^Ты администратор/,
    })
    t.equal((await request('GET', `${path}?version=3`)).status, 404)
  })

  t.test('contact_data that is not a JSON object is rejected', async (t) => {
    for (const contact_data of ['{', '[]', '"x"', 'null'])
      t.match(await request('GET', pathWith({ contact_data })), {
        status: 400,
        body: { code: 'invalid_querystring', errors: [{ pointer: '/contact_data' }] },
      })
  })

  t.test('An invalid config that was inserted with SQL is rejected', async (t) => {
    const flow = { type: 'linear', states: ['a', 'a'] }
    const [row] = await s.db.client.unsafe(
      `insert into skillbases (company_id, name, slug, config) values ($1, 'B', 'by-sql', $2::text::jsonb) returning id`,
      [company.id, JSON.stringify({ ...exampleConfig, flow })],
    )
    const response = await request('GET', `/api/skillbases/${row?.id}/prompt`)
    t.match(response, {
      status: 422,
      body: { code: 'invalid_config', errors: [{ pointer: '/config/flow/states/1' }] },
    })
  })
})
