import { Type } from '@sinclair/typebox'
import { outcomes } from '../../db/schema/index.ts'
import { Body, Id, JsonObject, OneOf, TimeInput } from '../../http/wire.ts'

export const CarrierEvents = Body({
  events: Type.Array(
    Body({
      event_id: Type.Optional(Type.String({ maxLength: 255, description: 'Yours; it says nothing here.' })),
      company_id: Id,
      call_id: Id,
      type: OneOf(['dialing', 'ringing', 'answered', 'ended'] as const),
      at: TimeInput,
      outcome: Type.Optional(OneOf(outcomes, { description: 'Of ended: how, where it is known.' })),
      ended_reason: Type.Optional(Type.String({ maxLength: 500, examples: ['486 Busy Here'] })),
    }),
    { minItems: 1, maxItems: 1_000 },
  ),
})

export const SignatureHeader = Type.Object({
  'x-signature': Type.Optional(
    Type.String({
      description:
        't=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body"> with CARRIER_SECRET; at most 5 minutes old.',
    }),
  ),
})

export const LivekitHeaders = Type.Object({
  authorization: Type.Optional(
    Type.String({ description: "LiveKit's token: its claim sha256 is of the body as it was sent." }),
  ),
})

/** As LiveKit writes it, which adds to it as it likes. */
export const LivekitWebhook = Type.Object(
  {
    event: Type.String({ examples: ['participant_left'] }),
    id: Type.Optional(Type.String({ examples: ['EV_x'] })),
    createdAt: Type.Optional(
      Type.Unsafe<string | number>({ type: ['string', 'integer'], examples: ['1795348800'] }),
    ),
    room: Type.Optional(JsonObject),
    participant: Type.Optional(JsonObject),
  },
  { additionalProperties: true },
)

export const EventsTaken = Type.Object(
  {
    taken: Type.Integer({ description: 'Calls that were known; others are passed over.', examples: [1] }),
  },
  { $id: 'EventsTaken', description: 'The events are durable.' },
)

const TestNumber = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'E.164.',
  examples: ['+79991234567'],
})

export const TestCallInput = Body({
  phone_number: TestNumber,
  version: Type.Optional(Type.Integer({ minimum: 1, description: 'Without it the newest.', examples: [1] })),
  caller_number: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'The number that is shown.',
      examples: ['+74951234567'],
    }),
  ),
  contact_name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, examples: ['Anna'] })),
  contact_data: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'What the texts of the skillbase speak of.',
      examples: [{ clinic: 'Northwind' }],
    }),
  ),
  ring_timeout_sec: Type.Optional(
    Type.Integer({ minimum: 5, maximum: 120, default: 30, description: 'Seconds.', examples: [30] }),
  ),
  max_call_duration_sec: Type.Optional(
    Type.Integer({ minimum: 10, maximum: 14_400, default: 600, description: 'Seconds.', examples: [600] }),
  ),
})
