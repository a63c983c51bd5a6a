import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { strictValidator } from '../../http/schema-compilers.ts'
import { IdParams, NoContent, PageOf, PageQuery, Ref, updateMethods } from '../../http/wire.ts'
import { SkillbaseConfig } from './config/skillbase-config.ts'
import { toolSchemas } from './config/tool-schemas.ts'
import { withWarnings } from './config-report.ts'
import { ConfigView, ListQuery, Skillbase, SkillbaseInput, SkillbasePatch, SkillbasePut } from './schema.ts'
import {
  createSkillbase,
  deleteSkillbase,
  getSkillbase,
  listSkillbases,
  lockSkillbase,
  putConfig,
  updateSkillbase,
} from './skillbases.ts'
import { skillbaseResource, versionRoutes } from './version-routes.ts'

const tags = ['skillbases']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }
/** The config as a resource of its own: If-Match does not compare the name. */
const configResource = defineResource({
  schema: ConfigView,
  without: ['warnings'],
  compared: ['version', 'config'],
  lock: (tx: Tx, { id }) => lockSkillbase(tx, id),
})
const bodies = { PATCH: SkillbasePatch, PUT: SkillbasePut }

const validator = strictValidator()

/**
 * Compiles validators that leave the config to the handler, which accepts more notations than the schema in the OpenAPI
 * document.
 */
function leaveConfigToHandler({ schema, httpPart = '' }: { schema: object; httpPart?: string }) {
  const { properties } = schema as { properties?: object }
  if (httpPart !== 'body') return validator({ schema, httpPart })
  if (properties === undefined) return () => true // the body is the config itself
  return validator({ schema: { ...schema, properties: { ...properties, config: {} } }, httpPart })
}

/** Routes of voice bots and their configs, under /api/skillbases. */
export const skillbaseRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [...toolSchemas, SkillbaseConfig, Skillbase, ConfigView]) app.addSchema(schema)
  await app.register(versionRoutes, { deps })

  app.get(
    '/skillbases',
    {
      config: read,
      schema: {
        operationId: 'listSkillbases',
        summary: 'List skillbases, newest first',
        description: 'Filters combine with AND. Each item has its newest config.',
        tags,
        querystring: Type.Object({ ...PageQuery, ...ListQuery }),
        response: { 200: PageOf(Ref(Skillbase)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listSkillbases(tx, request.query)),
  )

  app.post(
    '/skillbases',
    {
      config: { ...write, resource: skillbaseResource, location: '/skillbases/{id}' },
      validatorCompiler: leaveConfigToHandler,
      schema: {
        operationId: 'createSkillbase',
        summary: 'Create a skillbase; its config is version 1',
        description:
          'Stores the config as version 1, in its canonical form. It is not published: campaigns and inbound calls use it once POST /api/skillbases/{id}/publish was called. Returns 409 `slug_taken`, or 422 `invalid_config` with a pointer to each error.',
        tags,
        body: SkillbaseInput,
        response: { 201: Ref(Skillbase) },
      },
    },
    (request, reply) => {
      const create = async (tx: Tx) => ({
        status: 201,
        body: await withWarnings(tx, await createSkillbase(tx, request.body), now()),
      })
      return withIdempotencyKey(deps, request, reply, create)
    },
  )

  app.get(
    '/skillbases/:id',
    {
      config: { ...read, resource: skillbaseResource },
      schema: {
        operationId: 'getSkillbase',
        summary: 'Get a skillbase',
        description: 'With the newest config and the number of the published version.',
        tags,
        params: IdParams,
        response: { 200: Ref(Skillbase) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getSkillbase(tx, request.params.id)),
  )

  for (const { method, verb, mode, how } of updateMethods) {
    app.route({
      method,
      url: '/skillbases/:id',
      config: { ...write, resource: skillbaseResource },
      validatorCompiler: leaveConfigToHandler,
      schema: {
        operationId: `${verb}Skillbase`,
        summary: `Update a skillbase (${how}); a different config becomes a new version`,
        description:
          'Name, slug and description do not make a version. A config that differs from the newest one becomes the next version, which is not published. Running campaigns keep theirs. Returns 409 `slug_taken`, or 422 `invalid_config`.',
        tags,
        params: IdParams,
        body: bodies[method],
        response: { 200: Ref(Skillbase) },
      },
      handler: (request) => {
        const { params, body } = request
        return changeInCompany(db, request, async (tx) =>
          withWarnings(tx, await updateSkillbase(tx, params.id, body, mode), now()),
        )
      },
    })
  }

  app.delete(
    '/skillbases/:id',
    {
      config: { ...write, resource: skillbaseResource },
      schema: {
        operationId: 'deleteSkillbase',
        summary: 'Delete a skillbase and its versions; not possible while campaigns or calls use it',
        description:
          'Returns 409 `skillbase_in_use` while campaigns or calls refer to it: set `is_active` to false instead.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deleteSkillbase(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/skillbases/:id/config',
    {
      config: { ...read, resource: configResource },
      schema: {
        operationId: 'getSkillbaseConfig',
        summary: 'Get the current config',
        description:
          'For editors that save only the config. `If-Match` with its ETag compares the config alone, not the name.',
        tags,
        params: IdParams,
        response: { 200: Ref(ConfigView) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getSkillbase(tx, request.params.id)),
  )

  app.put(
    '/skillbases/:id/config',
    {
      config: { ...write, resource: configResource },
      validatorCompiler: leaveConfigToHandler,
      schema: {
        operationId: 'putSkillbaseConfig',
        summary: 'Replace the config (the body is the config); a different one becomes a new version',
        description:
          'A config equal to the newest one changes nothing. Returns 422 `invalid_config` with a pointer to each error.',
        tags,
        params: IdParams,
        body: Ref(SkillbaseConfig),
        response: { 200: Ref(ConfigView) },
      },
    },
    (request) => {
      const { params, body } = request
      return changeInCompany(db, request, async (tx) =>
        withWarnings(tx, await putConfig(tx, params.id, body), now(), ''),
      )
    },
  )
}
