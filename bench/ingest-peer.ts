import { drizzle } from 'drizzle-orm/postgres-js'
import Fastify from 'fastify'
import postgres from 'postgres'
import { callLogs } from '../src/db/schema/index.ts'

/** The reference for the ingest benchmark: one Drizzle insert per request, in a Fastify route without authentication. */
const db = drizzle(postgres(process.env.DATABASE_URL ?? '', { max: 10, onnotice: () => undefined }))
const company_id = process.env.BENCH_COMPANY ?? ''
const app = Fastify()

type Turn = typeof callLogs.$inferInsert

app.post<{ Params: { id: string }; Body: { turns: Turn[] } }>(
  '/calls/:id/turns',
  async ({ params, body }) => {
    const rows = body.turns.map((turn) => ({ ...turn, company_id, call_id: params.id }))
    await db.insert(callLogs).values(rows).onConflictDoNothing()
    return { accepted: rows.length }
  },
)

const url = await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.({ url })
