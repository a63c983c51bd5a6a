import { Type } from '@sinclair/typebox'
import { eventTypeDescriptions, eventTypes } from '../../db/schema/index.ts'
import { Id, Nullable, OneOfDescribed, Time } from '../../http/wire.ts'

const EventId = Type.Integer({
  minimum: 0,
  description: 'The id of an event. 0 stands before the first event.',
})

export const Event = Type.Object(
  {
    id: Type.Integer({
      description: 'Unique within the company; each event has the id of the event before it plus one.',
      examples: [4711],
    }),
    type: OneOfDescribed(eventTypeDescriptions),
    at: Time,
    campaign_id: Nullable(Id),
    call_id: Nullable(Id),
    call_task_id: Nullable(Id),
    data: Type.Object(
      {},
      {
        additionalProperties: true,
        description:
          'call.created, call.ended and call.updated include `call`, call.turns includes `turns`, and call.metrics includes `metrics`, each in the state at the time of delivery. call.status includes `status`. `truncated` lists what was left out because of its size.',
        examples: [{ status: 'ringing' }],
      },
    ),
  },
  {
    $id: 'Event',
    description: 'A change in the company: of a call, a campaign, a call task, an import or a webhook.',
  },
)

const typePattern = eventTypes.map((type) => type.replace('.', '\\.')).join('|')

export const EventQuery = Type.Object({
  after: Type.Optional(EventId),
  types: Type.Optional(
    Type.String({
      pattern: `^(${typePattern})(,(${typePattern}))*$`,
      maxLength: 2_000,
      description: `Return only events of these types, separated by commas: ${eventTypes.join(', ')}.`,
      examples: ['call.ended,task.retry'],
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 })),
})

export const EventPage = Type.Object(
  {
    items: Type.Array(Type.Ref('Event')),
    next_after: Type.Integer({
      description:
        'Pass this as `after` to get the next page, also when this page contains no events of the requested types.',
    }),
    has_more: Type.Boolean(),
    first_id: Type.Integer({ description: 'The id of the oldest stored event.' }),
    last_id: Type.Integer({ description: 'The id of the newest event.' }),
  },
  { $id: 'EventPage' },
)

export const Ticket = Type.Object(
  {
    ticket: Type.String({
      examples: ['nvt_mJ0n'],
      description: 'Opens one WebSocket, as the query parameter `ticket`.',
    }),
    expires_at: Time,
  },
  { $id: 'Ticket', description: 'Replaces the API key that created it, for opening one WebSocket.' },
)

const TicketQuery = {
  ticket: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'A ticket, for browsers, which cannot send the Authorization header.',
    }),
  ),
}
const AfterQuery = { after: Type.Optional(EventId) }

export const LiveQuery = Type.Object({
  ...TicketQuery,
  ...AfterQuery,
  campaign_id: Type.Optional(Id),
  call_id: Type.Optional(Id),
  subscribe: Type.Optional(
    Type.Boolean({
      default: true,
      description: 'With false nothing is watched until the client sends subscribe messages.',
    }),
  ),
})

export const CallSocketQuery = Type.Object(TicketQuery)
