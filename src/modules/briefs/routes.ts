import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { inCompany, readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { bearerTokenOf, callerOf, companyOf } from '../../http/auth.ts'
import { leaveUncompressed } from '../../http/compression.ts'
import { IdParams, Ref } from '../../http/wire.ts'
import { getBrief } from './brief.ts'
import { previewPrompt } from './preview.ts'
import { Brief, Prompt, PromptQuery } from './schema.ts'

/** Routes of briefs, and of prompts for a sample contact. */
export const briefRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, config } = deps
  app.addSchema(Prompt)
  app.addSchema(Brief)

  app.get(
    '/skillbases/:id/prompt',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getSkillbasePrompt',
        summary: 'Preview the prompt, greeting, flow and functions that an agent gets for a sample contact',
        description:
          'Renders the texts of a version as the agent of a call would get them, with the name and data of a sample contact. Nothing is stored and nobody is called. Returns 404 for a version that does not exist.',
        tags: ['skillbases'],
        params: IdParams,
        querystring: PromptQuery,
        response: { 200: Ref(Prompt) },
      },
    },
    (request) => {
      const { version, ...sample } = request.query
      return readCompany(db, companyOf(request), (tx) =>
        previewPrompt(tx, request.params.id, version, sample, now()),
      )
    },
  )

  app.get(
    '/calls/:id/brief',
    {
      config: { scope: ['ingest', 'write', 'call'] },
      schema: {
        operationId: 'getCallBrief',
        summary: 'Get everything an agent needs for a call; only the token differs between requests',
        description:
          'The voice agent requests it when a call reaches it: prompt, greeting, flow, tools, models, voice, limits, and the URLs and token for its reports. The first request fixes the local time and the version; later ones return the same with a new token. Returns 409 `call_over` for a call that has ended, and `no_skillbase` for one that has none.',
        tags: ['calls'],
        params: IdParams,
        response: { 200: Ref(Brief) },
      },
    },
    (request, reply) => {
      void reply.header('cache-control', 'no-store')
      leaveUncompressed(reply)
      const api_url = config.apiUrl ?? `${request.protocol}://${request.host}`
      const token = callerOf(request).call_id === undefined ? undefined : bearerTokenOf(request)
      return inCompany(db, companyOf(request), (tx) =>
        getBrief(tx, request.params.id, { api_url, token }, now()),
      )
    },
  )
}
