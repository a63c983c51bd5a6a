import { Type } from '@sinclair/typebox'
import { outcomes } from '../../db/schema/index.ts'
import {
  Body,
  BoundedJsonObject,
  Id,
  ItemWarning,
  JsonObject,
  maxJsonBytes,
  OneOf,
  RejectedItem,
  TimeInput,
  ValidatedPerItem,
  VisibleText,
} from '../../http/wire.ts'

export const CarrierEventInput = Body(
  {
    event_id: Type.Optional(
      Type.String({ maxLength: 255, description: 'Your own id of the event. It is not stored.' }),
    ),
    company_id: Id,
    call_id: Id,
    type: OneOf(['dialing', 'ringing', 'answered', 'ended'] as const),
    at: TimeInput,
    outcome: Type.Optional(
      OneOf(outcomes, {
        description:
          'For ended only: how the call ended. Omit it when a conversation took place, so that the agent reports the outcome.',
      }),
    ),
    ended_reason: Type.Optional(
      Type.String({
        maxLength: 500,
        description: 'A longer text is cut off, with a warning.',
        examples: ['486 Busy Here'],
      }),
    ),
    answered_at: Type.Optional(
      Type.Unsafe<string>({ ...TimeInput, description: 'For ended: when the call was answered.' }),
    ),
  },
  { title: 'CarrierEvent', description: 'What happened to a call.' },
)

export const CarrierEvents = Body(
  { events: Type.Array(ValidatedPerItem(CarrierEventInput), { minItems: 1, maxItems: 1_000 }) },
  {
    examples: [
      {
        events: [
          {
            event_id: 'evt-1',
            company_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
            call_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
            type: 'ringing',
            at: '2026-11-23T09:00:01.000Z',
          },
        ],
      },
    ],
  },
)

export const SignatureHeader = Type.Object({
  'x-signature': Type.Optional(
    Type.String({
      maxLength: 1_000,
      description:
        't=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body"> with CARRIER_SECRET as the key. At most 5 minutes old. Several v1 are allowed while the secret changes.',
    }),
  ),
})

export const LivekitHeaders = Type.Object({
  authorization: Type.Optional(
    Type.String({
      maxLength: 8_000,
      description: 'The token that LiveKit signs: its claim sha256 is the Base64 SHA-256 of the body.',
    }),
  ),
})

/** A webhook as LiveKit sends it. Unknown fields are allowed, because LiveKit adds some between versions. */
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
  {
    additionalProperties: true,
    examples: [
      {
        event: 'participant_left',
        id: 'EV_x',
        createdAt: '1795348800',
        room: { name: 'call-0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b' },
        participant: { identity: 'sip_+79991234567', kind: 'SIP' },
      },
    ],
  },
)

const taken = Type.Integer({
  description: 'Number of known calls among the events. Events of unknown calls are ignored.',
  examples: [1],
})

export const EventsTaken = Type.Object(
  { taken },
  { $id: 'EventsTaken', description: 'The events are stored.' },
)

export const CarrierEventsResult = Type.Object(
  {
    taken,
    rejected: Type.Array(RejectedItem, {
      description: 'Events that were not stored, and will not be when they are sent again as they are.',
    }),
    warnings: Type.Array(ItemWarning, {
      description: 'Fields of stored events that could not be used as they are.',
    }),
  },
  { $id: 'CarrierEventsResult', description: 'Which events were stored, and which were rejected and why.' },
)

const TestNumber = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'The number to call, in E.164 format.',
  examples: ['+79991234567'],
})

export const TestCallInput = Body(
  {
    phone_number: TestNumber,
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'The version of the skillbase to run; the newest by default.',
        examples: [1],
      }),
    ),
    caller_number: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'The caller number to show. The carrier chooses one by default.',
        examples: ['+74951234567'],
      }),
    ),
    contact_name: Type.Optional(VisibleText(200, { examples: ['Anna'] })),
    contact_data: Type.Optional(
      BoundedJsonObject(
        maxJsonBytes.contact_data,
        'Values for the variables in the texts of the skillbase.',
        {
          examples: [{ clinic: 'Northwind' }],
        },
      ),
    ),
    ring_timeout_sec: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: 120,
        default: 30,
        description: 'Seconds that the number may ring.',
        examples: [30],
      }),
    ),
    max_call_duration_sec: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: 14_400,
        default: 600,
        description: 'Seconds that the conversation may last.',
        examples: [600],
      }),
    ),
  },
  {
    examples: [{ phone_number: '+79991234567', contact_name: 'Anna', contact_data: { clinic: 'Northwind' } }],
  },
)
