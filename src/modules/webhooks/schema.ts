import { Type } from '@sinclair/typebox'
import {
  deliveryStatusDescriptions,
  deliveryStatuses,
  eventTypes,
  type webhookAttempts,
  type webhookDeliveries,
  type webhooks,
} from '../../db/schema/index.ts'
import {
  Body,
  Id,
  Nullable,
  OneOf,
  OneOfDescribed,
  PageQuery,
  type RowFields,
  Time,
} from '../../http/wire.ts'
import type { InternalColumn } from './webhooks.ts'

const Url = Type.String({
  minLength: 1,
  maxLength: 2_000,
  format: 'uri',
  description: 'An https URL whose host has a public address.',
  examples: ['https://crm.example.com/new-voice'],
})
const Types = Type.Array(OneOf(['*', ...eventTypes]), {
  minItems: 1,
  maxItems: eventTypes.length + 1,
  description:
    'Event types to receive. `*` stands for all types except call.turns, which must be listed explicitly.',
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
      Type.String({
        description:
          'Why the platform disabled the webhook. null when it is enabled or was disabled by a user.',
        examples: ['The receiver returned status 410: it no longer exists.'],
      }),
    ),
    disabled_at: Nullable(Time),
    failing_since: Nullable(Time),
    created_at: Time,
    updated_at: Time,
  } satisfies RowFields<typeof webhooks, InternalColumn>,
  { $id: 'Webhook', description: 'A URL to which events of the company are sent.' },
)

export const WebhookWithSecret = Type.Composite(
  [
    Webhook,
    Type.Object({
      secret: Type.String({
        description:
          'Key for verifying the signatures of requests (Standard Webhooks). Returned only in this response.',
        examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      }),
    }),
  ],
  { $id: 'WebhookWithSecret', description: 'A webhook with its signing secret, which is shown only once.' },
)

const optionalFields = {
  description: Type.Optional(Nullable(Description)),
  is_enabled: Type.Optional(Type.Boolean()),
}
export const WebhookInput = Body(
  { url: Url, event_types: Types, ...optionalFields },
  {
    examples: [
      {
        url: 'https://crm.example.com/new-voice',
        event_types: ['call.ended', 'campaign.completed'],
        description: 'Our CRM',
      },
    ],
  },
)
export const WebhookChange = Body(
  {
    url: Type.Optional(Url),
    event_types: Type.Optional(Types),
    ...optionalFields,
  },
  { examples: [{ event_types: ['call.ended', 'task.failed'], description: 'Our CRM', is_enabled: true }] },
)

const delivery = {
  company_id: Id,
  id: Type.String({ format: 'uuid', description: 'The webhook-id header of each request of this delivery.' }),
  webhook_id: Id,
  event_id: Nullable(Type.Integer({ examples: [4711] })),
  event_type: Type.String({ examples: ['call.ended'] }),
  status: OneOfDescribed(deliveryStatusDescriptions),
  attempt_count: Type.Integer({ minimum: 0 }),
  next_attempt_at: Nullable(Time),
  http_status: Nullable(
    Type.Integer({ description: 'The response status of the last attempt.', examples: [200] }),
  ),
  error: Nullable(Type.String({ examples: ['The receiver returned status 503.'] })),
  created_at: Time,
  finished_at: Nullable(Time),
} satisfies RowFields<typeof webhookDeliveries, 'order_key' | 'body' | 'retry_count'>

export const Delivery = Type.Object(delivery, {
  $id: 'Delivery',
  description: 'An event that is sent to a webhook.',
})

export const DeliveryWithAttempts = Type.Object(
  {
    ...delivery,
    body: Type.String({ description: 'The request body.', examples: ['{"type":"call.ended"}'] }),
    attempts: Type.Array(
      Type.Object(
        {
          n: Type.Integer({ minimum: 1 }),
          at: Time,
          http_status: Nullable(Type.Integer({ examples: [503] })),
          error: Nullable(Type.String({ examples: ['The receiver returned status 503.'] })),
          duration_ms: Type.Integer({
            description: 'Time from the start of the request to the response, in milliseconds.',
            examples: [87],
          }),
        } satisfies RowFields<typeof webhookAttempts, 'company_id' | 'delivery_id'>,
        { title: 'DeliveryAttempt' },
      ),
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
  {
    resent: Type.Integer({ minimum: 0, description: 'The number of deliveries that are sent again.' }),
    has_more: Type.Boolean({
      description: 'Whether the webhook has more dead deliveries: repeat the request.',
    }),
  },
  { $id: 'Resent' },
)
