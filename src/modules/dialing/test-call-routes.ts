import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '../../deps.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { IdParams, Ref } from '../../http/wire.ts'
import { Call } from '../calls/schema.ts'
import { TestCallInput } from './schema.ts'
import { placeTestCall } from './test-calls.ts'

/** /api/skillbases/:id/test-call: calls outside of any campaign, to try a skillbase. */
export const testCallRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.addSchema(Call)

  app.post(
    '/skillbases/:id/test-call',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'placeTestCall',
        summary: 'Call a number to try a skillbase',
        description:
          'Places a call outside of any campaign. Suppressions and the limits of the company apply; calling windows do not.',
        tags: ['skillbases'],
        params: IdParams,
        body: TestCallInput,
        response: { 202: Ref(Call) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 202,
        body: await placeTestCall(tx, request.params.id, request.body, deps.now()),
      })),
  )
}
