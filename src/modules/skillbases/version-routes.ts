import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { defineResource } from '../../http/resources.ts'
import { EmptyBody, IdParams, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import { reportConfig, withPublishedWarnings, withWarnings } from './config-report.ts'
import { publishSkillbase, restoreVersion, unpublishSkillbase } from './publishing.ts'
import {
  ConfigReport,
  PublishInput,
  RestoreInput,
  Skillbase,
  SkillbaseVersion,
  ValidateConfigInput,
  ValidateSkillbaseInput,
  VersionParams,
  VersionSummary,
} from './schema.ts'
import { getSkillbase, lockSkillbase, type Skillbase as Row } from './skillbases.ts'
import { getVersion, listVersions } from './versions.ts'

const tags = ['skillbases']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }

export const skillbaseResource = defineResource({
  schema: Skillbase,
  without: ['warnings'],
  lock: (tx: Tx, { id }) => lockSkillbase(tx, id),
})
const versionResource = defineResource({ schema: SkillbaseVersion })
const commandConfig = { ...write, resource: skillbaseResource }

/** Routes to list, publish, unpublish, restore and validate versions, under /api/skillbases/{id}. */
export const versionRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [VersionSummary, SkillbaseVersion, ConfigReport]) app.addSchema(schema)

  /** Runs an operation, at most once per Idempotency-Key, and returns the skillbase. */
  const runOperation = (request: FastifyRequest, reply: FastifyReply, operation: (tx: Tx) => Promise<Row>) =>
    withIdempotencyKey(deps, request, reply, async (tx) => ({ status: 200, body: await operation(tx) }))

  app.get(
    '/skillbases/:id/versions',
    {
      config: read,
      schema: {
        operationId: 'listSkillbaseVersions',
        summary: 'List versions of a skillbase, newest first',
        description: 'Without their configs. Versions never change and are never deleted.',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(Ref(VersionSummary)) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) => listVersions(tx, request.params.id, request.query)),
  )

  app.get(
    '/skillbases/:id/versions/:version',
    {
      config: { ...read, resource: versionResource },
      schema: {
        operationId: 'getSkillbaseVersion',
        summary: 'Get a version with its config',
        description:
          'The config as it was stored. Returns 404 `skillbase_version_not_found` for a number that does not exist.',
        tags,
        params: VersionParams,
        response: { 200: Ref(SkillbaseVersion) },
      },
    },
    (request) => {
      const { id, version } = request.params
      return readCompany(db, companyOf(request), (tx) => getVersion(tx, id, version))
    },
  )

  app.post(
    '/skillbases/:id/publish',
    {
      config: commandConfig,
      schema: {
        operationId: 'publishSkillbase',
        summary: 'Publish a version (the newest unless given): new campaigns and calls use it',
        description:
          'Inbound calls and campaigns that start from now on use it. Campaigns that run keep their version. Returns 422 `unknown_version`, and 409 for a skillbase that is retired.',
        tags,
        params: IdParams,
        body: PublishInput,
        response: { 200: Ref(Skillbase) },
      },
    },
    (request, reply) =>
      runOperation(request, reply, async (tx) =>
        withPublishedWarnings(
          tx,
          await publishSkillbase(tx, request.params.id, request.body?.version),
          now(),
        ),
      ),
  )

  app.post(
    '/skillbases/:id/unpublish',
    {
      config: commandConfig,
      schema: {
        operationId: 'unpublishSkillbase',
        summary: 'Unpublish a skillbase; running campaigns are not affected',
        description:
          'New campaigns cannot start with it, and inbound calls get no brief from it. Nothing is deleted.',
        tags,
        params: IdParams,
        body: EmptyBody,
        response: { 200: Ref(Skillbase) },
      },
    },
    (request, reply) => runOperation(request, reply, (tx) => unpublishSkillbase(tx, request.params.id)),
  )

  app.post(
    '/skillbases/:id/restore',
    {
      config: commandConfig,
      schema: {
        operationId: 'restoreSkillbaseVersion',
        summary: 'Restore the config of an old version, as a new version',
        description:
          'The old config becomes the next version. It is not published by this. Returns 422 `unknown_version`.',
        tags,
        params: IdParams,
        body: RestoreInput,
        response: { 200: Ref(Skillbase) },
      },
    },
    (request, reply) =>
      runOperation(request, reply, async (tx) =>
        withWarnings(tx, await restoreVersion(tx, request.params.id, request.body.version), now()),
      ),
  )

  app.post(
    '/skillbases/validate',
    {
      config: { ...read, isRepeatable: true },
      schema: {
        operationId: 'validateConfig',
        summary: 'Validate a config; the response lists its errors and warnings',
        description:
          'Returns 200 also for a config with errors: `valid` is false then. Nothing is stored. Use it while somebody edits.',
        tags,
        body: ValidateConfigInput,
        response: { 200: Ref(ConfigReport) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => reportConfig(tx, request.body.config, now())),
  )

  app.post(
    '/skillbases/:id/validate',
    {
      config: { ...read, isRepeatable: true },
      schema: {
        operationId: 'validateSkillbase',
        summary:
          'Validate a config (the stored one unless given); the response lists its errors and warnings',
        description: 'Like POST /api/skillbases/validate, with the stored config when the body has none.',
        tags,
        params: IdParams,
        body: ValidateSkillbaseInput,
        response: { 200: Ref(ConfigReport) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), async (tx) => {
        const stored = await getSkillbase(tx, request.params.id)
        const given = request.body?.config
        return reportConfig(tx, given === undefined ? stored.config : given, now())
      }),
  )
}
