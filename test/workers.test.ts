import { spawnSync } from 'node:child_process'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { Listener } from '../src/db/listener.ts'
import { asOwner } from '../src/db/transaction.ts'
import { emit, eventChannel } from '../src/modules/events/index.ts'
import { startWorkers } from '../src/workers.ts'
import { startTestService } from './setup/service.ts'

test('/metrics shows the runs, items and failures of each loop', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  const workers = await startWorkers(s.deps)
  t.teardown(() => workers.stop())
  const metrics = async () => (await s.request('GET', '/metrics')).body as string
  /** The value of a metric of a loop; 0 before the first. */
  const metricOf = async (name: string, labels: string) => {
    const line = (await metrics())
      .split('\n')
      .find((line) => line.startsWith(`new_voice_loop_${name}{${labels}}`))
    return Number(line?.split(' ')[1] ?? 0)
  }
  const until = async (name: string, labels: string, isReached: (value: number) => boolean) => {
    while (!isReached(await metricOf(name, labels))) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  await t.test('Items are counted', async () => {
    await s.db.orm.execute(sql`
      insert into dirty_calls (company_id, call_id) values (${company.id}::uuid, gen_random_uuid())`)
    await until('items_total', 'loop="fold-rollups"', (items) => items === 1)
  })

  await t.test('A loop whose table is missing fails, and the others continue', async (t) => {
    await s.db.orm.execute(sql`alter table webhook_deliveries rename to missing`)
    const failing = 'loop="deliver-webhooks",result="failure"'
    await until('runs_total', failing, (failures) => failures >= 2)
    t.equal(await metricOf('runs_total', 'loop="dial",result="failure"'), 0)
    t.equal(await metricOf('lag_seconds', 'loop="dial"'), 0)
    t.ok(s.logLines.some((line) => line.includes('"loop":"deliver-webhooks"')))
  })

  await t.test('promtool accepts the output', async (t) => {
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: await metrics(), encoding: 'utf8' })
    if (promtool.error !== undefined) return t.pass('promtool is not installed')
    t.equal(promtool.status, 0, promtool.stderr + promtool.stdout)
  })
})

test('Sequenced events wake the workers of other processes, also while no client watches', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  await s.events.step()
  const notified = new Promise<void>((resolve, reject) => {
    const listener = new Listener(s.db, `listen ${eventChannel}`, {
      onListening: () => {
        const emitted = asOwner(s.db, company.id, async (tx) =>
          emit(tx, { type: 'call.updated', call_id: company.id }),
        )
        emitted.then(() => s.events.step()).catch(reject)
      },
      onNotify: () => resolve(),
      onError: reject,
    })
    t.teardown(() => listener.stop())
  })
  await notified
})
