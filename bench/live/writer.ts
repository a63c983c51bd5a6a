// Writes events at a set rate, each in a transaction of its own that commits before the next of its connection: as the
// service writes them (`ours`), or with NOTIFY in the transaction (`notify`).
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

const lines = 16
const db = connect(process.env.DATABASE_URL ?? '', { max: lines })
const sequencer = new EventSequencer(db, (error) => {
  throw error
})
sequencer.start()

process.on(
  'message',
  (order: WriterCommand) => void write(order).then((written) => process.send?.({ written })),
)
process.on('SIGTERM', () => process.exit(0))
process.send?.({ url: '' })

async function write({ mode, company, calls, perSecond, seconds }: WriterCommand): Promise<number> {
  const began = performance.now()
  let taken = 0
  const line = async () => {
    for (;;) {
      const n = taken++
      const due = began + (n * 1000) / perSecond
      if (due - began > seconds * 1000) return
      const wait = due - performance.now()
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
      const call_id = calls[n % calls.length] as string
      await inCompany(db, company, async (tx) => {
        if (mode === 'ours') emit(tx, { type: 'call.status', call_id, status: 'active', sent_at: Date.now() })
        else {
          const text = JSON.stringify({ event: { call_id, data: { sent_at: Date.now() } } })
          await tx.execute(
            sql`insert into event_outbox (company_id, items) values (${company}::uuid, '[{}]')`,
          )
          await tx.execute(sql`select pg_notify('bare', ${text})`)
        }
      })
    }
  }
  await Promise.all(Array.from({ length: lines }, line))
  return taken - lines
}
