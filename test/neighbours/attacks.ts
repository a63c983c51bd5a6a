import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import WebSocket from 'ws'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { row, textCell, workbook } from '../call-lists/workbook-files.ts'
import type { Client } from './client.ts'

/** What an attack may use. */
export interface Attacker {
  company: Client
  /** Sends no key. */
  stranger: Client
  newCompany: () => Promise<Client>
  /** Counts a result that is not a response. */
  count: (result: string) => void
}

/** Prepares an attack. Returns its round, which is repeated without a pause. */
type Attack = (attacker: Attacker) => Promise<() => Promise<unknown>>

/** Requests at the same time per round: what one impatient program sends. */
const parallel = 4
const repeat = (request: () => Promise<unknown>, times = parallel) =>
  Promise.all(Array.from({ length: times }, request))

let usedSlugs = 0
const skillbaseOf = async (client: Client): Promise<string> => {
  const slug = `bot-${process.pid}-${usedSlugs++}`
  const { id } = await client.must('POST', '/api/skillbases', { name: 'Bot', slug, config: exampleConfig })
  await client.must('POST', `/api/skillbases/${id}/publish`)
  return id
}
const campaignOf = async (client: Client, settings: object = {}): Promise<string> =>
  (
    await client.must('POST', '/api/campaigns', {
      name: 'C',
      skillbase_id: await skillbaseOf(client),
      ...settings,
    })
  ).id

const callOf = async (client: Client): Promise<string> =>
  (
    await client.must('POST', '/api/calls', {
      skillbase_id: await skillbaseOf(client),
      direction: 'inbound',
      status: 'active',
    })
  ).id

/** `count` dates from tomorrow on. */
const nextDates = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    new Date(Date.now() + (i + 1) * 86_400_000).toISOString().slice(0, 10),
  )

/** Numbers of many time zones. */
const numbersOfManyZones = (count: number) => {
  const prefixes = ['+7916', '+7914', '+1212', '+1415', '+4420', '+6129', '+5511', '+8190', '+9198', '+3460']
  return Array.from({ length: count }, (_, i) => `${prefixes[i % prefixes.length]}${2_000_000 + i}`)
}

const idle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A receiver of webhooks that accepts connections and never responds. */
async function hangingReceiver(): Promise<string> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Opens a connection that sends `text` and then one byte a second. */
function slowSender(url: string, text: string, count: Attacker['count']): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const timer = setInterval(() => socket.write('x'), 1_000)
  socket.on('error', () => undefined)
  socket.write(text)
  return new Promise((resolve) =>
    socket.once('close', () => {
      clearInterval(timer)
      count('disconnected')
      resolve()
    }),
  )
}

/** Sends a request of this company over a connection that never reads the response. */
function neverReading(client: Client, path: string): void {
  const { hostname, port } = new URL(client.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.pause()
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${client.headers.authorization}\r\n\r\n`)
}

const liveSocket = async (client: Client): Promise<WebSocket> => {
  const socket = new WebSocket(`${client.url.replace(/^http/, 'ws')}/api/live`, { headers: client.headers })
  socket.on('error', () => undefined)
  // Refused with an error, when too many of the company wait.
  await new Promise((resolve) => socket.once('open', resolve).once('close', resolve))
  return socket
}

/** Every attack by its name. */
export const attacks: Record<string, Attack> = {
  'opening hours that never come': async ({ company }) => {
    const settings = {
      daily_start_time: '09:00',
      daily_end_time: '09:01',
      blackout_dates: nextDates(366),
      days_of_week: [1],
    }
    const campaigns = await Promise.all(Array.from({ length: 5 }, () => campaignOf(company, settings)))
    for (const id of campaigns) {
      const tasks = numbersOfManyZones(500).map((phone_number) => ({ phone_number }))
      await company.send('POST', `/api/campaigns/${id}/tasks`, { tasks })
      await company.send('POST', `/api/campaigns/${id}/start`)
    }
    return () => Promise.all(campaigns.map((id) => company.send('GET', `/api/campaigns/${id}/schedule`)))
  },

  'configs full of spaces, braces and names': async ({ company }) => {
    const texts = [' '.repeat(250_000), '{'.repeat(250_000), 'sk-'.repeat(80_000), '{{ a }} '.repeat(30_000)]
    let i = 0
    return () =>
      repeat(() => {
        const config = { ...exampleConfig, system_prompt: texts[i++ % texts.length] }
        return company.send('POST', '/api/skillbases/validate', { config })
      })
  },

  'cells of spaces and digits': async ({ company }) => {
    const campaign = await campaignOf(company)
    const cells = [' '.repeat(9_000), '+'.repeat(9_000), '1 '.repeat(4_500), '(1'.repeat(4_500)]
    const file = `phone\n${Array.from({ length: 400 }, (_, i) => `"${cells[i % cells.length]}"`).join('\n')}\n`
    return () => company.upload(campaign, file)
  },

  'files of a hundred thousand columns': async ({ company }) => {
    const campaign = await campaignOf(company)
    const line = Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(',')
    return () => company.upload(campaign, `${line}\n${line}\n`)
  },

  'workbooks that expand': async ({ company }) => {
    const campaign = await campaignOf(company)
    const rows = row([textCell('+79161234567')]).repeat(400_000)
    const file = workbook({ sheets: [{ rows: `${row([textCell('phone')])}${rows}` }] })
    return () => company.upload(campaign, file, 'list.xlsx')
  },

  'numbers of a million digits and objects of many keys': async ({ company }) => {
    const call = await callOf(company)
    const digits = '9'.repeat(900_000)
    const keys = `{${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join(',')}}`
    return () =>
      Promise.all([
        company.send('POST', `/api/calls/${call}/complete`, `{"reported_cost":{"total":"${digits}"}}`),
        company.send('POST', `/api/calls/${call}/complete`, `{"collected_data":${keys}}`),
        company.send(
          'POST',
          `/api/calls/${call}/turns`,
          `{"turns":[{"turn_index":0,"role":"user","extra_data":${keys}}]}`,
        ),
      ])
  },

  'unsigned webhooks of brackets': async ({ stranger }) => {
    const body = '['.repeat(1_000_000)
    return () =>
      Promise.all(
        ['/api/carrier/events', '/api/livekit/webhook'].map((path) => stranger.send('POST', path, body)),
      )
  },

  'sockets that send junk': async ({ company }) => {
    let socket = await liveSocket(company)
    return async () => {
      if (socket.readyState !== WebSocket.OPEN) socket = await liveSocket(company)
      for (let i = 0; i < 200 && socket.readyState === WebSocket.OPEN; i++) {
        socket.ping()
        socket.send(i % 2 === 0 ? '{"type":"junk"}' : 'x'.repeat(1_000))
      }
      await idle(1)
    }
  },

  'calls with much data, to a receiver that hangs': async ({ company }) => {
    const url = await hangingReceiver()
    for (let i = 0; i < 5; i++)
      await company.must('POST', '/api/webhooks', {
        url: `${url}${i}`,
        event_types: ['call.created', 'call.ended'],
      })
    const skillbase_id = await skillbaseOf(company)
    const collected_data = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`k${i}`, 'x'.repeat(1_000)]),
    )
    return () =>
      repeat(async () => {
        const { body } = await company.send('POST', '/api/calls', {
          skillbase_id,
          direction: 'inbound',
          status: 'active',
        })
        if (body?.id) await company.send('POST', `/api/calls/${body.id}/complete`, { collected_data })
      })
  },

  'five companies with receivers that hang': async ({ newCompany }) => {
    const companies = await Promise.all(Array.from({ length: 5 }, newCompany))
    const url = await hangingReceiver()
    const calls = await Promise.all(
      companies.map(async (client) => {
        for (let i = 0; i < 10; i++)
          await client.must('POST', '/api/webhooks', {
            url: `${url}${i}`,
            event_types: ['call.created', 'call.ended'],
          })
        return { client, skillbase_id: await skillbaseOf(client) }
      }),
    )
    return () =>
      Promise.all(
        calls.map(({ client, skillbase_id }) =>
          client.send('POST', '/api/calls', { skillbase_id, direction: 'inbound', status: 'active' }),
        ),
      )
  },

  'uploads that trickle': async ({ company, count }) => {
    const campaign = await campaignOf(company)
    const head = `POST /api/campaigns/${campaign}/call-list HTTP/1.1\r\nHost: x\r\nAuthorization: ${company.headers.authorization}\r\nContent-Type: text/csv\r\nContent-Length: 50000000\r\n\r\nphone\n`
    return () => repeat(() => slowSender(company.url, head, count), 30)
  },

  'exports that nobody reads': async ({ company }) => {
    const campaign = await campaignOf(company)
    await company.upload(campaign, `phone\n${numbersOfManyZones(20_000).join('\n')}\n`)
    let opened = 0
    return async () => {
      const paths = ['/api/calls/export', '/api/call-metrics/export', '/api/suppressions/export']
      if (opened < 60) for (const path of paths) neverReading(company, path)
      opened += paths.length
      await company.send('GET', '/api/calls/export')
    }
  },

  'metrics of many years': async ({ company }) => {
    const query = 'start=2016-01-01&end=2026-01-01'
    return () =>
      Promise.all([
        company.send('GET', `/api/analytics/metrics?${query}`),
        company.send('GET', `/api/analytics/timeseries?${query}&bucket=month`),
        company.send('GET', `/api/analytics/overview?${query}`),
        company.send('GET', '/api/calls?limit=200&skip=10000'),
      ])
  },

  'keys that do not exist': async ({ stranger }) => {
    let i = 0
    return () =>
      repeat(
        () =>
          fetch(`${stranger.url}/api/calls`, {
            headers: { authorization: `Bearer nv_${process.pid}${i++}` },
          }).then((response) => response.text()),
        50,
      )
  },

  'more requests than are allowed':
    async ({ company }) =>
    () =>
      repeat(() => company.send('GET', '/api/company'), 50),

  'senders that never finish a request':
    async ({ stranger, count }) =>
    () =>
      repeat(() => slowSender(stranger.url, 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: ', count), 300),

  'documents and metrics':
    async ({ stranger }) =>
    () =>
      Promise.all(
        ['/openapi.json', '/metrics', '/docs', '/health/ready'].map((path) => stranger.send('GET', path)),
      ),

  'lists that are imported and deleted again': async ({ company }) => {
    const campaign = await campaignOf(company)
    const file = `phone\n${numbersOfManyZones(20_000).join('\n')}\n`
    return async () => {
      const { body } = await company.upload(campaign, file)
      if (body?.import_id) await company.send('POST', `/api/imports/${body.import_id}/cancel`)
    }
  },

  'campaigns that start and pause without end': async ({ company }) => {
    const campaign = await campaignOf(company, {
      contact_daily_start_time: '00:00',
      contact_daily_end_time: '24:00',
    })
    await company.upload(campaign, `phone\n${numbersOfManyZones(5_000).join('\n')}\n`)
    return async () => {
      await company.send('POST', `/api/campaigns/${campaign}/start`)
      await repeat(() => company.send('GET', `/api/campaigns/${campaign}/diagnostics`))
      await company.send('POST', `/api/campaigns/${campaign}/pause`)
      await company.send('POST', `/api/campaigns/${campaign}/resume`)
    }
  },

  'bodies of a hundred thousand levels': async ({ company }) => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    return () =>
      Promise.all(
        ['/api/skillbases/validate', '/api/calls', '/api/telemetry'].map((path) =>
          company.send('POST', path, deep),
        ),
      )
  },

  'sockets that open and close':
    async ({ company }) =>
    async () => {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => liveSocket(company)))
      for (const socket of sockets) socket.terminate()
    },

  'prices that are applied again and again':
    async ({ company }) =>
    () =>
      repeat(() =>
        company.send('POST', '/api/costs/rerate', { start: '2020-01-01', end: '2026-12-31', dry_run: false }),
      ),
}
