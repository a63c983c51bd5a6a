import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { EmptyBody, IdParams, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import { reportConfig, withPublishedWarnings, withWarnings } from './config-report.ts'
import { publishSkillbase, restoreVersion, unpublishSkillbase } from './publishing.ts'
import {
  ConfigReport,
  IfMatch,
  PublishInput,
  RestoreInput,
  Skillbase,
  SkillbaseVersion,
  ValidateConfigInput,
  ValidateSkillbaseInput,
  VersionParams,
  VersionSummary,
} from './schema.ts'
import { getSkillbase, lockIfMatching, type Skillbase as Row, skillbaseEtag } from './skillbases.ts'
import { getVersion, listVersions } from './versions.ts'

const tags = ['skillbases']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }

/** Sets the ETag of the skillbase on the response, and returns the skillbase. */
export function withEtag<S extends Row>(reply: FastifyReply, skillbase: S): S {
  reply.header('etag', skillbaseEtag(skillbase))
  return skillbase
}

/** Routes to list, publish, unpublish, restore and validate versions, under /api/skillbases/{id}. */
export const versionRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [VersionSummary, SkillbaseVersion, ConfigReport]) app.addSchema(schema)

  /**
   * Runs an operation, at most once per Idempotency-Key and only if If-Match matches, and returns the skillbase with its new
   * ETag.
   */
  const runOperation = async (
    request: FastifyRequest,
    reply: FastifyReply,
    operation: (tx: Tx) => Promise<Row>,
  ) =>
    withEtag(
      reply,
      await withIdempotencyKey(deps, request, reply, async (tx) => {
        const { id } = request.params as { id: string }
        const ifMatch = request.headers['if-match']
        if (ifMatch !== undefined) await lockIfMatching(tx, id, ifMatch)
        return { status: 200, body: await operation(tx) }
      }),
    )

  app.get(
    '/api/skillbases/:id/versions',
    {
      config: read,
      schema: {
        operationId: 'listSkillbaseVersions',
        summary: 'List versions of a skillbase, newest first',
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
    '/api/skillbases/:id/versions/:version',
    {
      config: read,
      schema: {
        operationId: 'getSkillbaseVersion',
        summary: 'Get a version with its config',
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
    '/api/skillbases/:id/publish',
    {
      config: write,
      schema: {
        operationId: 'publishSkillbase',
        summary: 'Publish a version (the newest unless given): new campaigns and calls use it',
        tags,
        params: IdParams,
        headers: IfMatch,
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
    '/api/skillbases/:id/unpublish',
    {
      config: write,
      schema: {
        operationId: 'unpublishSkillbase',
        summary: 'Unpublish a skillbase; running campaigns are not affected',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: EmptyBody,
        response: { 200: Ref(Skillbase) },
      },
    },
    (request, reply) => runOperation(request, reply, (tx) => unpublishSkillbase(tx, request.params.id)),
  )

  app.post(
    '/api/skillbases/:id/restore',
    {
      config: write,
      schema: {
        operationId: 'restoreSkillbaseVersion',
        summary: 'Restore the config of an old version, as a new version',
        tags,
        params: IdParams,
        headers: IfMatch,
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
    '/api/skillbases/validate',
    {
      config: read,
      schema: {
        operationId: 'validateConfig',
        summary: 'Validate a config; the response lists its errors and warnings',
        tags,
        body: ValidateConfigInput,
        response: { 200: Ref(ConfigReport) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => reportConfig(tx, request.body.config, now())),
  )

  app.post(
    '/api/skillbases/:id/validate',
    {
      config: read,
      schema: {
        operationId: 'validateSkillbase',
        summary:
          'Validate a config (the stored one unless given); the response lists its errors and warnings',
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
