import { type TSchema, Type } from '@sinclair/typebox'
import {
  callStatuses,
  campaignStatuses,
  type EventType,
  eventTypeDescriptions,
  eventTypes,
  importStatuses,
  outcomes,
} from '../../db/schema/index.ts'
import { Id, Nullable, OneOf } from '../../lib/schema/typebox.ts'

/** The messages that webhooks receive, as `webhooks` of the OpenAPI document. */

const component = (name: string) => Type.Unsafe<unknown>({ $ref: `#/components/schemas/${name}` })
const Time = Type.String({ format: 'date-time' })
const Count = (description: string) => Type.Integer({ minimum: 0, description, examples: [3] })
const Text = (description: string, example: string) => Type.String({ description, examples: [example] })

const truncated = Type.Optional(
  Type.Array(Type.String(), {
    description: 'What was left out because of its size, such as `call.collected_data`.',
    examples: [['call.collected_data']],
  }),
)

/** `data` of an event. Further fields may be added. */
const dataOf = (title: string, properties: Record<string, TSchema> = {}) =>
  Type.Object(
    { ...properties, truncated },
    { title, description: 'Details of the event. Fields may be added.', additionalProperties: true },
  )

const CallData = dataOf('CallEventData', {
  call: Type.Optional(
    Type.Unsafe<unknown>({
      anyOf: [component('Call'), { type: 'null' }],
      description: 'The call as it is when the message is made. Null: it was deleted.',
    }),
  ),
  status: Type.Optional(OneOf(callStatuses, { description: 'The status that the call ended with.' })),
})
const CallStatusData = dataOf('CallStatusEventData', {
  status: Type.Optional(OneOf(callStatuses, { description: 'The new status.' })),
})
const TurnsData = dataOf('CallTurnsEventData', {
  turns: Type.Optional(
    Type.Array(component('Turn'), { description: 'The turns as they are when the message is made.' }),
  ),
})
const MetricsData = dataOf('CallMetricsEventData', {
  metrics: Type.Optional(
    Type.Unsafe<unknown>({
      anyOf: [component('CallMetrics'), { type: 'null' }],
      description: 'The metrics as they are when the message is made. Null: they were deleted.',
    }),
  ),
})
const TaskData = dataOf('CallTaskEventData', {
  outcome: Type.Optional(
    Nullable(OneOf(outcomes, { description: 'Outcome of the latest attempt. Null: none.' })),
  ),
  rule: Type.Optional(Nullable(Text('The rule that decided. Null: a user did.', 'no_answer'))),
  detail: Type.Optional(Nullable(Text('The explanation, for people.', 'retry 1 of 3'))),
  next_attempt_at: Type.Optional(
    Nullable(Type.String({ ...Time, description: 'When the next attempt is due. Null: none is.' })),
  ),
})
const CampaignData = dataOf('CampaignChangeData', {
  status: Type.Optional(OneOf(campaignStatuses, { description: 'The new status; absent: unchanged.' })),
  detail: Type.Optional(Text('The explanation, for people.', 'paused by a user')),
})
const CampaignProgressData = dataOf('CampaignProgressEventData', {
  total_tasks: Type.Optional(Count('Call tasks of the campaign.')),
  completed_tasks: Type.Optional(Count('Call tasks whose contact was reached.')),
  failed_tasks: Type.Optional(Count('Call tasks that were given up.')),
})
const ImportData = dataOf('ImportEventData', {
  import_id: Type.Optional(Id),
  status: Type.Optional(OneOf(importStatuses, { description: 'Status of the import.' })),
  file_name: Type.Optional(Nullable(Text('Name of the file. Null: none.', 'patients.xlsx'))),
  is_dry_run: Type.Optional(Type.Boolean({ description: 'Rows are only counted.' })),
  error_code: Type.Optional(Nullable(Text('Why the import failed. Null: it did not.', 'no_phone_column'))),
  total: Type.Optional(Count('Rows below the header.')),
  created: Type.Optional(Count('Contacts or numbers added.')),
  updated: Type.Optional(Count('Contacts or numbers changed.')),
  skipped: Type.Optional(Count('Rows that were there already.')),
  suppressed: Type.Optional(Count('Rows whose number is suppressed.')),
  rejected: Type.Optional(Count('Invalid rows.')),
  reverted: Type.Optional(Count('Contacts deleted again.')),
})
const WebhookDisabledData = dataOf('WebhookDisabledEventData', {
  webhook_id: Type.Optional(Id),
  reason: Type.Optional(
    Text('Why it was disabled.', 'The receiver returned status 410: it no longer exists.'),
  ),
})

/** The data of a type. A new event type does not compile until it has its data here. */
const dataByType: Readonly<Record<EventType, TSchema>> = {
  'call.created': CallData,
  'call.status': CallStatusData,
  'call.ended': CallData,
  'call.turns': TurnsData,
  'call.metrics': MetricsData,
  'call.updated': CallData,
  'call.deleted': dataOf('CallDeletedEventData'),
  'task.retry': TaskData,
  'task.completed': TaskData,
  'task.failed': TaskData,
  'task.skipped': TaskData,
  'task.cancelled': TaskData,
  'task.pending': TaskData,
  'task.updated': TaskData,
  'campaign.created': CampaignData,
  'campaign.cloned': CampaignData,
  'campaign.edited': CampaignData,
  'campaign.started': CampaignData,
  'campaign.scheduled': CampaignData,
  'campaign.auto_started': CampaignData,
  'campaign.paused': CampaignData,
  'campaign.breaker_opened': CampaignData,
  'campaign.resumed': CampaignData,
  'campaign.restarted': CampaignData,
  'campaign.tasks_added': CampaignData,
  'campaign.list_imported': CampaignData,
  'campaign.import_reverted': CampaignData,
  'campaign.end_passed': CampaignData,
  'campaign.set_aside': CampaignData,
  'campaign.completed': CampaignData,
  'campaign.stopped': CampaignData,
  'campaign.progress': CampaignProgressData,
  'import.progress': ImportData,
  'import.completed': ImportData,
  'import.failed': ImportData,
  'import.cancelled': ImportData,
  'import.reverted': ImportData,
  'webhook.disabled': WebhookDisabledData,
}

const subject = {
  event_id: Type.Integer({
    description: 'Id of the event; the same as in GET /api/events.',
    examples: [4711],
  }),
  company_id: Id,
  campaign_id: Nullable(Id),
  call_id: Nullable(Id),
  call_task_id: Nullable(Id),
}

/** `call.ended` is `CallEnded`. */
const nameOf = (type: string) =>
  type.replace(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase())

function messageOf(type: string, data: TSchema, properties: Record<string, TSchema>) {
  return Type.Object(
    {
      type: Type.Literal(type, { description: 'The type of the event.' }),
      timestamp: Type.String({ ...Time, description: 'When it happened.' }),
      ...properties,
      data,
    },
    { title: `${nameOf(type)}Event`, description: 'A message of a webhook.' },
  )
}

const header = (name: string, description: string, example: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
})

/** The headers of Standard Webhooks (https://www.standardwebhooks.com). */
const signatureHeaders = [
  header(
    'webhook-id',
    'Id of the delivery; the same in each repetition.',
    'c0ffee00-7d1e-7a53-9b1f-1f6f0e1d2c3b',
  ),
  header('webhook-timestamp', 'When the request was signed, seconds since 1970.', '1795424482'),
  header(
    'webhook-signature',
    'One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
]

const operationOf = (type: string, description: string, message: TSchema) => ({
  post: {
    operationId: `on${nameOf(type)}`,
    summary: `\`${type}\``,
    description: `${description} Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.`,
    tags: ['webhooks'],
    security: [],
    parameters: signatureHeaders,
    requestBody: { required: true, content: { 'application/json': { schema: message } } },
    responses: {
      '2XX': { description: 'The message was taken.' },
      '410': { description: 'The receiver no longer exists: the webhook is disabled.' },
    },
  },
})

/** `webhooks` of the OpenAPI document: a message for each event type, and the one of POST /api/webhooks/{id}/test. */
export const webhookOperations: Readonly<Record<string, object>> = {
  ...Object.fromEntries(
    eventTypes.map((type) => [
      type,
      operationOf(type, eventTypeDescriptions[type], messageOf(type, dataByType[type], subject)),
    ]),
  ),
  'webhook.test': operationOf(
    'webhook.test',
    'Sent by POST /api/webhooks/{id}/test.',
    messageOf('webhook.test', dataOf('WebhookTestEventData', { webhook_id: Id }), { company_id: Id }),
  ),
}
