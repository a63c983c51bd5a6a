import { Type } from '@sinclair/typebox'
import { eventTypes } from '../../db/schema/index.ts'
import { Id, Nullable, OneOf, Time } from '../../http/wire.ts'

export const EventId = Type.Integer({ minimum: 0, description: 'The id of an event; 0: before the first.' })

export const Event = Type.Object(
  {
    id: Type.Integer({ description: 'Grows by one with each event of the company.', examples: [4711] }),
    type: OneOf(eventTypes),
    at: Time,
    campaign_id: Nullable(Id),
    call_id: Nullable(Id),
    call_task_id: Nullable(Id),
    data: Type.Object(
      {},
      {
        additionalProperties: true,
        description:
          'call.created, call.ended and call.updated have `call`; call.turns has `turns`; call.metrics has `metrics`: each as it is when it is told. call.status has `status`.',
        examples: [{ status: 'ringing' }],
      },
    ),
  },
  { $id: 'Event', description: 'Something that happened.' },
)

const words = eventTypes.map((type) => type.replace('.', '\\.')).join('|')

export const EventQuery = Type.Object({
  after: Type.Optional(EventId),
  types: Type.Optional(
    Type.String({
      pattern: `^(${words})(,(${words}))*$`,
      description: 'Only events of these types, separated by commas.',
      examples: ['call.ended,task.retry'],
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 })),
})

export const EventPage = Type.Object(
  {
    items: Type.Array(Type.Ref('Event')),
    next_after: Type.Integer({
      description: 'Ask for events after this one next: also where nothing of these types was found.',
    }),
    has_more: Type.Boolean(),
    first_id: Type.Integer({ description: 'The first event that is kept.' }),
    last_id: Type.Integer({ description: 'The last event there is.' }),
  },
  { $id: 'EventPage' },
)

export const Ticket = Type.Object(
  {
    ticket: Type.String({ examples: ['nvt_mJ0n'], description: 'Opens one WebSocket: ?ticket=.' }),
    expires_at: Time,
  },
  { $id: 'Ticket', description: 'Stands for the key it was asked for with, once.' },
)

const TicketQuery = {
  ticket: Type.Optional(Type.String({ maxLength: 200, description: 'Instead of the header, in a browser.' })),
}
const AfterQuery = { after: Type.Optional(EventId) }

export const LiveQuery = Type.Object({
  ...TicketQuery,
  ...AfterQuery,
  campaign_id: Type.Optional(Id),
  call_id: Type.Optional(Id),
  subscribe: Type.Optional(
    Type.Boolean({ default: true, description: 'false: nothing yet, messages will say what.' }),
  ),
})

export const CallSocketQuery = Type.Object(TicketQuery)

const Ref = Type.String({ minLength: 1, maxLength: 100 })
const closed = { additionalProperties: false }

/** What a client may send over /api/live. */
export const ClientMessage = Type.Union([
  Type.Object(
    {
      type: Type.Literal('subscribe'),
      ref: Type.Optional(Ref),
      campaign_id: Type.Optional(Id),
      call_id: Type.Optional(Id),
      after: Type.Optional(EventId),
    },
    closed,
  ),
  Type.Object({ type: Type.Literal('unsubscribe'), ref: Ref }, closed),
  Type.Object({ type: Type.Literal('ping') }, closed),
])
