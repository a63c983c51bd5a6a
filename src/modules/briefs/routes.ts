import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { IdParams, Named } from '../../http/wire.ts'
import { Prompt, PromptQuery } from './schema.ts'
import { showPrompt } from './show.ts'

/** What voice agents work from. */
export const briefRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db } = deps
  app.addSchema(Prompt)

  app.get(
    '/api/skillbases/:id/prompt',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getSkillbasePrompt',
        summary: 'What an agent would work from: prompt, greeting, flow and functions, for a sample contact',
        tags: ['skillbases'],
        params: IdParams,
        querystring: PromptQuery,
        response: { 200: Named(Prompt) },
      },
    },
    (request) => {
      const { version, ...sample } = request.query
      return readCompany(db, companyOf(request), (tx) => showPrompt(tx, request.params.id, version, sample))
    },
  )
}
