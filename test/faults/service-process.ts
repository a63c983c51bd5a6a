import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import type { Test } from 'tap'
import { findServerProcesses, sendSignal } from '../../src/db/embedded/processes.ts'
import { platformKey, type SpawnedService, type SpawnOptions, spawnService } from '../setup/spawn-service.ts'
import { waitUntil } from '../setup/wait-until.ts'

export const headers = { authorization: `Bearer ${platformKey}`, 'content-type': 'application/json' }

export interface ServiceProcess extends Omit<SpawnedService, 'url' | 'kill'> {
  url: string
  dataDir: string
  /** The URL of its database with the superuser's password. */
  adminUrl: () => string
  /** A client of its database with the superuser's password. It ends with the test. */
  admin: () => Sql
  /** Sends a signal to all processes of its database. */
  signalDatabase: (signal: NodeJS.Signals) => void
  ready: () => Promise<{ status: number; reasons: string[]; seconds: number }>
  /** Creates a company. Returns its id, or the status and code of the error. */
  createCompany: (slug: string) => Promise<{ status: number; id?: string; code?: string }>
  companySlugs: () => Promise<string[]>
  /** How often the steps of a loop have succeeded. */
  loopRuns: (loop: string) => Promise<number>
}

/** A directory that is removed when the test ends. */
export function scratchDirectory(t: Test): string {
  const directory = mkdtempSync(join(process.env.TEST_SCRATCH ?? tmpdir(), 'nv-faults-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }))
  return directory
}

/** Starts the service with an embedded database of its own, as an operator does. Ends both with the test. */
export async function startServiceProcess(
  t: Test,
  dataDir: string,
  options: Pick<SpawnOptions, 'command' | 'env'> = {},
): Promise<ServiceProcess> {
  const env = { DATA_DIR: dataDir, LOG_LEVEL: 'info', ...options.env }
  const { child, ended, output, kill, url: listening } = spawnService({ ...options, env })
  const folder = join(dataDir, 'postgres')
  const databasePids = () => (existsSync(folder) ? findServerProcesses(folder, {}) : [])
  const signalDatabase = (signal: NodeJS.Signals) => {
    for (const pid of databasePids()) sendSignal(pid, signal)
  }
  t.teardown(async () => {
    await kill()
    signalDatabase('SIGKILL')
    await waitUntil('the database has ended', () => databasePids().length === 0)
  })
  const url = await listening
  const adminUrl = () => {
    const port = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[3]
    const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()
    return `postgres://postgres:${password}@127.0.0.1:${port}/new_voice`
  }
  const admin = () => {
    const sql = postgres(adminUrl(), { max: 1, onnotice: () => undefined })
    t.teardown(() => sql.end({ timeout: 0 }))
    return sql
  }
  return {
    url,
    child,
    ended,
    output,
    dataDir,
    adminUrl,
    admin,
    signalDatabase,
    ...requestsOf(url),
  }
}

/** Creates companies until `stop()` is called, which returns the slugs of those that were acknowledged. */
export function createCompaniesContinuously(service: ServiceProcess, prefix: string) {
  const acknowledged: string[] = []
  const statuses = new Set<number>()
  let isStopped = false
  const run = async () => {
    for (let i = 0; !isStopped; i++) {
      const slug = `${prefix}-${i}`
      const { status } = await service.createCompany(slug)
      statuses.add(status)
      if (status === 201) acknowledged.push(slug)
    }
  }
  const running = run()
  const stop = async () => {
    isStopped = true
    await running
    return { acknowledged, statuses }
  }
  return { acknowledged, stop }
}

function requestsOf(url: string) {
  const ready: ServiceProcess['ready'] = async () => {
    const startedAt = performance.now()
    const response = await fetch(`${url}/health/ready`)
    const { reasons } = (await response.json()) as { reasons: string[] }
    return { status: response.status, reasons, seconds: (performance.now() - startedAt) / 1000 }
  }
  const createCompany: ServiceProcess['createCompany'] = async (slug) => {
    const body = JSON.stringify({ name: slug, slug })
    const response = await fetch(`${url}/api/companies`, { method: 'POST', headers, body })
    return { status: response.status, ...((await response.json()) as object) }
  }
  const companySlugs = async () => {
    const slugs: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const response = await fetch(`${url}/api/companies?limit=200${page}`, { headers })
      const { items, next_cursor } = (await response.json()) as {
        items: { slug: string }[]
        next_cursor: string | null
      }
      slugs.push(...items.map(({ slug }) => slug))
      cursor = next_cursor
    }
    return slugs
  }
  const loopRuns = async (loop: string) => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(
      new RegExp(`^\\w+runs_total\\{loop="${loop}",result="success"\\} (\\d+)`, 'm').exec(text)?.[1],
    )
  }
  return { ready, createCompany, companySlugs, loopRuns }
}
