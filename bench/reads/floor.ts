import Fastify from 'fastify'
import postgres from 'postgres'

/**
 * The floor of reads: the service's statements through postgres.js in a bare Fastify route, with the same pool size.
 * Without row-level security, authentication, response schemas and headers.
 */
const sql = postgres(process.env.DATABASE_URL ?? '', { max: 10, onnotice: () => undefined })
const company = process.env.BENCH_COMPANY ?? ''
const app = Fastify()

app.get<{ Params: { id: string } }>('/one/:id', async (request) => {
  const [row] = await sql`select * from calls where company_id = ${company} and id = ${request.params.id}`
  return row
})

app.get('/list', async () => {
  const items = await sql`
    select * from calls where company_id = ${company} order by started_at desc, id desc limit 51`
  const [count] = await sql`
    select count(*)::int as total from (select 1 from calls where company_id = ${company} limit 10001) counted`
  return { items: items.slice(0, 50), total: count?.total }
})

app.get<{ Querystring: { at: string; id: string } }>('/page', async ({ query }) => {
  const items = await sql`
    select * from calls where company_id = ${company} and (started_at, id) < (${query.at}, ${query.id})
    order by started_at desc, id desc limit 51`
  return { items: items.slice(0, 50) }
})

const url = await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.({ url })
