import { Type } from '@sinclair/typebox'
import { deliveryStatuses, eventTypes } from '../../db/schema/index.ts'
import { Body, Id, Nullable, OneOf, PageQuery, Time } from '../../http/wire.ts'

const Url = Type.String({
  minLength: 1,
  maxLength: 2_000,
  format: 'uri',
  description: 'https, of a public address.',
  examples: ['https://crm.example.com/new-voice'],
})
const Types = Type.Array(OneOf(['*', ...eventTypes]), {
  minItems: 1,
  maxItems: eventTypes.length + 1,
  description: '`*`: all but call.turns, which has to be named.',
  examples: [['call.ended', 'campaign.completed']],
})
const Description = Type.String({ maxLength: 500, examples: ['Our CRM'] })

export const Webhook = Type.Object(
  {
    company_id: Id,
    id: Id,
    url: Type.String({ examples: ['https://crm.example.com/new-voice'] }),
    description: Nullable(Description),
    event_types: Type.Array(Type.String({ examples: ['call.ended'] })),
    is_enabled: Type.Boolean(),
    disabled_reason: Nullable(
      Type.String({ description: 'Why it was switched off by itself.', examples: ['it answered 410'] }),
    ),
    disabled_at: Nullable(Time),
    failing_since: Nullable(Time),
    created_at: Time,
    updated_at: Time,
  },
  { $id: 'Webhook', description: 'Where a company is told of events.' },
)

export const NewWebhook = Type.Composite(
  [
    Webhook,
    Type.Object({
      secret: Type.String({
        description: 'Verifies what is sent (Standard Webhooks). Shown this once.',
        examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      }),
    }),
  ],
  { $id: 'NewWebhook' },
)

const changeable = {
  description: Type.Optional(Nullable(Description)),
  is_enabled: Type.Optional(Type.Boolean()),
}
export const WebhookInput = Body({ url: Url, event_types: Types, ...changeable })
export const WebhookChange = Body({
  url: Type.Optional(Url),
  event_types: Type.Optional(Types),
  ...changeable,
})

const delivery = {
  company_id: Id,
  id: Type.String({ format: 'uuid', description: 'webhook-id of each of its requests.' }),
  webhook_id: Id,
  event_id: Nullable(Type.Integer({ examples: [4711] })),
  event_type: Type.String({ examples: ['call.ended'] }),
  status: OneOf(deliveryStatuses, { description: 'dead: tried for a day, and not again by itself.' }),
  attempt_count: Type.Integer({ minimum: 0 }),
  next_attempt_at: Nullable(Time),
  http_status: Nullable(Type.Integer({ description: 'Of the last attempt.', examples: [200] })),
  error: Nullable(Type.String({ examples: ['answered 503'] })),
  created_at: Time,
  finished_at: Nullable(Time),
}

export const Delivery = Type.Object(delivery, {
  $id: 'Delivery',
  description: 'An event that is told to a webhook.',
})

export const DeliveryWithAttempts = Type.Object(
  {
    ...delivery,
    body: Type.String({ description: 'As it is sent.', examples: ['{"type":"call.ended"}'] }),
    attempts: Type.Array(
      Type.Object({
        n: Type.Integer({ minimum: 1 }),
        at: Time,
        http_status: Nullable(Type.Integer({ examples: [503] })),
        error: Nullable(Type.String({ examples: ['answered 503'] })),
        duration_ms: Type.Integer({ description: 'Milliseconds.', examples: [87] }),
      }),
    ),
  },
  { $id: 'DeliveryWithAttempts' },
)

export const DeliveryParams = Type.Object({ id: Id, delivery_id: Id })

export const DeliveryQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(OneOf(deliveryStatuses)),
  event_type: Type.Optional(OneOf([...eventTypes, 'webhook.test'])),
})

export const Resent = Type.Object(
  { resent: Type.Integer({ minimum: 0, description: 'Deliveries that are sent again.' }) },
  { $id: 'Resent' },
)
