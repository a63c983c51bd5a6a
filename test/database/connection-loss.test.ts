import net from 'node:net'
import { sql } from 'drizzle-orm'
import { type Test, test } from 'tap'
import { asOwner, inCompany, type Tx } from '../../src/db/transaction.ts'
import { waitUntil } from '../setup/wait-until.ts'
import {
  a,
  backendPid,
  connectionLossCode,
  errorOf,
  insertSkillbase,
  isStored,
  openDb,
  seededDatabase,
  terminateBackend,
  useAllConnections,
} from './seed.ts'

test('a transaction whose connection is lost', async (t) => {
  const { url, owner } = await seededDatabase(t)
  const db = openDb(t, url, 5, 'lossy')
  const kinds = { inCompany, asOwner }

  for (const [kind, run] of Object.entries(kinds)) {
    const cases: Record<string, (tx: Tx) => Promise<void>> = {
      'before the first statement': async (tx) => {
        const [row] =
          await owner`select pid from pg_stat_activity where application_name = 'lossy' and state <> 'idle'`
        if (row) await terminateBackend(owner, Number(row.pid))
        await insertSkillbase(tx, 'lost')
        if (!row) await terminateBackend(owner, await backendPid(tx))
      },
      'during a statement': async (tx) => {
        const pid = await backendPid(tx)
        await insertSkillbase(tx, 'lost')
        const running = tx.execute(sql`select pg_sleep(30)`)
        const killed = waitUntil(
          'the statement runs',
          async () =>
            (await owner`select 1 from pg_stat_activity where pid = ${pid} and query ~ 'pg_sleep'`).length >
            0,
        ).then(() => terminateBackend(owner, pid))
        await Promise.all([running, killed])
      },
      'between two statements': async (tx) => {
        await insertSkillbase(tx, 'lost')
        await terminateBackend(owner, await backendPid(tx))
        await insertSkillbase(tx, 'late')
      },
      'between two statements, when fn swallows the errors': async (tx) => {
        await insertSkillbase(tx, 'lost')
        await terminateBackend(owner, await backendPid(tx))
        await insertSkillbase(tx, 'late').catch(() => undefined)
        await insertSkillbase(tx, 'later').catch(() => undefined)
      },
      'after the last statement, before COMMIT': async (tx) => {
        await insertSkillbase(tx, 'lost')
        await terminateBackend(owner, await backendPid(tx))
      },
      'while statements are queued': async (tx) => {
        const pid = await backendPid(tx)
        const queued = ['lost', 'late', 'later'].map((slug) => insertSkillbase(tx, slug))
        await Promise.all([...queued, owner`select pg_terminate_backend(${pid})`])
      },
      'by an idle timeout, which fn does not notice': async (tx) => {
        await insertSkillbase(tx, 'lost')
        await tx.execute(sql`set local idle_in_transaction_session_timeout = 10`)
        const pid = await backendPid(tx)
        await waitUntil(
          'the session has ended',
          async () => (await owner`select 1 from pg_stat_activity where pid = ${pid}`).length === 0,
        )
        for (let i = 0; i < 20; i++) await owner`select 1`
      },
    }
    for (const [when, fn] of Object.entries(cases)) {
      t.test(`${kind} rejects and stores nothing when the connection is lost ${when}`, async (t) => {
        const error = await errorOf(run(db, a.company, fn))
        t.match(error?.code ?? error?.message ?? 'it resolved', connectionLossCode)
        await inCompany(db, a.company, backendPid)
        t.equal(new Set(await useAllConnections(db, 3)).size, 3, 'the pool has all of its connections')
        for (const slug of ['lost', 'late', 'later']) t.notOk(await isStored(owner, slug), slug)
      })
    }
  }

  t.test('The next transaction is not affected', async (t) => {
    const lost = inCompany(db, a.company, async (tx) => {
      const pid = await backendPid(tx)
      await Promise.all([tx.execute(sql`select pg_sleep(30)`), owner`select pg_terminate_backend(${pid})`])
    })
    t.ok(await errorOf(lost))
    for (let i = 0; i < 6; i++) t.equal(await errorOf(inCompany(db, a.company, backendPid)), undefined)
  })

  t.test('Idle connections that are lost are replaced, and no transaction fails', async (t) => {
    for (const pid of await useAllConnections(db, 3)) await terminateBackend(owner, pid)
    const { idle } = db.pool as unknown as { idle: { isLost: boolean }[] }
    await waitUntil(
      'all connections are marked as lost',
      async () => (await owner`select 1`).length === 1 && idle.every(({ isLost }) => isLost),
    )
    t.equal(new Set(await useAllConnections(db, 3)).size, 3)
  })

  t.test('After 50 losses no connection is leaked and the pool has its full size', async (t) => {
    for (let i = 0; i < 50; i++) {
      const lost = inCompany(db, a.company, async (tx) => {
        await owner`select pg_terminate_backend(${await backendPid(tx)})`
        await insertSkillbase(tx, 'lost')
      })
      if ((await errorOf(lost)) === undefined) t.fail('it resolved')
    }
    t.equal(new Set(await useAllConnections(db, 3)).size, 3)
    await waitUntil(
      'at most three connections are left',
      async () =>
        (await owner`select pid from pg_stat_activity where application_name = 'lossy'`).length <= 3,
    )
    t.notOk(await isStored(owner, 'lost'))
    t.equal(new Set(await useAllConnections(db, 3)).size, 3)
  })
})

/** A TCP proxy between the pool and the database that can break connections. */
async function startProxy(t: Test, url: string) {
  const target = new URL(url)
  const sockets = new Set<net.Socket>()
  const state = {
    /** Accepts connections and closes them immediately, as a load balancer without a server does. */
    closesImmediately: false,
    /**
     * Called with each message of the client. true forwards it; false cuts the connections instead; 'without_response'
     * forwards it and cuts them when the server responds.
     */
    forwards: (_text: string): boolean | 'without_response' => true,
    connections: 0,
  }
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = net.createServer((client) => {
    state.connections++
    if (state.closesImmediately) {
      client.end()
      return
    }
    const upstream = net.connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    let cutsOnResponse = false
    client.on('data', (bytes) => {
      const forwards = state.forwards(bytes.toString('latin1'))
      if (forwards === false) cut()
      else upstream.write(bytes)
      cutsOnResponse = forwards === 'without_response'
    })
    upstream.on('data', (bytes) => {
      if (cutsOnResponse) cut()
      else client.write(bytes)
    })
  })
  const listen = (port: number) =>
    new Promise<number>((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port))
    })
  const port = await listen(0)
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    cut()
    await closed
  }
  t.teardown(async () => {
    cut()
    server.close()
  })
  const proxied = new URL(url)
  proxied.host = `127.0.0.1:${port}`
  return { url: proxied.href, state, cut, stop, restart: () => listen(port) }
}

const secondsOf = async (work: Promise<unknown>) => {
  const startedAt = performance.now()
  await work
  return (performance.now() - startedAt) / 1000
}

/** Whether a message of the client is the statement COMMIT. The settings of a session contain the word too. */
const isCommit = (text: string) => text.includes('commit\0')

test('a database that cannot be reached', async (t) => {
  const { url, owner } = await seededDatabase(t)

  t.test(
    'Transactions fail within 2 s while the database is unreachable, and succeed as soon as it is back',
    async (t) => {
      const proxy = await startProxy(t, url)
      const db = openDb(t, proxy.url, 5)
      await useAllConnections(db, 3)
      await proxy.stop()
      for (let i = 0; i < 12; i++) {
        const errors = Promise.all([1, 2, 3, 4].map(() => errorOf(inCompany(db, a.company, backendPid))))
        t.ok((await secondsOf(errors)) < 2)
        for (const error of await errors) t.match(error?.code ?? 'it resolved', connectionLossCode)
      }
      await proxy.restart()
      t.ok((await secondsOf(useAllConnections(db, 3))) < 2)
    },
  )

  t.test(
    'A transaction fails quickly, without endless reconnects, when connections are closed on accept',
    async (t) => {
      const proxy = await startProxy(t, url)
      const db = openDb(t, proxy.url, 5)
      proxy.state.closesImmediately = true
      const error = errorOf(inCompany(db, a.company, backendPid))
      let isRejected = false
      void error.then(() => {
        isRejected = true
      })
      await waitUntil(
        'the transaction is rejected, or 100 connections were opened',
        () => isRejected || proxy.state.connections > 100,
      )
      t.ok(isRejected, 'it is rejected instead of connecting again and again')
      t.match((await error)?.code ?? 'it resolved', connectionLossCode)
      proxy.state.closesImmediately = false
      t.ok((await secondsOf(useAllConnections(db, 3))) < 2)
    },
  )

  t.test(
    'A connection cut before COMMIT arrives: the transaction rejects and nothing is stored',
    async (t) => {
      const proxy = await startProxy(t, url)
      const db = openDb(t, proxy.url, 3)
      proxy.state.forwards = (text) => !isCommit(text)
      const error = await errorOf(inCompany(db, a.company, (tx) => insertSkillbase(tx, 'cut')))
      t.match(error?.code ?? 'it resolved', connectionLossCode)
      proxy.state.forwards = () => true
      await inCompany(db, a.company, backendPid)
      t.notOk(await isStored(owner, 'cut'))
    },
  )

  t.test(
    'A connection cut before the response to COMMIT: the transaction rejects, because the result is unknown',
    async (t) => {
      const proxy = await startProxy(t, url)
      const db = openDb(t, proxy.url, 3)
      proxy.state.forwards = (text) => (isCommit(text) ? 'without_response' : true)
      const error = await errorOf(inCompany(db, a.company, (tx) => insertSkillbase(tx, 'unanswered')))
      t.match(error?.code ?? 'it resolved', connectionLossCode)
      await waitUntil('the COMMIT has taken effect', () => isStored(owner, 'unanswered'))
      t.pass('this COMMIT had taken effect')
    },
  )

  t.test(
    'Connections cut repeatedly under load: transactions that resolve are stored, rolled back ones are not',
    async (t) => {
      const proxy = await startProxy(t, url)
      const db = openDb(t, proxy.url, 5)
      let sent = 0
      proxy.state.forwards = () => ++sent % 37 !== 0
      const work = Array.from({ length: 300 }, async (_, i) => {
        const error = await errorOf(
          inCompany(db, a.company, async (tx) => {
            await insertSkillbase(tx, `load-${i}`)
            await Promise.all([backendPid(tx), insertSkillbase(tx, `load-${i}-too`)])
            if (i % 2 === 0) throw Object.assign(new Error(), { code: 'ROLLED_BACK' })
          }),
        )
        return error?.code
      })
      const codes = await Promise.all(work)
      t.same(
        codes.filter(
          // On a slow machine some wait too long for a connection: nothing of them is stored.
          (code) =>
            code !== undefined &&
            !['ROLLED_BACK', 'overloaded'].includes(code) &&
            !connectionLossCode.test(code),
        ),
        [],
      )
      t.ok(
        codes.some((code) => code !== undefined && connectionLossCode.test(code)),
        'some connections were cut',
      )
      const stored = new Set(
        (await owner`select slug from skillbases where slug ~ '^load-'`).map(({ slug }) => slug),
      )
      const wrong = codes.flatMap((code, i) => {
        const [hasFirst, hasSecond] = [stored.has(`load-${i}`), stored.has(`load-${i}-too`)]
        const isCorrect = hasFirst === hasSecond && (hasFirst ? i % 2 === 1 : code !== undefined)
        return isCorrect ? [] : [{ i, code, hasFirst, hasSecond }]
      })
      t.same(wrong, [])
      proxy.state.forwards = () => true
      // The pool may not have noticed the last cut yet: the transaction that gets that connection fails and discards it.
      await waitUntil(
        'all connections work',
        async () => (await errorOf(useAllConnections(db, 3))) === undefined,
      )
      t.equal(new Set(await useAllConnections(db, 3)).size, 3)
    },
  )
})

test('Statements outside of transactions are served again after any number of lost connections', async (t) => {
  const { url } = await seededDatabase(t)
  const proxy = await startProxy(t, url)
  const db = openDb(t, proxy.url, 5)
  let isCutting = true
  let served = 0
  const send = async () => {
    while (isCutting) {
      // Whether a statement was lost depends on the moment of the cut.
      await db.send('select 1', []).catch(() => undefined)
      served++
    }
  }
  const senders = Array.from({ length: 8 }, send)
  for (let round = 0; round < 100; round++) {
    const before = served
    await waitUntil('statements are sent', async () => served > before + 8)
    proxy.cut()
  }
  isCutting = false
  await Promise.all(senders)
  for (let i = 0; i < 4; i++) t.equal(await errorOf(db.send('select 1', [])), undefined)
})
