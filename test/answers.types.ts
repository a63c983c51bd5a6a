import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ref } from '../src/http/wire.ts'
import { getCall, type Call as Row } from '../src/modules/calls/calls.ts'
import { Call } from '../src/modules/calls/schema.ts'

/**
 * The compiler refuses a route whose answer does not fit its table: `npm run types` fails when one of these lines is
 * accepted. Nothing here is run.
 */
declare const row: Row

export const routes: FastifyPluginAsyncTypebox = async (app) => {
  const schema = { response: { 200: Ref(Call) } }

  app.get('/whole', { schema }, async () => row)

  // @ts-expect-error a column is missing
  app.get('/less', { schema }, async () => {
    const { started_at: _, ...less } = row
    return less
  })

  // @ts-expect-error a state that the table does not know
  app.get('/other', { schema }, async () => ({ ...row, status: 'sleeping' as const }))

  // @ts-expect-error null where the column is never null
  app.get('/null', { schema }, async () => ({ ...row, started_at: null }))

  // @ts-expect-error a promise of something else
  app.get('/else', { schema }, () => getCall.name)
}
