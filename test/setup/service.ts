import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { connect, type Db } from '../../src/db/client.ts'
import type { KeyScope } from '../../src/db/schema/index.ts'
import type { Deps } from '../../src/deps.ts'
import { EventSequencer } from '../../src/modules/events/index.ts'
import type { Carrier } from '../../src/telephony/carrier.ts'
import './check-rows.ts'
import { testDatabase } from './postgres.ts'

export type Headers = Record<string, string>

export interface TestResponse {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what came, whatever it is.
  body: any
  headers: Record<string, string | number | string[] | undefined>
}

/** A company of a test's own, with an admin key. */
export interface TestCompany {
  id: string
  headers: Headers
  /** Headers of a new key with these scopes. */
  createKey(...scopes: KeyScope[]): Promise<Headers>
}

export interface TestService {
  app: FastifyInstance
  db: Db
  url: string
  deps: Deps
  /** Gives events their ids: by its step, unless a test starts it. */
  events: EventSequencer
  /** Headers of the platform. */
  platform: Headers
  /** Every line the service logged. */
  logLines: string[]
  /** Sets the clock; without it, it is the real one. */
  setNow(now: Date | undefined): void
  request(method: string, url: string, headers?: Headers, body?: unknown): Promise<TestResponse>
  createCompany(name?: string): Promise<TestCompany>
}

const platformKey = 'a-platform-key-for-tests-only'

/** A carrier for tests in which nobody is dialed: it was never asked, and says so. */
export const refusingCarrier: Carrier = {
  name: 'nobody',
  dial: async () => ({ kind: 'refused', outcome: 'carrier_error', ended_reason: 'nobody dials here' }),
  hangUp: async () => true,
  lookup: async () => ({ kind: 'unknown' }),
}

/** The whole HTTP service on a database of its own. Everything ends with the test. */
export async function startTestService(
  t: Test,
  env: Record<string, string> = {},
  carrier: Carrier = refusingCarrier,
): Promise<TestService> {
  const { url } = await testDatabase(t)
  const db = connect(url, { max: 6 })
  let fixed: Date | undefined
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })
  const config = readConfig({ PLATFORM_KEY: platformKey, DATABASE_URL: url, ...env })
  const events = new EventSequencer(db, (error) => log.error({ err: error }, 'events were not sequenced'))
  const deps: Deps = { config, db, log, now: () => fixed ?? new Date(), events, carrier }
  const app = await buildApp(deps, { version: '0.0.0-test', unready: async () => [] })
  await app.ready()
  t.teardown(async () => {
    await app.close()
    await events.stop()
    await db.close()
  })
  const platform = { authorization: `Bearer ${platformKey}` }
  const call: TestService['request'] = async (method, path, headers = {}, body) => {
    const answer = await app.inject({
      method: method as 'GET',
      url: path,
      headers,
      ...(body !== undefined && { payload: body as object }),
    })
    const isJson = String(answer.headers['content-type']).includes('json')
    return {
      status: answer.statusCode,
      body: isJson && answer.body !== '' ? JSON.parse(answer.body) : answer.body,
      headers: answer.headers as TestResponse['headers'],
    }
  }
  const company = async (name = 'Test Company'): Promise<TestCompany> => {
    const slug = `test-${randomUUID()}`
    const made = await call('POST', '/api/companies', platform, { name, slug })
    if (made.status !== 201) throw new Error(`no company: ${JSON.stringify(made.body)}`)
    const key = async (...scopes: KeyScope[]): Promise<Headers> => {
      const answer = await call('POST', `/api/companies/${made.body.id}/keys`, platform, {
        name: 'test',
        scopes,
      })
      if (answer.status !== 201) throw new Error(`no key: ${JSON.stringify(answer.body)}`)
      return { authorization: `Bearer ${answer.body.key}` }
    }
    return { id: made.body.id, headers: await key('admin'), createKey: key }
  }
  return {
    app,
    db,
    url,
    deps,
    events,
    platform,
    logLines: logged,
    setNow: (now) => {
      fixed = now
    },
    request: call,
    createCompany: company,
  }
}
