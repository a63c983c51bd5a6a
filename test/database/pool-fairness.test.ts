import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import type { Db } from '../../src/db/client.ts'
import { connect } from '../../src/db/client.ts'
import { requestDeadlines } from '../../src/db/session-settings.ts'
import { asOwner, inCompany, readCompany } from '../../src/db/transaction.ts'
import { a, b, backendPid, errorOf, gate, openDb, seededDatabase } from './seed.ts'

/** Transactions that take long, and the number of them that have ended. */
function flood(db: Db, company: string, count: number, seconds = 0.02) {
  const flooded = { ended: 0, all: Promise.resolve() as Promise<unknown> }
  const work = Array.from({ length: count }, () =>
    inCompany(db, company, (tx) => tx.execute(sql`select pg_sleep(${seconds})`)).finally(
      () => flooded.ended++,
    ),
  )
  flooded.all = Promise.all(work)
  return flooded
}

test('companies share the connections', async (t) => {
  const { url } = await seededDatabase(t)
  const db = openDb(t, url, 12)

  t.test('A company with 500 waiting transactions does not delay those of another', async (t) => {
    const noisy = flood(db, a.company, 500)
    for (let i = 0; i < 5; i++) await inCompany(db, b.company, backendPid)
    t.ok(noisy.ended < 250, `${noisy.ended} of 500 had ended before five of the other company`)
    await noisy.all
  })

  t.test('Among many companies that wait, each gets its turn', async (t) => {
    const noisy = Array.from({ length: 12 }, () => flood(db, randomUUID(), 100))
    await inCompany(db, b.company, backendPid)
    const ended = noisy.reduce((sum, { ended }) => sum + ended, 0)
    t.ok(ended < 120, `${ended} of 1,200 had ended before the one of the other company`)
    await Promise.all(noisy.map(({ all }) => all))
  })

  t.test('Readers of two companies take turns, although each could share one transaction', async (t) => {
    const readers = (company: string, count: number) => {
      const state = { ended: 0 }
      const all = Array.from({ length: count }, () =>
        readCompany(db, company, (tx) => tx.execute(sql`select pg_sleep(0.01)`)).finally(() => state.ended++),
      )
      return { state, all: Promise.all(all) }
    }
    const noisy = Array.from({ length: 9 }, () => readers(randomUUID(), 80))
    await readCompany(db, b.company, backendPid)
    const ended = noisy.reduce((sum, { state }) => sum + state.ended, 0)
    t.ok(ended < 200, `${ended} of 720 reads had ended before the one of the other company`)
    await Promise.all(noisy.map(({ all }) => all))
  })

  t.test("A company's loops do not wait for its requests", async (t) => {
    const noisy = flood(db, a.company, 500)
    await asOwner(db.background, a.company, backendPid)
    t.ok(noisy.ended < 100, `${noisy.ended} of 500 had ended before`)
    await noisy.all
  })

  t.test('A company that has filled its places is refused, and another is served', async (t) => {
    const [mayEnd, release] = gate()
    const held = Array.from({ length: 7 }, () => inCompany(db, a.company, () => mayEnd))
    const waiting = Array.from({ length: 900 }, () => inCompany(db, a.company, backendPid))
    t.match(await errorOf(inCompany(db, a.company, backendPid)), { kind: 'unavailable', code: 'overloaded' })
    t.ok(await inCompany(db, b.company, backendPid))
    release()
    await Promise.all([...held, ...waiting])
  })

  t.test('Loops cannot take the connections that find the owner of a key', async (t) => {
    const slow = Array.from({ length: 5 }, () => db.background.send('select pg_sleep(0.3)', []))
    let ended = 0
    for (const statement of slow) void statement.then(() => ended++)
    await db.send('select 1', [])
    t.equal(ended, 0)
    await Promise.all(slow)
  })
})

test('Companies that fill all places of the pool lose the newest of them to another company', async (t) => {
  const { url } = await seededDatabase(t)
  // One connection for transactions: 100 may wait per company, and 400 altogether.
  const db = openDb(t, url, 3)
  const [mayEnd, release] = gate()
  const held = inCompany(db, randomUUID(), () => mayEnd)
  const noisy = Array.from({ length: 4 }, () => randomUUID()).flatMap((company) =>
    Array.from({ length: 100 }, () => errorOf(inCompany(db, company, backendPid))),
  )
  const other = inCompany(db, b.company, backendPid)
  const refused = await Promise.race(noisy)
  t.match(refused, { code: 'overloaded' })
  release()
  t.ok(await other)
  await held
  const codes = (await Promise.all(noisy)).map((error) => error?.code)
  t.equal(codes.filter((code) => code === 'overloaded').length, 1)
})

test('A transaction that waits longer than the deadline for a connection is refused', async (t) => {
  const { url } = await seededDatabase(t)
  const db = connect(url, { max: 3, deadlines: { ...requestDeadlines, waitMs: 200 } })
  t.teardown(() => db.close())
  const [mayEnd, release] = gate()
  const held = inCompany(db, a.company, () => mayEnd)
  t.match(await errorOf(inCompany(db, b.company, backendPid)), { code: 'overloaded' })
  release()
  await held
  t.ok(await inCompany(db, b.company, backendPid))
})
