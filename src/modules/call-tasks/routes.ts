import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { inCompany, readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { IdParams, NoContent, PageOf, Ref, updateMethods } from '../../http/wire.ts'
import { parseOptionalInstant } from '../../lib/time/instants.ts'
import { addTasks } from './add-tasks.ts'
import { deleteTask, getTask, listTasks, updateTask } from './call-tasks.ts'
import { getTaskHistory } from './history.ts'
import { CallTask, TaskChange, TaskHistory, TaskQuery, TasksAdded, TasksInput } from './schema.ts'

const tags = ['call tasks']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }

/** /api/campaigns/{id}/tasks and /api/call-tasks: the contacts of campaigns. */
export const taskRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(CallTask)
  app.addSchema(TasksAdded)
  app.addSchema(TaskHistory)

  app.get(
    '/api/campaigns/:id/tasks',
    {
      config: read,
      schema: {
        operationId: 'listTasks',
        summary: 'Contacts of a campaign, newest first',
        tags,
        params: IdParams,
        querystring: TaskQuery,
        response: { 200: PageOf(Ref(CallTask)) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) =>
        listTasks(tx, request.params.id, request.query, request.query),
      ),
  )

  app.post(
    '/api/campaigns/:id/tasks',
    {
      config: write,
      schema: {
        operationId: 'addTasks',
        summary: 'Add contacts, each number once; bad ones are told and harm no other',
        tags,
        params: IdParams,
        body: TasksInput,
        response: { 201: Ref(TasksAdded) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => {
        const { tasks, default_country } = request.body
        const how = { country: default_country as never, now: now() }
        return { status: 201, body: await addTasks(tx, request.params.id, tasks, how) }
      }),
  )

  app.get(
    '/api/call-tasks/:id',
    {
      config: read,
      schema: {
        operationId: 'getTask',
        summary: 'One contact of a campaign',
        tags,
        params: IdParams,
        response: { 200: Ref(CallTask) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getTask(tx, request.params.id)),
  )

  app.get(
    '/api/call-tasks/:id/history',
    {
      config: read,
      schema: {
        operationId: 'getTaskHistory',
        summary: 'What was decided of a contact, when, and by which rule; oldest first',
        tags,
        params: IdParams,
        response: { 200: Ref(TaskHistory) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getTaskHistory(tx, request.params.id)),
  )

  for (const { method, verb, mode, how } of updateMethods) {
    app.route({
      method,
      url: '/api/call-tasks/:id',
      config: write,
      schema: {
        operationId: `${verb}Task`,
        summary: `Change a contact (${how}), cancel it, or take it up again`,
        tags,
        params: IdParams,
        body: TaskChange,
        response: { 200: Ref(CallTask) },
      },
      handler: (request) => {
        const next_attempt_at = parseOptionalInstant(request.body.next_attempt_at, '/next_attempt_at')
        return inCompany(db, companyOf(request), (tx) =>
          updateTask(tx, request.params.id, { ...request.body, next_attempt_at }, mode, now()),
        )
      },
    })
  }

  app.delete(
    '/api/call-tasks/:id',
    {
      config: write,
      schema: {
        operationId: 'deleteTask',
        summary: 'Take a contact that was never called off its campaign',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await inCompany(db, companyOf(request), (tx) => deleteTask(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
