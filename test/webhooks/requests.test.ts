import { test } from 'tap'
import { createLookup } from '../../src/modules/webhooks/delivery/host-lookup.ts'
import { isPublicAddress, PrivateAddressError } from '../../src/modules/webhooks/delivery/public-addresses.ts'
import { createSender } from '../../src/modules/webhooks/index.ts'
import { hasValidSignature, Receiver } from '../setup/receiver.ts'
import { startTestService } from '../setup/service.ts'
import { env, Fixture, type Row } from './fixture.ts'

test('Requests to a receiver', async (t) => {
  const s = await startTestService(t, env)

  t.test(
    '`*` delivers every event except call.turns, in order, signed, each with its own webhook-id',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      const call = await fixture.newCall()
      await fixture.request('POST', `/api/calls/${call}/turns`, { turns: [{ turn_index: 0, role: 'user' }] })
      await fixture.request('POST', `/api/calls/${call}/complete`, { outcome: 'success' })
      await fixture.deliver()
      t.same(fixture.receiver.types, ['call.created', 'call.ended', 'call.metrics'])
      t.equal(new Set(fixture.receiver.ids).size, 3)
      t.ok(fixture.receiver.requests.every((request) => hasValidSignature(fixture.webhook.secret, request)))
      const { items } = await fixture.request('GET', '/api/events')
      const ended = items.find((event: Row) => event.type === 'call.ended')
      t.match(fixture.receiver.requests[1]?.event, {
        type: 'call.ended',
        event_id: ended.id,
        timestamp: ended.at,
        company_id: fixture.company.id,
        call_id: call,
        data: { call: { id: call, status: 'completed', outcome: 'success' } },
      })
      t.match(fixture.receiver.requests[0]?.headers, {
        'content-type': 'application/json',
        'user-agent': /new-voice/,
        'webhook-timestamp': /^\d{10}$/,
        'webhook-signature': /^v1,/,
      })
      const log = await fixture.deliveries()
      t.match(
        log.map(({ id, status, http_status, attempt_count }) => ({ id, status, http_status, attempt_count })),
        fixture.receiver.ids.map((id) => ({ id, status: 'delivered', http_status: 200, attempt_count: 1 })),
      )
      t.match((await fixture.delivery(log[0].id)).attempts, [
        { n: 1, http_status: 200, error: null, duration_ms: Number },
      ])
      await fixture.advance(3600)
      t.equal(fixture.receiver.requests.length, 3, 'nothing is sent twice')
    },
  )

  t.test('A webhook receives the event types that it lists, from its creation on', async (t) => {
    const fixture = await Fixture.of(t, s, ['call.turns', 'campaign.created'])
    const call = await fixture.newCall()
    await fixture.request('PATCH', `/api/webhooks/${fixture.webhook.id}`, { event_types: ['call.turns'] })
    await fixture.request('POST', `/api/calls/${call}/turns`, {
      turns: [{ turn_index: 0, role: 'user', content: 'Hello' }],
    })
    await fixture.deliver()
    t.match(
      fixture.receiver.requests.map(({ event }) => event),
      [{ type: 'call.turns', data: { turns: [{ turn_index: 0, content: 'Hello' }] } }],
    )
    const newReceiver = await Receiver.of(t)
    await fixture.request('POST', '/api/webhooks', { url: newReceiver.url, event_types: ['*', 'call.turns'] })
    await fixture.newCall()
    await fixture.deliver()
    t.same(newReceiver.types, ['call.created'])
  })

  t.test('A request with another body, id or secret does not verify', async (t) => {
    const fixture = await Fixture.of(t, s)
    await fixture.newCall()
    await fixture.deliver()
    const [request] = fixture.receiver.requests
    if (request === undefined) throw new Error('no request was received')
    t.ok(hasValidSignature(fixture.webhook.secret, request))
    t.notOk(
      hasValidSignature(fixture.webhook.secret, {
        ...request,
        body: request.body.replace('inbound', 'outbound'),
      }),
    )
    t.notOk(
      hasValidSignature(fixture.webhook.secret, {
        ...request,
        headers: { ...request.headers, 'webhook-id': 'x' },
      }),
    )
    t.notOk(hasValidSignature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', request))
    const exposed = JSON.stringify([
      await fixture.request('GET', '/api/webhooks'),
      await fixture.deliveries(),
      s.logLines,
    ])
    t.notOk(exposed.includes(fixture.webhook.secret), 'the secret is returned once and not logged')
  })

  t.test(
    'After a rotation, deliveries and tests are signed with both secrets for 24 h, then with the new one only',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      const oldSecret = fixture.webhook.secret
      const { secret } = await fixture.request(
        'POST',
        `/api/webhooks/${fixture.webhook.id}/rotate-secret`,
        {},
      )
      t.not(secret, oldSecret)
      const sendTest = () => fixture.request('POST', `/api/webhooks/${fixture.webhook.id}/test`, {})
      await fixture.newCall()
      await fixture.deliver()
      await sendTest()
      t.equal(fixture.receiver.requests.length, 2)
      for (const request of fixture.receiver.requests) {
        const isValid = [oldSecret, secret].map((key) => hasValidSignature(key, request))
        t.same(isValid, [true, true], request.event.type)
      }
      fixture.now = new Date(fixture.now.getTime() + 86_400_000 + 60_000)
      s.setNow(fixture.now)
      t.teardown(() => s.setNow(undefined))
      await fixture.newCall()
      await fixture.deliver()
      await sendTest()
      t.equal(fixture.receiver.requests.length, 4)
      for (const { headers, event } of fixture.receiver.requests.slice(2))
        t.match(headers['webhook-signature'], /^v1,\S+$/, `one signature: ${event.type}`)
    },
  )

  t.test(
    'A test event is attempted once, returns its result, and does not disable the webhook',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      const sendTest = () => fixture.request('POST', `/api/webhooks/${fixture.webhook.id}/test`, {})
      t.match(await sendTest(), {
        event_type: 'webhook.test',
        status: 'delivered',
        http_status: 200,
        event_id: null,
      })
      t.match(fixture.receiver.requests[0]?.event, {
        type: 'webhook.test',
        data: { webhook_id: fixture.webhook.id },
      })
      t.ok(hasValidSignature(fixture.webhook.secret, fixture.receiver.requests[0] as never))
      fixture.receiver.respond = () => 500
      t.match(await sendTest(), {
        status: 'dead',
        http_status: 500,
        error: 'The receiver returned status 500.',
        next_attempt_at: null,
        attempts: [{ n: 1, http_status: 500 }],
      })
      fixture.receiver.respond = () => 410
      await sendTest()
      await fixture.advance(86_400)
      t.equal(fixture.receiver.requests.length, 3)
      t.match(await fixture.request('GET', `/api/webhooks/${fixture.webhook.id}`), {
        is_enabled: true,
        failing_since: null,
      })
    },
  )

  t.test(
    'A webhook that is enabled again receives the events that it missed; a deleted one receives nothing',
    async (t) => {
      const fixture = await Fixture.of(t, s)
      const path = `/api/webhooks/${fixture.webhook.id}`
      await fixture.newCall()
      await fixture.deliver()
      await fixture.request('PATCH', path, { is_enabled: false })
      const [firstCall, secondCall] = [await fixture.newCall(), await fixture.newCall()]
      await fixture.advance(60)
      t.equal(fixture.receiver.requests.length, 1)
      await fixture.request('PATCH', path, { is_enabled: true })
      await fixture.advance(1)
      t.same(
        fixture.receiver.requests.slice(1).map(({ event }) => event.call_id),
        [firstCall, secondCall],
      )
      await fixture.request('DELETE', path)
      await fixture.newCall()
      await fixture.advance(60)
      t.equal(fixture.receiver.requests.length, 3)
    },
  )

  t.test('A company can have at most 20 webhooks', async (t) => {
    const fixture = await Fixture.of(t, s)
    const body = { url: 'https://crm.example.com/x', event_types: ['*'] }
    for (let i = 1; i < 20; i++) await fixture.request('POST', '/api/webhooks', body)
    const refused = await s.request('POST', '/api/webhooks', fixture.company.headers, body)
    t.match(refused, { status: 409, body: { code: 'too_many_webhooks' } })
  })
})

test('Private networks', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()

  t.test('A url with a private host is rejected in every notation', async (t) => {
    const refusedUrls = [
      'http://crm.example.com/',
      'ftp://crm.example.com/',
      'https://user:pass@crm.example.com/',
      'https://127.0.0.1/',
      'https://127.1/',
      'https://2130706433/',
      'https://0x7f.0.0.1/',
      'https://0/',
      'https://10.0.0.8/',
      'https://172.16.0.1/',
      'https://192.168.1.1/',
      'https://169.254.169.254/',
      'https://100.64.0.1/',
      'https://192.0.2.1/',
      'https://224.0.0.1/',
      'https://[::1]/',
      'https://[::]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[fe80::1]/',
      'https://[fd00::1]/',
      'https://[64:ff9b::a00:1]/',
      'https://localhost/',
      'https://LOCALHOST./',
      'https://a.localhost/',
      'https://intranet/',
    ]
    for (const url of refusedUrls) {
      const response = await s.request('POST', '/api/webhooks', company.headers, { url, event_types: ['*'] })
      t.match(response, { status: 422, body: { code: 'invalid_url', errors: [{ pointer: '/url' }] } }, url)
    }
    const valid = { url: 'https://crm.example.com:8443/a?b=c', event_types: ['*'] }
    const { body } = await s.request('POST', '/api/webhooks', company.headers, valid)
    const change = { url: 'https://10.0.0.1/' }
    t.equal((await s.request('PATCH', `/api/webhooks/${body.id}`, company.headers, change)).status, 422)
  })

  t.test('A name that resolves to a private address is not connected to', async (t) => {
    for (const all of [true, false]) {
      const lookup = createLookup({ allowPrivateAddresses: false })
      const error = await new Promise((resolve) => lookup('localhost', { all }, resolve))
      t.type(error, PrivateAddressError)
    }
    const sender = createSender({ allowPrivateAddresses: false })
    t.teardown(() => sender.close())
    const receiver = await Receiver.of(t)
    const message = { id: 'm', body: '{}', secrets: ['whsec_AAAA'] }
    for (const url of [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')])
      t.match(await sender.send({ ...message, url }, new Date()), {
        http_status: null,
        error: 'The address is private, loopback or link-local.',
      })
    t.same(receiver.requests, [])
    t.same(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'].map(isPublicAddress), [true, true, true])
    // Each contains 127.0.0.1 or belongs to no host of the internet.
    const reserved = [
      '::7f00:1',
      '::ffff:0:7f00:1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::7f00:1',
      '2002:7f00:1::',
      '4000::1',
    ]
    t.same(
      reserved.map(isPublicAddress),
      reserved.map(() => false),
    )
  })
})
