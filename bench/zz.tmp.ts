import { mkdtempSync } from 'node:fs'
import postgres from 'postgres'
import { startEmbedded } from '../src/db/embedded.ts'
import { upgrade } from '../src/db/migrate.ts'
import { connect } from '../src/db/client.ts'
import { claimAttempts } from '../src/modules/dialing/claim.ts'
import { settleStep, takeCarrierEvents } from '../src/modules/dialing/index.ts'
import { fillQueue, violations } from './queue-fill.ts'
const dir = mkdtempSync('/tmp/scr/db-')
const e = await startEmbedded({ dataDir: dir, settings: { shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '15min' } })
try {
  await upgrade(e.url)
  const sql = postgres(e.url, { max: 1, onnotice: () => undefined })
  const camps = Number(process.argv[2] ?? 1), n = Number(process.argv[3] ?? 24000)
  await fillQueue(sql, camps, n)
  const db = connect(e.url, { max: 4 })
  const t = { claim: 0, events: 0, settle: 0 }
  const began = performance.now()
  let done = 0, rounds = 0
  for (;;) {
    const a = performance.now()
    const { claimed } = await claimAttempts(db, { worker: 'w', now: new Date(), quota: 250, leaseMs: 20000 })
    const b = performance.now()
    const at = new Date()
    await takeCarrierEvents(db, claimed.map((c) => ({ company_id: c.company_id, call_id: c.call_id, type: 'ended' as const, at, outcome: 'success' as const, ended_reason: 'x' })), at)
    const c = performance.now()
    while (await settleStep(db, new Date()));
    const d = performance.now()
    t.claim += b - a; t.events += c - b; t.settle += d - c
    done += claimed.length; rounds++
    if (rounds % 20 === 0) console.log(done, 'claim', (b - a).toFixed(1), 'events', (c - b).toFixed(1), 'settle', (d - c).toFixed(1), claimed.length)
    if (claimed.length < 10 && done >= n) break
    if (performance.now() - began > 60000) break
  }
  const s = (performance.now() - began) / 1000
  console.log({ rate: Math.round(done / s), perClaim: t.claim / rounds, events: t.events / rounds, settle: t.settle / rounds, rounds })
  console.log(await violations(sql))
  await db.close(); await sql.end()
} finally { await e.stop() }
