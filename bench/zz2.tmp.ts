import { mkdtempSync } from 'node:fs'
import postgres from 'postgres'
import { startEmbedded } from '../src/db/embedded.ts'
import { upgrade } from '../src/db/migrate.ts'
import { connect } from '../src/db/client.ts'
import { claimAttempts } from '../src/modules/dialing/claim.ts'
import { settleStep, takeCarrierEvents } from '../src/modules/dialing/index.ts'
import { fillQueue } from './queue-fill.ts'
const dir = mkdtempSync('/tmp/scr/db-')
const e = await startEmbedded({ dataDir: dir, settings: { shared_buffers: '1GB', session_preload_libraries: 'auto_explain', 'auto_explain.log_min_duration': process.argv[2] ?? '30', 'auto_explain.log_analyze': 'on', 'auto_explain.log_triggers':'on', 'auto_explain.log_timing': 'on', log_destination: 'stderr' } })
try {
  await upgrade(e.url)
  const sql = postgres(e.url, { max: 1, onnotice: () => undefined })
  await sql.unsafe(`alter system set client_min_messages = 'log'`).catch((x) => console.log(x))
  await sql.unsafe('select pg_reload_conf()')
  await fillQueue(sql, 1, 24000)
  await sql.unsafe(`alter database ${new URL(e.url).pathname.slice(1)} set client_min_messages = 'log'`)
  const db = connect(e.url, { max: 4 })
  const orig = console.log
  for (let i = 0; i < 30; i++) {
    const { claimed } = await claimAttempts(db, { worker: 'w', now: new Date(), quota: 250, leaseMs: 20000 })
    const at = new Date()
    await takeCarrierEvents(db, claimed.map((c) => ({ company_id: c.company_id, call_id: c.call_id, type: 'ended' as const, at, outcome: 'success' as const, ended_reason: 'x' })), at)
    while (await settleStep(db, new Date()));
  }
  await db.close(); await sql.end()
} finally { await e.stop() }
