import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { sendTable, TableResponse } from '../../http/table-response.ts'
import { IdParams, NoContent, PageOf, Ref, updateMethods } from '../../http/wire.ts'
import { parseOptionalInstant } from '../../lib/time/instants.ts'
import { hangUpCall } from '../campaigns/index.ts'
import { addTasks } from './add-tasks.ts'
import { deleteTask, getTask, listTasks, lockTask, updateTask } from './call-tasks.ts'
import { ResultsExport } from './export-results.ts'
import { getTaskHistory } from './history.ts'
import {
  CallTask,
  ResultsQuery,
  TaskChange,
  TaskHistory,
  TaskQuery,
  TasksAdded,
  TasksInput,
} from './schema.ts'

const tags = ['call tasks']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }
const resource = defineResource({
  schema: CallTask,
  lock: async (tx: Tx, { id }) => (await lockTask(tx, id)).task,
})

/** /api/campaigns/{id}/tasks and /api/call-tasks: the contacts of campaigns. */
export const taskRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(CallTask)
  app.addSchema(TasksAdded)
  app.addSchema(TaskHistory)

  app.get(
    '/campaigns/:id/tasks',
    {
      config: read,
      schema: {
        operationId: 'listCallTasks',
        summary: 'List the contacts of a campaign, newest first',
        description:
          'Filters combine with AND. With `q` a page may have fewer items than `limit`, because a request searches for two seconds at most: follow `next_cursor` until it is null.',
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

  app.get(
    '/campaigns/:id/results/export',
    {
      config: read,
      schema: {
        operationId: 'exportResults',
        summary: 'Export the results of a campaign as a CSV file or a workbook: one row per contact',
        description:
          'One row per contact that matches the filters, in the order in which they were added, without a maximum number of rows: name, number, data, state, outcome, attempts, last call with a link, talk time, cost and collected data. Keys of `contact_data` and `collected_data` are columns.',
        tags,
        params: IdParams,
        querystring: ResultsQuery,
        response: { 200: TableResponse('contact_name,phone_number,contact_data.city,status\r\n') },
      },
    },
    (request, reply) => {
      const { id } = request.params
      const publicUrl = deps.config.publicUrl ?? ''
      const results = new ResultsExport(db, companyOf(request), id, request.query, publicUrl)
      const file = { name: 'campaign-results', columns: () => results.columns, options: request.query }
      return sendTable(request, reply, file, (sink) => results.read(sink))
    },
  )

  app.post(
    '/campaigns/:id/tasks',
    {
      config: { ...write, location: '/campaigns/:id/tasks' },
      schema: {
        operationId: 'addCallTasks',
        summary:
          'Add contacts to a campaign, each number once; invalid ones are reported, the others are added',
        description:
          'Up to 1,000 contacts. A number that the campaign has already is skipped, a suppressed one is counted as suppressed, and an invalid one is reported in `rejected`. A running campaign calls new contacts as soon as its hours and limits allow. Returns 409 for a campaign that was stopped.',
        tags,
        params: IdParams,
        body: TasksInput,
        response: { 201: Ref(TasksAdded) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => {
        const { tasks, default_country } = request.body
        const options = { country: default_country as never, now: now() }
        return { status: 201, body: await addTasks(tx, request.params.id, tasks, options) }
      }),
  )

  app.get(
    '/call-tasks/:id',
    {
      config: { ...read, resource },
      schema: {
        operationId: 'getCallTask',
        summary: 'Get a contact of a campaign',
        description:
          'The state of one contact: its numbers, attempts so far, latest outcome, and when it is called next.',
        tags,
        params: IdParams,
        response: { 200: Ref(CallTask) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getTask(tx, request.params.id)),
  )

  app.get(
    '/call-tasks/:id/history',
    {
      config: { ...read, resource: defineResource({ schema: TaskHistory }) },
      schema: {
        operationId: 'getCallTaskHistory',
        summary: 'List the attempts to call a contact, and each decision with its rule, oldest first',
        description:
          'Up to 1,000 entries. A decision names the rule that made it, such as a retry after `no_answer`, and the time of the next attempt.',
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
      url: '/call-tasks/:id',
      config: { ...write, resource },
      schema: {
        operationId: `${verb}CallTask`,
        summary: `Update a contact (${how}), cancel it, or return it to the queue`,
        description:
          'A contact in progress that is cancelled stays `in_progress` until its call is over: the call is hung up, and no other follows.',
        tags,
        params: IdParams,
        body: TaskChange,
        response: { 200: Ref(CallTask) },
      },
      handler: async (request) => {
        const next_attempt_at = parseOptionalInstant(request.body.next_attempt_at, '/next_attempt_at')
        const company_id = companyOf(request)
        const task = await changeInCompany(db, request, (tx) =>
          updateTask(tx, request.params.id, { ...request.body, next_attempt_at }, mode, now()),
        )
        const isHungUp = request.body.status === 'cancelled' && task.status === 'in_progress'
        if (isHungUp && task.call_id) await hangUpCall(deps.carrier, company_id, task.call_id)
        return task
      },
    })
  }

  app.delete(
    '/call-tasks/:id',
    {
      config: { ...write, resource },
      schema: {
        operationId: 'deleteCallTask',
        summary: 'Delete a contact that was never called',
        description:
          'Removes the contact from the campaign. Returns 409 `task_has_calls` when it was called: set its status to `cancelled` instead, which keeps the history.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deleteTask(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
