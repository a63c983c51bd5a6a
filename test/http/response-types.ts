import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { calls } from '../../src/db/schema/index.ts'
import { Ref, type RowFields } from '../../src/http/wire.ts'
import { getCall, type Call as Row } from '../../src/modules/calls/calls.ts'
import { Call } from '../../src/modules/calls/schema.ts'

/**
 * The types of rows and of response schemas must match: a route that returns something else does not compile. `npm run
 * types` fails when one of the lines below `@ts-expect-error` compiles. Nothing here is executed.
 */
declare const row: Row

/** The columns that no client receives. */
type Internal = 'contact_identity'

const { rating, ...withoutRating } = Call.properties

export const complete = { rating, ...withoutRating } satisfies RowFields<typeof calls, Internal>
export const withInternal = withoutRating satisfies RowFields<typeof calls, Internal | 'rating'>
// @ts-expect-error a column without a schema
export const missing = withoutRating satisfies RowFields<typeof calls, Internal>
// @ts-expect-error a schema of another type than its column
export const otherType = { ...withoutRating, rating: Call.properties.direction } satisfies RowFields<
  typeof calls,
  Internal
>

export const routes: FastifyPluginAsyncTypebox = async (app) => {
  const schema = { response: { 200: Ref(Call) } }

  app.get('/complete', { schema }, async () => row)

  // @ts-expect-error a column is missing
  app.get('/missing-column', { schema }, async () => {
    const { started_at: _, ...incomplete } = row
    return incomplete
  })

  // @ts-expect-error a status that does not exist
  app.get('/unknown-status', { schema }, async () => ({ ...row, status: 'sleeping' as const }))

  // @ts-expect-error null in a column that is not nullable
  app.get('/null', { schema }, async () => ({ ...row, started_at: null }))

  // @ts-expect-error a value that is not a call
  app.get('/other-type', { schema }, () => getCall.name)
}
