import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import postgres from 'postgres'
import tap, { test } from 'tap'
import { connect } from '../../src/db/client.ts'
import { Pool } from '../../src/db/pool.ts'
import { skillbases } from '../../src/db/schema/index.ts'
import { inCompany, readCompany, type Tx } from '../../src/db/transaction.ts'
import { waitUntil } from '../setup/wait-until.ts'
import {
  a,
  b,
  backendPid,
  connectionLossCode,
  errorOf,
  gate,
  insertSkillbase,
  isStored,
  openDb,
  seededDatabase,
} from './seed.ts'

// Runs during all other tests of this file, because the statement timeout is 15 s. The last test checks the result.
const slow = await (async () => {
  const { url } = await seededDatabase(tap)
  const db = openDb(tap, url, 3)
  const startedAt = performance.now()
  const timeout = errorOf(inCompany(db, a.company, (tx) => tx.execute(sql`select pg_sleep(60)`)))
  return { db, ended: timeout.then((error) => ({ error, seconds: (performance.now() - startedAt) / 1000 })) }
})()

test('transactions', async (t) => {
  const { url, owner } = await seededDatabase(t)
  const db = openDb(t, url, 5)

  t.test('An error that fn swallows rejects the transaction instead of rolling back silently', async (t) => {
    const work = inCompany(db, a.company, async (tx) => {
      await insertSkillbase(tx, 'swallowed')
      await tx.execute(sql`select 1 / 0`).catch(() => undefined)
      return 'done'
    })
    t.match(await errorOf(work), { message: /failed/ })
    t.notOk(await isStored(owner, 'swallowed'))
  })

  t.test('An error that fn throws rejects the transaction, and nothing is stored', async (t) => {
    const error = new Error('thrown by fn')
    await t.rejects(
      inCompany(db, a.company, async (tx) => {
        await insertSkillbase(tx, 'thrown')
        throw error
      }),
      error,
    )
    t.notOk(await isStored(owner, 'thrown'))
  })

  t.test('An error while a transaction is opened is reported, and the next transaction works', async (t) => {
    const role = `nv_test_${randomBytes(6).toString('hex')}`
    await owner.unsafe(`create role ${role} login password 'x'; grant new_voice_tenant to ${role}`)
    const asRole = new URL(url)
    Object.assign(asRole, { username: role, password: 'x' })
    const dbAsRole = connect(asRole.href, { max: 3 })
    try {
      t.equal(await errorOf(inCompany(dbAsRole, a.company, backendPid)), undefined)
      await owner.unsafe(`revoke new_voice_tenant from ${role}`)
      // On an established connection the first statement is sent before the server has responded to the opening, so the
      // error of that statement is only that the transaction is aborted.
      for (const _ of ['established connection', 'new connection'])
        t.equal((await errorOf(inCompany(dbAsRole, a.company, backendPid)))?.code, '42501')
      await owner.unsafe(`grant new_voice_tenant to ${role}`)
      t.equal(await errorOf(inCompany(dbAsRole, a.company, backendPid)), undefined)
    } finally {
      await dbAsRole.close()
      await owner.unsafe(`drop role ${role}`)
    }
  })

  t.test('Concurrent statements of a transaction run one after another', async (t) => {
    const slugs = Array.from({ length: 20 }, (_, i) => `parallel-${i}`)
    const pids = await inCompany(db, a.company, (tx) =>
      Promise.all(slugs.map((slug) => insertSkillbase(tx, slug).then(() => backendPid(tx)))),
    )
    t.equal(new Set(pids).size, 1)
    const stored = await owner`select xmin::text from skillbases where slug ~ '^parallel'`
    t.equal(stored.length, 20)
    t.equal(new Set(stored.map(({ xmin }) => xmin)).size, 1, 'in one transaction')
  })

  t.test(
    'A statement sent after the end of a transaction is rejected and does not run in another transaction',
    async (t) => {
      const separateDb = openDb(t, url, 3)
      const [ended, release] = gate()
      let lateStatement: Promise<unknown> | undefined
      const failing = inCompany(separateDb, a.company, async (tx) => {
        lateStatement = errorOf(ended.then(() => insertSkillbase(tx, 'late')))
        await Promise.all([lateStatement, tx.execute(sql`select 1 / 0`)])
      })
      t.equal((await errorOf(failing))?.code, '22012')
      await inCompany(separateDb, b.company, async (other) => {
        await backendPid(other)
        release()
        t.match(await lateStatement, { message: /over/ })
      })
      let endedTx: Tx | undefined
      await inCompany(separateDb, a.company, async (tx) => {
        endedTx = tx
      })
      t.match(endedTx && (await errorOf(insertSkillbase(endedTx, 'late'))), { message: /over/ })
      t.notOk(await isStored(owner, 'late'))
    },
  )

  t.test('A statement that fn did not await is still part of the transaction', async (t) => {
    await inCompany(db, a.company, async (tx) => {
      void insertSkillbase(tx, 'unawaited').then(() => undefined)
    })
    t.ok(await isStored(owner, 'unawaited'))
  })

  t.test(
    '200 concurrent transactions on three connections all succeed, each as its own company',
    async (t) => {
      const work = Array.from({ length: 200 }, async (_, i) => {
        const company = i % 3 === 0 ? b.company : a.company
        const run = i % 2 === 0 ? readCompany : inCompany
        const [row] = await run(db, company, async (tx) => {
          if (run === inCompany) await insertSkillbase(tx, `many-${i}`)
          return tx.execute(
            sql`select current_setting('app.company_id') as company, current_user as role, count(*)::int as n,
              current_setting('transaction_read_only') as is_read_only from skillbases where company_id <> ${company}::uuid`,
          )
        })
        return (
          row?.company === company &&
          row.role === 'new_voice_tenant' &&
          row.n === 0 &&
          row.is_read_only === (run === readCompany ? 'on' : 'off')
        )
      })
      t.same(
        (await Promise.all(work)).filter((isCorrect) => !isCorrect),
        [],
      )
      const stored =
        await owner`select company_id = ${b.company} as is_b, substr(slug, 6)::int as i from skillbases where slug ~ '^many'`
      t.equal(stored.length, 100)
      t.ok(stored.every((row) => row.is_b === (row.i % 3 === 0)))
    },
  )

  t.test('Waiting readers see everything that was committed before they started', async (t) => {
    const work = Array.from({ length: 40 }, async (_, i) => {
      await inCompany(db, a.company, (tx) => insertSkillbase(tx, `seen-${i}`))
      return readCompany(db, a.company, (tx) =>
        tx
          .select()
          .from(skillbases)
          .where(eq(skillbases.slug, `seen-${i}`)),
      )
    })
    t.ok((await Promise.all(work)).every((rows) => rows.length === 1))
  })

  t.test('A failing reader does not affect the readers after it', async (t) => {
    const single = openDb(t, url, 3)
    const errors = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        errorOf(
          readCompany(single, a.company, async (tx) => {
            if (i % 3 === 0) await tx.execute(sql`select 1 / 0`)
            if (i % 3 === 1) await tx.execute(sql`select 1 / 0`).catch(() => undefined)
            else await backendPid(tx)
          }),
        ),
      ),
    )
    t.same(
      errors.map((error) => error?.code),
      errors.map((_, i) => (i % 3 === 0 ? '22012' : undefined)),
    )
  })

  t.test('Too many waiting transactions are rejected immediately, and those that wait succeed', async (t) => {
    const [opened, release] = gate()
    // Of its three connections, a company leaves one to others.
    const open = Array.from({ length: 2 }, () => inCompany(db, a.company, () => opened))
    const waiting = Array.from({ length: 300 }, () => inCompany(db, a.company, backendPid))
    const error = await errorOf(inCompany(db, a.company, backendPid))
    t.match(error, { kind: 'unavailable', code: 'overloaded' })
    release()
    await Promise.all(open)
    t.equal((await Promise.all(waiting)).length, 300)
    t.equal(
      await errorOf(inCompany(db, a.company, backendPid)),
      undefined,
      'then new transactions are accepted again',
    )
  })

  t.test(
    'Closing a pool waits for open transactions, rejects waiting ones and closes all connections',
    async (t) => {
      const closing = connect(url, { max: 3, applicationName: 'closing' })
      const [mayEnd, release] = gate()
      const [opened, markOpened] = gate()
      const running = inCompany(closing, a.company, async (tx) => {
        await insertSkillbase(tx, 'before-closing')
        markOpened()
        await mayEnd
        await insertSkillbase(tx, 'while-closing')
      })
      const waiting = errorOf(inCompany(closing, a.company, backendPid))
      await opened
      const closed = closing.close()
      t.match((await waiting)?.code ?? 'it resolved', connectionLossCode)
      release()
      await running
      await closed
      t.ok(await isStored(owner, 'while-closing'))
      t.match(
        (await errorOf(inCompany(closing, a.company, backendPid)))?.code ?? 'it resolved',
        connectionLossCode,
      )
      await waitUntil(
        'the connections are closed',
        async () =>
          (await owner`select 1 from pg_stat_activity where application_name = 'closing'`).length === 0,
      )
    },
  )

  t.test('Expired connections are replaced between transactions, never inside one', async (t) => {
    const createClient = ({ onclose }: { onclose: () => void }) =>
      postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined, onclose })
    const pool = new Pool(createClient, { max: 2, maxWaitingPerConnection: 100, lifetimeMs: 50 })
    t.teardown(() => pool.close())
    const pids = new Set<number>()
    await waitUntil('six connections were used', async () => {
      const work = [1, 2, 3].map(() =>
        inCompany(
          { ...db, pool },
          a.company,
          async (tx) => [await backendPid(tx), await backendPid(tx)] as const,
        ),
      )
      for (const [first, second] of await Promise.all(work)) {
        if (first !== second) t.fail('replaced inside a transaction')
        pids.add(first)
      }
      return pids.size >= 6
    })
    t.pass(`${pids.size} connections`)
  })

  t.test('A lifetime in the URL does not end a connection inside a transaction', async (t) => {
    const aging = openDb(t, `${url}?max_lifetime=0.1&idle_timeout=0.1`, 3)
    const deadline = performance.now() + 1000
    let slug = 0
    const errors: (string | undefined)[] = []
    while (performance.now() < deadline) {
      const error = await errorOf(
        inCompany(aging, a.company, async (tx) => {
          await backendPid(tx)
          await backendPid(tx)
          await insertSkillbase(tx, `aging-${slug++}`)
          throw Object.assign(new Error(), { code: 'ROLLED_BACK' })
        }),
      )
      if (error?.code !== 'ROLLED_BACK') errors.push(error?.code)
    }
    t.same(errors, [])
    t.equal(
      (await owner`select 1 from skillbases where slug ~ '^aging'`).length,
      0,
      'no statement ran outside of its transaction',
    )
  })
})

test('A statement that takes longer than 15 s is cancelled, and its connection is still usable', async (t) => {
  const { error, seconds } = await slow.ended
  t.match(error, { code: '57014' })
  t.ok(seconds > 14, `after ${seconds} s`)
  t.equal(await errorOf(inCompany(slow.db, a.company, backendPid)), undefined)
  const [idle] = await inCompany(slow.db, a.company, (tx) =>
    tx.execute(sql`select current_setting('idle_in_transaction_session_timeout') as limit`),
  )
  t.equal(idle?.limit, '15s', 'the timeout of an idle transaction')
})
