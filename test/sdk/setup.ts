import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Static } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import t, { type Test } from 'tap'
import {
  type Completion,
  type Environment,
  type Item,
  type SenderOptions,
  TelemetrySender,
  type Turn,
} from '../../sdk/src/index.ts'
import type { CompletionInput, TurnInput } from '../../src/modules/telemetry/ingest/input-schema.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'

export const s = await startTestService(t)
export const service = await s.app.listen({ host: '127.0.0.1', port: 0 })
export const company = await s.createCompany()
export const key = await createIngestKey(company)

/** Checked by the compiler: the types of the SDK and the schemas of the service have the same fields. */
type Same<A, B> = [A, B] extends [B, A] ? true : never
const _typesMatch: [
  Turn extends Static<typeof TurnInput> ? true : never,
  Completion extends Static<typeof CompletionInput> ? true : never,
  Same<keyof Turn, keyof Static<typeof TurnInput>>,
  Same<keyof Completion, keyof Static<typeof CompletionInput>>,
  Same<Completion['outcome'], Static<typeof CompletionInput>['outcome']>,
] = [true, true, true, true, true]

/**
 * How the proxy handles a request: it passes the request on, holds it, responds itself (with a page, a status or a whole
 * response), or cuts the connection before or after passing the request on.
 */
export type Fault =
  | 'pass'
  | 'hold'
  | 'cut before'
  | 'cut after'
  | 'html'
  | 'not json'
  | number
  | ProxyResponse
export interface ProxyResponse {
  status: number
  headers?: Record<string, string>
  body?: string
}
export interface TelemetryRequest {
  turns: (Turn & { call_id: string })[]
  completions: (Completion & { call_id: string })[]
}

/** A proxy to the service that applies one fault per request, in order, and then passes requests on. */
export async function startProxy(t: Test, faults: Fault[] = []) {
  const requests: TelemetryRequest[] = []
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    requests.push(JSON.parse(body))
    const fault = faults.shift() ?? 'pass'
    const pass = () => passOn(request, body)
    if (fault === 'cut before') return void request.socket.destroy()
    if (fault === 'hold') return void server.emit('held', pass)
    if (fault === 'html') return void response.end('<h1>Welcome</h1>')
    if (fault === 'not json') return void response.end('{"turns":')
    if (typeof fault === 'number') return void response.writeHead(fault).end('{}')
    if (typeof fault === 'object') return void response.writeHead(fault.status, fault.headers).end(fault.body)
    const upstreamResponse = await pass()
    if (fault === 'cut after') return void request.socket.destroy()
    response
      .writeHead(upstreamResponse.status, { 'content-type': 'application/json' })
      .end(upstreamResponse.text)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  t.teardown(stop)
  const port = await listen(0)
  const held = async () => (await once(server, 'held'))[0] as () => ReturnType<typeof passOn>
  return { url: `http://127.0.0.1:${port}`, requests, stop, restart: () => listen(port), held }
}

async function passOn({ url, headers }: http.IncomingMessage, body: string) {
  const { authorization = '', 'content-type': contentType = '' } = headers
  const upstreamResponse = await fetch(`${service}${url}`, {
    method: 'POST',
    headers: { authorization, 'content-type': contentType },
    body,
  })
  return { status: upstreamResponse.status, text: await upstreamResponse.text() }
}

/** A clock that the test moves: timers run one by one, and the test can wait for the request in flight. */
export class ManualClock {
  now = 5_000
  /** The delays of the timers that ran, ms. */
  waited: number[] = []
  private readonly timers = new Map<object, { at: number; ms: number; fn: () => void }>()
  private inFlight: Promise<unknown> = Promise.resolve()

  readonly environment: Environment = {
    now: () => this.now,
    date: () => new Date(Date.UTC(2026, 0, 1) + this.now),
    random: () => 0.5,
    setTimeout: (fn, ms) => {
      const timer = {}
      this.timers.set(timer, { at: this.now + ms, ms, fn })
      return timer as NodeJS.Timeout
    },
    clearTimeout: (timer) => void this.timers.delete(timer),
    fetch: (...args) => {
      const bufferedResponse = fetch(...args).then(
        async (upstreamResponse) =>
          new Response(await upstreamResponse.text(), {
            status: upstreamResponse.status,
            headers: upstreamResponse.headers,
          }),
      )
      this.inFlight = bufferedResponse.catch(() => {})
      return bufferedResponse
    },
  }

  get pending(): number {
    return this.timers.size
  }

  /** Runs the timer that is due first. */
  runTimer(): void {
    const [first] = [...this.timers].sort(([, a], [, b]) => a.at - b.at)
    if (first === undefined) throw new Error('no timer is pending')
    const [timer, { at, ms, fn }] = first
    this.timers.delete(timer)
    this.waited.push(ms)
    this.now = Math.max(this.now, at)
    fn()
  }

  /** Waits until the request in flight, if any, has ended and the sender has handled the result. */
  async requestEnded(): Promise<void> {
    await this.inFlight
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Runs `count` timers, and waits for the requests that they start. */
  async runTimers(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.runTimer()
      await this.requestEnded()
    }
  }

  /** Runs timers until nothing is pending. */
  async runUntilSent(sender: TelemetrySender): Promise<void> {
    await this.requestEnded()
    for (let i = 0; sender.stats().pending > 0; i++) {
      if (i === 500) throw new Error('items are still pending after 500 timers')
      await this.runTimers(1)
    }
  }
}

export function createSender(clock: ManualClock, options: Partial<SenderOptions>) {
  const lost: { item: Item; reason: string }[] = []
  const errors: string[] = []
  const misuses: string[] = []
  const sender = new TelemetrySender({
    url: 'http://127.0.0.1:1',
    key,
    environment: clock.environment,
    onDrop: (item, reason) => void lost.push({ item, reason }),
    onError: (error) => void errors.push(error.message),
    onMisuse: (message) => void misuses.push(message),
    ...options,
  })
  return { sender, lost, errors, misuses }
}

export async function createIngestKey(company: TestCompany): Promise<string> {
  return (await company.createKey('ingest')).authorization?.replace('Bearer ', '') ?? ''
}

export async function createCall(): Promise<string> {
  return (await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })).body.id
}

export async function readStoredTurns(id: string): Promise<Record<string, unknown>[]> {
  const rows = await s.db.orm.execute(
    sql`select turn_index, role, content, eou_latency, e2e_latency, overlap_ms, llm_input_tokens, extra_data
      from call_logs where call_id = ${id}::uuid order by turn_index`,
  )
  return rows.map((row) => ({ ...row }))
}

export const readContents = async (id: string) => (await readStoredTurns(id)).map(({ content }) => content)
export const readCall = async (id: string) =>
  (await s.request('GET', `/api/calls/${id}`, company.headers)).body
export const readMetrics = async (id: string) =>
  (await s.request('GET', `/api/calls/${id}/metrics`, company.headers)).body
/** The numbers from `from` to below `to`, as texts. */
export const indexTexts = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => String(from + i))

/** Reports a call with `turns` turns of 100 tokens each, and its end. */
export function reportCall(sender: TelemetrySender, id: string, turns: number): void {
  const call = sender.collect(id)
  for (const content of indexTexts(0, turns))
    call.startTurn('assistant').finalize({ content, llm_input_tokens: 100 })
  call.finalizeCall({ outcome: 'success' })
}

/** Asserts that the service has the call as reportCall reported it: every turn once, and its end. */
export async function assertStored(t: Test, id: string, turns: number): Promise<void> {
  t.same(await readContents(id), indexTexts(0, turns))
  t.match(await readCall(id), { status: 'completed', outcome: 'success', turn_count: turns })
  t.match(await readMetrics(id), { llm_input_tokens: 100 * turns, bot_turn_count: turns })
}

/** Asserts that the turns of a call were sent in order, and its end with or after the last of them. */
export function assertInOrder(t: Test, requests: TelemetryRequest[], id: string, turns: number): void {
  const sentRequests = requests.map((request) => ({
    indexes: request.turns.filter(({ call_id }) => call_id === id).map(({ turn_index }) => turn_index),
    isEnd: request.completions.some(({ call_id }) => call_id === id),
  }))
  const distinctIndexes = [...new Set(sentRequests.flatMap(({ indexes }) => indexes))]
  t.same(
    distinctIndexes,
    [...distinctIndexes].sort((a, b) => a - b),
    'turns are sent in order',
  )
  const endPosition = sentRequests.findIndex(({ isEnd }) => isEnd)
  const indexesBeforeEnd = new Set(sentRequests.slice(0, endPosition + 1).flatMap(({ indexes }) => indexes))
  t.equal(indexesBeforeEnd.size, turns, 'the end of the call is sent with its last turn or after it')
  const laterRequests = sentRequests.slice(endPosition + 1).filter(({ isEnd }) => !isEnd)
  t.ok(
    laterRequests.every(({ indexes }) => indexes.length === 0),
    'no turn is sent after it, except in a retry of the same request',
  )
}
