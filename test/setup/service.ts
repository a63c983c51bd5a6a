import { randomUUID } from 'node:crypto'
import { drizzle } from 'drizzle-orm/postgres-js'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import postgres, { type Sql } from 'postgres'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { type ConnectOptions, connect, type Db } from '../../src/db/client.ts'
import type { KeyScope } from '../../src/db/schema/index.ts'
import type { Deps } from '../../src/deps.ts'
import { EventSequencer } from '../../src/modules/events/index.ts'
import type { Carrier } from '../../src/telephony/carrier.ts'
import './check-rows.ts'
import { testDatabase } from './postgres.ts'

export type Headers = Record<string, string>

export interface TestResponse {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every type.
  body: any
  headers: Record<string, string | number | string[] | undefined>
}

/** A company that a test created, with an admin key. */
export interface TestCompany {
  id: string
  headers: Headers
  /** Creates a key with these scopes and returns its headers. */
  createKey(...scopes: KeyScope[]): Promise<Headers>
}

export interface TestService {
  app: FastifyInstance
  /** With a client of its own, for SQL of the test. */
  db: Db & { client: Sql }
  url: string
  deps: Deps
  /** Sequences events when a test calls step(); not started. */
  events: EventSequencer
  /** Headers with the platform key. */
  platform: Headers
  /** All log lines of the service, as JSON. */
  logLines: string[]
  /** Sets the current time; undefined for the real time. */
  setNow(now: Date | undefined): void
  request(method: string, url: string, headers?: Headers, body?: unknown): Promise<TestResponse>
  createCompany(name?: string): Promise<TestCompany>
}

const platformKey = 'a-platform-key-for-tests-only'

/** A carrier that refuses every call, for tests that do not dial. */
export const refusingCarrier: Carrier = {
  name: 'refusing',
  dial: async () => ({
    kind: 'refused',
    outcome: 'carrier_error',
    ended_reason: 'this carrier refuses every call',
  }),
  hangUp: async () => true,
  lookup: async () => ({ kind: 'unknown' }),
}

/** Starts the HTTP service on a new database. Both are removed when the test ends. */
export async function startTestService(
  t: Test,
  env: Record<string, string> = {},
  carrier: Carrier = refusingCarrier,
  connectOptions: ConnectOptions = {},
): Promise<TestService> {
  const { url } = await testDatabase(t)
  const client = postgres(url, { max: 2, onnotice: () => undefined })
  drizzle(client)
  const db = { ...connect(url, { max: 6, ...connectOptions }), client }
  let fixedNow: Date | undefined
  const logLines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) })
  const config = readConfig({ PLATFORM_KEY: platformKey, DATABASE_URL: url, ...env })
  const events = new EventSequencer(db, (error) => log.error({ err: error }, 'sequencing events failed'))
  const deps: Deps = { config, db, log, now: () => fixedNow ?? new Date(), events, carrier }
  const app = await buildApp(deps, { version: '0.0.0-test', unready: async () => [] })
  await app.ready()
  t.teardown(async () => {
    await app.close()
    await events.stop()
    await Promise.all([db.close(), client.end()])
  })
  const platform = { authorization: `Bearer ${platformKey}` }
  const request: TestService['request'] = async (method, path, headers = {}, body) => {
    const response = await app.inject({
      method: method as 'GET',
      url: path,
      headers,
      ...(body !== undefined && { payload: body as object }),
    })
    const isJson = String(response.headers['content-type']).includes('json')
    return {
      status: response.statusCode,
      body: isJson && response.body !== '' ? JSON.parse(response.body) : response.body,
      headers: response.headers as TestResponse['headers'],
    }
  }
  const createCompany = async (name = 'Test Company'): Promise<TestCompany> => {
    const slug = `test-${randomUUID()}`
    const created = await request('POST', '/api/companies', platform, { name, slug })
    if (created.status !== 201)
      throw new Error(`The company was not created: ${JSON.stringify(created.body)}`)
    const createKey = async (...scopes: KeyScope[]): Promise<Headers> => {
      const path = `/api/companies/${created.body.id}/keys`
      const { status, body } = await request('POST', path, platform, { name: 'test', scopes })
      if (status !== 201) throw new Error(`The key was not created: ${JSON.stringify(body)}`)
      return { authorization: `Bearer ${body.key}` }
    }
    return { id: created.body.id, headers: await createKey('admin'), createKey }
  }
  return {
    app,
    db,
    url,
    deps,
    events,
    platform,
    logLines,
    setNow: (now) => {
      fixedNow = now
    },
    request,
    createCompany,
  }
}
