// Writes events at a fixed rate, one transaction per event: as the service does (`ours`), or with NOTIFY in the
// transaction (`notify`).
import { sql } from 'drizzle-orm'
import { connect } from '../../src/db/client.ts'
import { inCompany } from '../../src/db/transaction.ts'
import { EventSequencer, emit } from '../../src/modules/events/index.ts'

export interface WriterCommand {
  mode: 'ours' | 'notify'
  company: string
  calls: string[]
  perSecond: number
  seconds: number
}

/** Connections, each of which writes one event after another. */
const connections = 16
const db = connect(process.env.DATABASE_URL ?? '', { max: connections })
const sequencer = new EventSequencer(db, (error) => {
  throw error
})
sequencer.start()

process.on(
  'message',
  (command: WriterCommand) => void write(command).then((written) => process.send?.({ written })),
)
process.on('SIGTERM', () => process.exit(0))
process.send?.({ url: '' })

/** Returns the number of events written. */
async function write({ mode, company, calls, perSecond, seconds }: WriterCommand): Promise<number> {
  const startedAt = performance.now()
  let started = 0
  const writeUntilEnd = async () => {
    for (;;) {
      const n = started++
      const dueAt = startedAt + (n * 1000) / perSecond
      if (dueAt - startedAt > seconds * 1000) return
      const delayMs = dueAt - performance.now()
      if (delayMs > 1) await new Promise((resolve) => setTimeout(resolve, delayMs))
      const call_id = calls[n % calls.length] as string
      await inCompany(db, company, async (tx) => {
        if (mode === 'ours') emit(tx, { type: 'call.status', call_id, status: 'active', sent_at: Date.now() })
        else {
          const payload = JSON.stringify({ event: { call_id, data: { sent_at: Date.now() } } })
          await tx.execute(
            sql`insert into event_outbox (company_id, items) values (${company}::uuid, '[{}]')`,
          )
          await tx.execute(sql`select pg_notify('bare', ${payload})`)
        }
      })
    }
  }
  await Promise.all(Array.from({ length: connections }, writeUntilEnd))
  // Each connection took one number that was due after the end.
  return started - connections
}
