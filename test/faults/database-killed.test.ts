import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { findServerProcesses } from '../../src/db/embedded/processes.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { createCompaniesContinuously, scratchDirectory, startServiceProcess } from './service-process.ts'

test('an embedded database that is killed or frozen', async (t) => {
  const dataDir = scratchDirectory(t)
  const service = await startServiceProcess(t, dataDir)
  const { pid } = service.child

  await t.test('A killed database is restarted, and nothing acknowledged is lost', async (t) => {
    const writer = createCompaniesContinuously(service, 'killed')
    for (const count of [5, 10]) {
      await waitUntil('companies are created', () => writer.acknowledged.length >= count)
      service.signalDatabase('SIGKILL')
      await waitUntil('/health/ready reports it', async () => (await service.ready()).status === 503)
      await waitUntil('the service has recovered', async () => (await service.ready()).status === 200)
    }
    const runs = await service.loopRuns('settle')
    await waitUntil('loops continue', async () => (await service.loopRuns('settle')) > runs)
    const { acknowledged, statuses } = await writer.stop()
    const stored = new Set(await service.companySlugs())
    t.same(
      acknowledged.filter((slug) => !stored.has(slug)),
      [],
    )
    t.same(
      [...statuses].filter((status) => ![201, 503].includes(status)),
      [],
    )
    t.equal(service.child.pid, pid)
    t.equal(service.child.exitCode, null, 'the process was not restarted')
  })

  await t.test('A frozen database is reported within 2 s, and served again when it goes on', async (t) => {
    const companies = await service.companySlugs()
    service.signalDatabase('SIGSTOP')
    const probes = await Promise.all(Array.from({ length: 50 }, () => service.ready()))
    for (const { status, reasons, seconds } of probes) {
      if (status !== 503 || seconds > 2) t.fail(`${status} after ${seconds} s: ${reasons}`)
      t.match(reasons[0], /^the database does not respond/)
    }
    t.equal((await fetch(`${service.url}/health/live`)).status, 200)
    service.signalDatabase('SIGCONT')
    await waitUntil('the service has recovered', async () => (await service.ready()).status === 200)
    const connections = await service.admin()`select count(*)::int as n from pg_stat_activity
      where application_name like 'new-voice%' and query like '%transaction_read_only%'`
    t.equal(connections[0]?.n, 1, 'the probe has one connection')
    t.same(await service.companySlugs(), companies)
  })

  await t.test('With a frozen database, SIGTERM ends the service and the database within 25 s', async (t) => {
    service.signalDatabase('SIGSTOP')
    const request = service.companySlugs().catch(() => undefined)
    const startedAt = performance.now()
    service.child.kill('SIGTERM')
    t.same(await service.ended, { code: 0, signal: null })
    t.ok(performance.now() - startedAt < 25_000)
    await request
    await waitUntil(
      'no process of the database is left',
      () => findServerProcesses(join(dataDir, 'postgres'), {}).length === 0,
    )
  })

  for (const [name, content] of [
    ['empty', ''],
    ['torn', '\0\0\0\0\0\0'],
  ] as const)
    await t.test(`After a power loss an ${name} postmaster.pid does not prevent the start`, async (t) => {
      writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), content)
      const next = await startServiceProcess(t, dataDir)
      t.ok((await next.companySlugs()).includes('killed-0'))
      next.child.kill('SIGTERM')
      t.same(await next.ended, { code: 0, signal: null })
    })
})

test('A service whose database cannot be restarted ends with code 1 and one line with the reason', async (t) => {
  const dataDir = scratchDirectory(t)
  const service = await startServiceProcess(t, dataDir)
  // PostgreSQL does not start with it.
  writeFileSync(join(dataDir, 'postgres', 'postgresql.auto.conf'), 'no_such_setting = 1\n')
  service.signalDatabase('SIGKILL')
  t.same(await service.ended, { code: 1, signal: null })
  const fatal = service
    .output()
    .split('\n')
    .filter((line) => line.includes('"level":60'))
  t.equal(fatal.length, 1)
  t.match(fatal[0], /contains errors \(more in .*postgres\.log\), and was restarted 6 times/)
})
