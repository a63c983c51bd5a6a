import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { acrossCompanies, type PlatformTx, readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKeyForPlatform } from '../../http/idempotency.ts'
import { changeAcrossCompanies } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { IdParams, NoContent, PageOf, PageQuery, Ref, updateMethods } from '../../http/wire.ts'
import {
  createCompany,
  deleteCompany,
  getCompany,
  listCompanies,
  lockCompany,
  updateCompany,
} from './companies.ts'
import { Company, CompanyChange, CompanyInput } from './schema.ts'

const tags = ['companies']
const config = { scope: 'platform' as const }
const resource = defineResource({
  schema: Company,
  lock: (tx: PlatformTx, { id }) => lockCompany(tx, id),
})

/** Routes of companies: /api/companies for the platform, /api/company for the keys of a company. */
export const companyRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db } = deps
  app.addSchema(Company)

  app.get(
    '/company',
    {
      config: { scope: ['read', 'ingest'], resource },
      schema: {
        operationId: 'getOwnCompany',
        summary: 'Get the company of the key',
        description:
          'The company that the key belongs to, with its limits; for the platform key the company in X-Company-Id.',
        tags,
        response: { 200: Ref(Company) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getCompany(tx, tx.company_id)),
  )

  app.get(
    '/companies',
    {
      config,
      schema: {
        operationId: 'listCompanies',
        summary: 'List companies, newest first',
        description:
          'For the operator of the platform. `q` finds a part of the name or the slug, ignoring case.',
        tags,
        querystring: Type.Object({
          ...PageQuery,
          q: Type.Optional(
            Type.String({ maxLength: 200, description: 'Text to search in names and slugs.' }),
          ),
          is_active: Type.Optional(Type.Boolean()),
        }),
        response: { 200: PageOf(Ref(Company)) },
      },
    },
    (request) => acrossCompanies(db, (tx) => listCompanies(tx, request.query)),
  )

  app.post(
    '/companies',
    {
      config: { ...config, resource, location: '/companies/{id}' },
      schema: {
        operationId: 'createCompany',
        summary: 'Create a company',
        description:
          'Creates a tenant without keys; create its first key with POST /api/companies/{id}/keys. Returns 409 `slug_taken` when another company has the slug.',
        tags,
        body: CompanyInput,
        response: { 201: Ref(Company) },
      },
    },
    (request, reply) =>
      withIdempotencyKeyForPlatform(deps, request, reply, async (tx) => ({
        status: 201,
        body: await createCompany(tx, request.body),
      })),
  )

  app.get(
    '/companies/:id',
    {
      config: { ...config, resource },
      schema: {
        operationId: 'getCompany',
        summary: 'Get a company',
        description: 'Name, contact, settings and limits of one tenant.',
        tags,
        params: IdParams,
        response: { 200: Ref(Company) },
      },
    },
    (request) => acrossCompanies(db, (tx) => getCompany(tx, request.params.id)),
  )

  for (const { method, verb, mode, how } of updateMethods) {
    app.route({
      method,
      url: '/companies/:id',
      config: { ...config, resource },
      schema: {
        operationId: `${verb}Company`,
        summary: `Update a company (${how})`,
        description:
          'Limits apply within seconds, also to campaigns that run. Deactivating a company rejects its keys and stops its calls from being dialed; nothing is deleted. Returns 409 `slug_taken` when another company has the slug.',
        tags,
        params: IdParams,
        body: CompanyChange,
        response: { 200: Ref(Company) },
      },
      handler: (request) =>
        changeAcrossCompanies(db, request, (tx) => updateCompany(tx, request.params.id, request.body, mode)),
    })
  }

  app.delete(
    '/companies/:id',
    {
      config: { ...config, resource },
      schema: {
        operationId: 'deleteCompany',
        summary: 'Delete a deactivated company with all its data',
        description:
          'Deletes all campaigns, calls, transcripts and keys for good, in one step. Returns 409 `company_active` unless the company was deactivated before.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeAcrossCompanies(db, request, (tx) => deleteCompany(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
