import t, { test } from 'tap'
import { createCampaignTester, freshNumber } from '../setup/campaign-tester.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const api = await createCampaignTester(s)
const [first, second] = [await api.campaign(), await api.campaign()]
for (const id of [first, second])
  await api.add(id, ...Array.from({ length: 5 }, () => ({ phone_number: freshNumber() })))
for (let i = 0; i < 3; i++) await api.post('/api/calls', { direction: 'inbound', language: 'ru' })

/** The path with the cursor of its first page of one item. */
const cursorOf = async (path: string): Promise<string> => {
  const { body } = await api.get(`${path}${path.includes('?') ? '&' : '?'}limit=1`)
  return `cursor=${encodeURIComponent(body.next_cursor)}`
}

test('A cursor with other filters, or of another list, is rejected with a sentence', async (t) => {
  const tasks = `/api/campaigns/${first}/tasks`
  const pending = await cursorOf(`${tasks}?status=pending`)
  const plain = await cursorOf(tasks)
  const calls = await cursorOf('/api/calls?direction=inbound')
  for (const [url, name] of [
    [`${tasks}?${pending}`, 'without its filter'],
    [`${tasks}?status=completed&${pending}`, 'with another value of its filter'],
    [`${tasks}?status=pending&${plain}`, 'with a filter that it did not have'],
    [`/api/campaigns/${second}/tasks?${plain}`, 'of the contacts of another campaign'],
    [`/api/analytics/calls?direction=inbound&${calls}`, 'of another list with the same key'],
    [`/api/calls?direction=inbound&start=2026-01-01&${calls}`, 'with a period'],
    [`/api/calls?direction=inbound&timezone=Europe/Moscow&${calls}`, 'with another time zone'],
  ] as const) {
    const { status, body } = await api.get(url)
    t.match(
      { status, ...body },
      {
        status: 400,
        code: 'invalid_cursor',
        errors: [
          {
            pointer: '/cursor',
            detail: /^Belongs to another list, or to other filters .* Repeat all parameters/,
          },
        ],
      },
      name,
    )
  }
})

test('A cursor goes on with its list at another page size, and however its filters are written', async (t) => {
  const tasks = `/api/campaigns/${first}/tasks`
  const all = (await api.get(`${tasks}?status=pending`)).body.items.map(({ id }: { id: string }) => id)
  const cursor = await cursorOf(`${tasks}?status=pending`)
  for (const query of ['status=pending&limit=2', 'limit=200&status=pending', 'page_size=2&status=pending']) {
    const { body } = await api.get(`${tasks}?${query}&${cursor}`)
    const ids = body.items.map(({ id }: { id: string }) => id)
    t.same(ids, all.slice(1, 1 + ids.length), query)
    t.ok(ids.length >= 2)
  }
  const { headers } = await s.app.inject({
    method: 'HEAD',
    url: `${tasks}?status=pending&${cursor}`,
    headers: api.company.headers,
  })
  t.ok(headers['content-type'], 'also as a HEAD request')
})

test('A list without an end of its period is paged to its end, although the period ends now', async (t) => {
  const ids: string[] = []
  let cursor = ''
  do {
    const { body } = await api.get(`/api/analytics/calls?limit=1${cursor}`)
    ids.push(...body.items.map(({ call_id }: { call_id: string }) => call_id))
    cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
  } while (cursor !== '')
  t.equal(new Set(ids).size, 3)
})

test('A text that is no cursor is rejected with a sentence', async (t) => {
  const cursor = decodeURIComponent((await cursorOf('/api/calls')).slice('cursor='.length))
  const [key = '', hash] = cursor.split('.')
  for (const text of ['x', key, `.${hash}`, `W10.${hash}`, `${key}.`]) {
    const { body } = await api.get(`/api/calls?cursor=${text}`)
    t.match(body, { status: 400, code: 'invalid_cursor', errors: [{ pointer: '/cursor' }] }, text)
  }
})
