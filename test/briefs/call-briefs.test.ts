import { type Test, test } from 'tap'
import {
  applyCarrierEvents,
  Dialer,
  rescueStep,
  scheduleStep,
  settleStep,
} from '../../src/modules/dialing/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { Carrier, DialRequest, DialResult } from '../../src/telephony/carrier.ts'
import { startTestService, type TestCompany, type TestService } from '../setup/service.ts'

const noon = new Date('2026-11-23T12:00:00Z')
const aroundTheClock = { contact_daily_start_time: '00:00', contact_daily_end_time: '24:00' }
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000)
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const config = {
  ...exampleConfig,
  context: {
    ...exampleConfig.context,
    greeting: 'Здравствуйте, {{name}}!',
    role: 'Бот фирмы {{company_name}}',
  },
  agent: { handoff_criteria: {}, crm_field_mapping: { visit_day: 'day', comment: 'note' } },
  tools: [
    {
      type: 'http',
      name: 'book_visit',
      url: 'https://crm.clinic.example/visits',
      timeout_ms: 3000,
      headers: { 'x-app': { secret: 'APP_ID' }, authorization: { secret: 'CRM_TOKEN', prefix: 'Bearer ' } },
    },
    {
      type: 'handoff',
      name: 'to_a_person',
      destination: '+74951234567',
      message: 'Соединяю, {{name}}. Вы из клиники {{clinic}}.',
    },
    { type: 'end_call', name: 'hang_up', enabled: false },
  ],
}

/** A carrier that stores dial requests and returns the response that a test sets. */
class RecordingCarrier implements Carrier {
  readonly name = 'recording'
  readonly dialed: DialRequest[] = []
  response: DialResult = { kind: 'accepted' }
  dial = async (call: DialRequest) => {
    this.dialed.push(call)
    return this.response
  }
  hangUp = async () => true
  lookup = async () => ({ kind: 'unknown' as const })
}

async function setUp(t: Test) {
  const carrier = new RecordingCarrier()
  const s = await startTestService(t, { API_URL: 'https://api.example/' }, carrier)
  s.setNow(noon)
  const company = await s.createCompany('Северная медицина')
  const request = (method: string, path: string, body?: unknown) =>
    s.request(method, path, company.headers, body)
  const { body: bot } = await request('POST', '/api/skillbases', { name: 'Bot', slug: 'bot', config })
  const dialer = new Dialer({
    db: s.db,
    carrier,
    worker: 'w',
    now: () => s.deps.now(),
    monotonic: () => 0,
    onError: (error) => t.error(error),
  })
  return { s, company, request, bot, carrier, dialer }
}

async function createInboundCall(
  { s, company }: { s: TestService; company: TestCompany },
  skillbase_id?: string,
) {
  const body = { direction: 'inbound', caller_number: '+79991234567', skillbase_id }
  return (await s.request('POST', '/api/calls', company.headers, body)).body
}

test('The brief of a call', async (t) => {
  const world = await setUp(t)
  const { s, company, request, bot } = world
  const { id } = await createInboundCall(world, bot.id)
  const agentHeaders = await company.createKey('ingest')
  const { status, body: brief, headers } = await s.request('GET', `/api/calls/${id}/brief`, agentHeaders)

  t.test('It contains the fields that an agent needs, and no others', async (t) => {
    t.equal(status, 200)
    t.equal(headers['cache-control'], 'no-store')
    t.match(brief, {
      call_id: id,
      company_id: company.id,
      campaign_id: null,
      direction: 'inbound',
      skillbase_id: bot.id,
      skillbase_version: 1,
      language: 'ru',
      greeting: 'Здравствуйте!',
      system_prompt: /^Бот фирмы Северная медицина/,
      flow: { type: 'linear', initial: 'greeting' },
      stt: { provider: 'deepgram', model: null, language: 'ru' },
      llm: { provider: 'groq', model: 'openai/gpt-oss-20b', temperature: 0.7, max_tokens: null },
      tts: { provider: 'cartesia', voice_id: config.voice.tts_voice_id, language: 'ru' },
      collect: ['comment', 'visit_day'],
      limits: { max_call_duration_sec: null },
      report: {
        turns_url: `https://api.example/api/calls/${id}/turns`,
        complete_url: `https://api.example/api/calls/${id}/complete`,
        telemetry_url: 'https://api.example/api/telemetry',
        token: /^nvc_/,
      },
    })
    t.same(
      brief.functions.map(({ name }: { name: string }) => name),
      ['book_visit', 'to_a_person'],
    )
    t.same(brief.tools, [
      {
        name: 'book_visit',
        type: 'http',
        destination: null,
        message: null,
        http: {
          url: 'https://crm.clinic.example/visits',
          method: 'POST',
          timeout_ms: 3000,
          headers: [
            { name: 'authorization', secret: 'CRM_TOKEN', prefix: 'Bearer ' },
            { name: 'x-app', secret: 'APP_ID', prefix: '' },
          ],
        },
      },
      { name: 'to_a_person', type: 'handoff', http: null, destination: '+74951234567', message: 'Соединяю.' },
    ])
  })

  t.test('Its token can read the brief and report this call, and nothing else', async (t) => {
    const token = bearer(brief.report.token)
    const repeated = await s.request('GET', `/api/calls/${id}/brief`, token)
    t.same({ ...repeated.body }, brief, 'the same brief, with the token of the request')
    const turns = [{ turn_index: 0, role: 'assistant', content: 'Здравствуйте!' }]
    t.match(await s.request('POST', `/api/calls/${id}/turns`, token, { turns }), {
      status: 200,
      body: { accepted: 1 },
    })
    const otherCall = (await createInboundCall(world, bot.id)).id
    for (const [method, path, body] of [
      ['GET', `/api/calls/${otherCall}/brief`],
      ['POST', `/api/calls/${otherCall}/turns`, { turns }],
      ['POST', `/api/calls/${otherCall}/complete`, {}],
    ] as const)
      t.match(
        await s.request(method, path, token, body),
        { status: 404, body: { code: 'call_not_found' } },
        path,
      )
    for (const [method, path, body] of [
      ['GET', `/api/calls/${id}`],
      ['GET', `/api/calls/${id}/transcript`],
      ['PUT', `/api/calls/${id}/metrics`, {}],
      ['POST', '/api/calls', { direction: 'inbound' }],
      ['GET', '/api/campaigns'],
    ] as const)
      t.match(
        await s.request(method, path, token, body),
        { status: 403, body: { code: 'scope_missing' } },
        path,
      )
    const mixed = {
      turns: [
        { call_id: id, turn_index: 1, role: 'user', content: 'Да' },
        { call_id: otherCall, turn_index: 1, role: 'user', content: 'Нет' },
      ],
    }
    t.match(await s.request('POST', '/api/telemetry', token, mixed), {
      status: 200,
      body: { turns: { accepted: 1, rejected: [{ index: 1, code: 'call_not_found' }] } },
    })
    t.equal((await request('GET', `/api/calls/${otherCall}/logs`)).body.total, 0)
    t.notOk(s.logLines.join('').includes(brief.report.token), 'the token is not logged')
    const [stored] = await s.db.client`select token_hash from call_tokens`
    t.match(stored?.token_hash, /^[0-9a-f]{64}$/)
  })

  t.test('Another company cannot read the brief, with or without x-company-id', async (t) => {
    const other = await s.createCompany()
    const withCompanyId = { ...bearer(brief.report.token), 'x-company-id': other.id }
    t.equal((await s.request('GET', `/api/calls/${id}/brief`, withCompanyId)).status, 404)
    t.equal((await s.request('GET', `/api/calls/${id}/brief`, other.headers)).status, 404)
    t.equal((await s.request('GET', `/api/calls/${id}/brief`, await company.createKey('read'))).status, 403)
    t.equal((await s.request('GET', `/api/calls/${id}/brief`, bearer('nvc_wrong'))).status, 401)
  })

  t.test('The token expires one hour after the end of the call', async (t) => {
    const token = bearer(brief.report.token)
    await s.request('POST', `/api/calls/${id}/complete`, token, { outcome: 'success' })
    const late = { turns: [{ turn_index: 2, role: 'assistant', content: 'До свидания' }] }
    s.setNow(after(3_590))
    t.equal((await s.request('POST', `/api/calls/${id}/turns`, token, late)).status, 200)
    s.setNow(after(3_700))
    t.equal((await s.request('POST', `/api/calls/${id}/turns`, token, late)).status, 401)
    s.setNow(noon)
  })

  t.test(
    'A call that has ended has no brief: an agent that comes too late must not wait in its room',
    async (t) => {
      const { status, body } = await s.request('GET', `/api/calls/${id}/brief`, company.headers)
      t.match(
        { status, body },
        { status: 409, body: { code: 'call_over', detail: /The call is `completed`/ } },
      )
    },
  )

  t.test('A call without a skillbase has no brief', async (t) => {
    const { id } = await createInboundCall(world)
    t.match(await request('GET', `/api/calls/${id}/brief`), { status: 409, body: { code: 'no_skillbase' } })
  })
})

test('The brief has the date, time, weekday and zone of the contact', async (t) => {
  const world = await setUp(t)
  const { s, company, request, bot, dialer, carrier } = world
  await request('POST', `/api/skillbases/${bot.id}/publish`, {})
  /** Fetches the brief of a call to a contact of a new campaign. */
  const briefOf = async (contact: object, settings: object = {}, now = noon) => {
    s.setNow(now)
    const input = {
      name: 'C',
      skillbase_id: bot.id,
      timezone: 'Europe/Moscow',
      ...aroundTheClock,
      ...settings,
    }
    const { body: campaign } = await request('POST', '/api/campaigns', input)
    await request('POST', `/api/campaigns/${campaign.id}/tasks`, { tasks: [contact] })
    await request('POST', `/api/campaigns/${campaign.id}/start`, {})
    await scheduleStep(s.db, now)
    t.equal(await dialer.step(now), 1)
    await dialer.waitForDials()
    const { call_id } = carrier.dialed.at(-1) as DialRequest
    return (await request('GET', `/api/calls/${call_id}/brief`)).body
  }
  let numbers = 0
  const newNumber = (prefix = '+7495') => `${prefix}${1_000_000 + numbers++}`

  t.test('Given for the contact, or by its number', async (t) => {
    const given = await briefOf({
      phone_number: newNumber(),
      timezone: 'Asia/Vladivostok',
      contact_name: 'Анна',
    })
    t.same(given.now, {
      at: '2026-11-23T12:00:00.000Z',
      date: '2026-11-23',
      time: '22:00',
      weekday: 'Monday',
      timezone: 'Asia/Vladivostok',
      utc_offset: '+10:00',
      is_timezone_certain: true,
    })
    t.match(
      given.system_prompt,
      /Сейчас понедельник, 23 ноября 2026 года \(2026-11-23\), 22:00 по часам собеседника \(Asia\/Vladivostok, UTC\+10:00\)/,
    )
    t.equal(given.tools[1].message, 'Соединяю, Анна.')
    const nextDay = await briefOf(
      { phone_number: newNumber(), timezone: 'Pacific/Kiritimati' },
      {},
      new Date('2026-12-31T20:30:00Z'),
    )
    t.match(nextDay.now, { date: '2027-01-01', time: '10:30', weekday: 'Friday', utc_offset: '+14:00' })
    t.match((await briefOf({ phone_number: newNumber() })).now, {
      time: '15:00',
      timezone: 'Europe/Moscow',
      is_timezone_certain: true,
    })
    t.match((await briefOf({ phone_number: newNumber(), timezone: 'America/St_Johns' })).now, {
      date: '2026-11-23',
      time: '08:30',
      utc_offset: '-03:30',
    })
  })

  t.test(
    'Of several possible zones, that of the campaign or the first, and the prompt states it',
    async (t) => {
      const australian = { phone_number: '+61491570156' }
      const first = await briefOf(australian)
      t.match(first.now, { timezone: 'Australia/Sydney', time: '23:00', is_timezone_certain: false })
      t.match(first.system_prompt, /Где собеседник, точно не известно/)
      const perth = { timezone: 'Australia/Perth' }
      t.match((await briefOf({ phone_number: '+61491570157' }, perth)).now, {
        ...perth,
        is_timezone_certain: false,
      })
      const ofCampaign = { unknown_zone: 'campaign' }
      t.match((await briefOf({ phone_number: '+61491570158' }, ofCampaign)).now, {
        timezone: 'Europe/Moscow',
      })
    },
  )

  t.test('Without a campaign, by the number; a repeated request returns the same time', async (t) => {
    s.setNow(noon)
    const { id } = await createInboundCall(world, bot.id)
    const first = (await request('GET', `/api/calls/${id}/brief`)).body
    s.setNow(after(120))
    const second = (await request('GET', `/api/calls/${id}/brief`)).body
    t.same({ ...second, report: null }, { ...first, report: null })
    t.match(first.now, { at: '2026-11-23T12:00:00.000Z' })
    s.setNow(noon)
    const phone_number = newNumber()
    const testCall = (await request('POST', `/api/skillbases/${bot.id}/test-call`, { phone_number })).body
    t.match((await request('GET', `/api/calls/${testCall.id}/brief`)).body.now, { timezone: 'Europe/Moscow' })
    const withoutNumber = { direction: 'inbound', skillbase_id: bot.id }
    const unknown = (await s.request('POST', '/api/calls', company.headers, withoutNumber)).body
    t.match((await request('GET', `/api/calls/${unknown.id}/brief`)).body.now, {
      timezone: 'UTC',
      time: '12:00',
      is_timezone_certain: false,
    })
  })
})

test('The brief of a call does not change when skillbase, task or company change', async (t) => {
  const { s, company, request, bot, dialer, carrier } = await setUp(t)
  await request('POST', `/api/skillbases/${bot.id}/publish`, {})
  const { body: campaign } = await request('POST', '/api/campaigns', {
    name: 'C',
    skillbase_id: bot.id,
    max_call_duration_sec: 240,
  })
  const tasks = [{ phone_number: '+79991234567', contact_name: 'Анна', contact_data: { name: 'Аня' } }]
  const path = `/api/campaigns/${campaign.id}`
  await request('POST', `${path}/tasks`, { tasks })
  await request('POST', `${path}/start`, {})
  await scheduleStep(s.db, noon)
  t.equal(await dialer.step(noon), 1)
  await dialer.waitForDials()
  const { call_id } = carrier.dialed[0] as DialRequest
  const first = (await request('GET', `/api/calls/${call_id}/brief`)).body
  t.match(first, {
    greeting: 'Здравствуйте, Аня!',
    limits: { max_call_duration_sec: 240 },
    campaign_id: campaign.id,
  })
  await request('PATCH', `/api/skillbases/${bot.id}`, { config: { context: { role: 'Другой' } } })
  const { items } = (await request('GET', `${path}/tasks`)).body
  await s.db
    .client`update call_tasks set contact_name = 'Олег', contact_data = '{}' where id = ${items[0].id}`
  await s.request('PATCH', `/api/companies/${company.id}`, s.platform, { name: 'Южная медицина' })
  const second = (await request('GET', `/api/calls/${call_id}/brief`)).body
  t.same({ ...second, report: null }, { ...first, report: null })
  t.not(second.report.token, first.report.token, 'each request with a key gets a new token')
})

test('Test calls', async (t) => {
  const world = await setUp(t)
  const { s, company, request, bot, carrier, dialer } = world
  const path = `/api/skillbases/${bot.id}/test-call`
  let numbers = 0
  const newNumber = () => `+7999000${1000 + numbers++}`
  const placeTestCall = (change: object = {}) =>
    request('POST', path, { phone_number: newNumber(), ...change })
  const dial = async (now = noon) => {
    const started = await dialer.step(now)
    await dialer.waitForDials()
    return started
  }
  const endCall = (call_id: string, outcome: 'busy' | 'blocked' | undefined, now: Date) =>
    applyCarrierEvents(
      s.db,
      [{ company_id: company.id, call_id, type: 'ended', at: now, outcome, ended_reason: 'over' }],
      now,
    )

  t.test('A test call is dialed once, with the requested options and the newest version', async (t) => {
    const contact = { contact_name: 'Анна', contact_data: { clinic: 'Северная' } }
    const options = {
      ...contact,
      caller_number: '+74951234567',
      ring_timeout_sec: 20,
      max_call_duration_sec: 90,
    }
    const phone_number = newNumber()
    const placed = await request('POST', path, {
      ...options,
      phone_number: phone_number.replace('+7', '+7 '),
    })
    t.match(placed, {
      status: 202,
      body: {
        direction: 'outbound',
        status: 'queued',
        campaign_id: null,
        skillbase_id: bot.id,
        skillbase_version: 1,
        callee_number: phone_number,
        caller_number: '+74951234567',
      },
    })
    t.equal(await dial(), 1)
    t.equal(await dial(), 0)
    t.equal(carrier.dialed.length, 1)
    t.match(carrier.dialed[0], {
      call_id: placed.body.id,
      company_id: company.id,
      campaign_id: null,
      call_task_id: null,
      phone_number,
      caller_number: '+74951234567',
      ring_timeout_sec: 20,
      max_call_duration_sec: 90,
      attempt: 1,
      skillbase_id: bot.id,
      skillbase_version: 1,
    })
    const { body: brief } = await request('GET', `/api/calls/${placed.body.id}/brief`)
    t.match(brief, { greeting: 'Здравствуйте, Анна!', limits: { max_call_duration_sec: 90 } })
    t.match(await request('POST', path, { phone_number }), { status: 409, body: { code: 'number_busy' } })
    await endCall(placed.body.id, 'busy', after(5))
    t.equal(await settleStep(s.db, after(5)), 1)
    t.match((await request('GET', `/api/calls/${placed.body.id}`)).body, {
      status: 'failed',
      outcome: 'busy',
    })
    t.equal((await request('POST', path, { phone_number })).status, 202, 'the number can be called again')
    await dial()
  })

  t.test('Two requests with one Idempotency-Key place one call', async (t) => {
    const body = { phone_number: newNumber() }
    const headers = { ...company.headers, 'idempotency-key': 'key-1' }
    const [first, second] = [
      await s.request('POST', path, headers, body),
      await s.request('POST', path, headers, body),
    ]
    t.equal(first.body.id, second.body.id)
    t.equal(await dial(), 1)
  })

  t.test('Suppressed and invalid numbers are rejected', async (t) => {
    const phone_number = newNumber()
    await request('POST', '/api/suppressions', { phone_number })
    t.match(await placeTestCall({ phone_number }), { status: 422, body: { code: 'suppressed' } })
    t.match(await placeTestCall({ phone_number: 'Anna' }), {
      status: 422,
      body: { code: 'invalid_phone_number' },
    })
    t.match(await placeTestCall({ version: 9 }), { status: 404 })
    t.equal(await dial(), 0)
  })

  t.test('opt_out and blocked suppress the number', async (t) => {
    const [optedOut, blocked] = [newNumber(), newNumber()]
    const { id: optedOutCall } = (await placeTestCall({ phone_number: optedOut })).body
    const { id: blockedCall } = (await placeTestCall({ phone_number: blocked })).body
    t.equal(await dial(), 2)
    await request('POST', `/api/calls/${optedOutCall}/complete`, {
      outcome: 'fail',
      collected_data: { opt_out: true },
    })
    await endCall(blockedCall, 'blocked', after(1))
    t.equal(await settleStep(s.db, after(2)), 2)
    for (const [phone_number, reason] of [
      [optedOut, 'opt_out'],
      [blocked, 'blocked'],
    ] as const) {
      t.match(await placeTestCall({ phone_number }), { status: 422, body: { code: 'suppressed' } })
      const found = await request('GET', `/api/suppressions?phone_number=${encodeURIComponent(phone_number)}`)
      t.match(found.body.items, [{ source: 'call', reason }])
    }
  })

  t.test('A conversation without a report gets the outcome agent_error after a delay', async (t) => {
    const { id } = (await placeTestCall()).body
    await dial()
    await request('POST', `/api/calls/${id}/turns`, {
      turns: [{ turn_index: 0, role: 'user', content: 'Алло' }],
    })
    await endCall(id, undefined, after(10))
    t.equal(await settleStep(s.db, after(20)), 0)
    t.equal(await settleStep(s.db, after(26)), 1)
    t.match((await request('GET', `/api/calls/${id}`)).body, { status: 'completed', outcome: 'agent_error' })
  })

  t.test('A test call that no worker claimed within a minute is cancelled', async (t) => {
    const { id } = (await placeTestCall()).body
    await dialer.renewLeases(after(1))
    t.equal(await dial(after(61)), 0)
    t.ok((await rescueStep(s.db, carrier, 'w', after(61))) > 0)
    t.match((await request('GET', `/api/calls/${id}`)).body, {
      status: 'cancelled',
      ended_reason: 'not_dialed',
    })
  })

  t.test('Limits of the company apply to test calls', async (t) => {
    const other = await s.createCompany()
    const otherRequest = (method: string, url: string, body?: unknown) =>
      s.request(method, url, other.headers, body)
    const { body: otherBot } = await otherRequest('POST', '/api/skillbases', {
      name: 'Bot',
      slug: 'bot',
      config,
    })
    const setLimits = (limits: object) =>
      s.request('PUT', `/api/companies/${other.id}`, s.platform, { limits })
    const placeOther = (phone_number: string) =>
      otherRequest('POST', `/api/skillbases/${otherBot.id}/test-call`, { phone_number })
    const limitReached = { status: 409, body: { code: 'limit_reached' } }
    await setLimits({ max_concurrent_calls: 1 })
    const { id } = (await placeOther(newNumber())).body
    t.match(await placeOther(newNumber()), limitReached)
    await dial()
    await applyCarrierEvents(
      s.db,
      [{ company_id: other.id, call_id: id, type: 'ended', at: noon, outcome: 'busy' }],
      noon,
    )
    const repeated = newNumber()
    t.equal((await placeOther(repeated)).status, 202, 'the next call can start when one has ended')
    await setLimits({ attempts_per_number_per_day: 1 })
    t.match(await placeOther(repeated), limitReached)
    await setLimits({ calls_per_minute: 1 })
    t.equal((await placeOther(newNumber())).status, 202)
    t.match(await placeOther(newNumber()), limitReached)
    s.setNow(after(300))
    t.equal((await placeOther(newNumber())).status, 202)
    s.setNow(noon)
  })
})
