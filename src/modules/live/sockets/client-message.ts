import { type Static, Type } from '@sinclair/typebox'
import { isObject } from '../../../lib/record-of.ts'
import { createItemValidator } from '../../../lib/schema/item-validator.ts'
import { Id } from '../../../lib/schema/typebox.ts'

/** The name that a client gives to a subscription. */
const SubscriptionRef = Type.String({ minLength: 1, maxLength: 100 })
const closed = { additionalProperties: false }

/** The messages that a client may send over /api/live, by their type. */
const clientMessages = {
  subscribe: Type.Object(
    {
      type: Type.Literal('subscribe'),
      ref: Type.Optional(SubscriptionRef),
      campaign_id: Type.Optional(Id),
      call_id: Type.Optional(Id),
      after: Type.Optional(Type.Integer({ minimum: 0 })),
    },
    closed,
  ),
  unsubscribe: Type.Object({ type: Type.Literal('unsubscribe'), ref: SubscriptionRef }, closed),
  ping: Type.Object({ type: Type.Literal('ping') }, closed),
}

type ClientMessages = typeof clientMessages
/** A message of a client of /api/live. */
export type ClientMessage = {
  [Type in keyof ClientMessages]: Static<ClientMessages[Type]>
}[keyof ClientMessages]

/** A message that is not valid has the `ref` that its client gave it, or null, and what is wrong with it. */
type Parsed = { message: ClientMessage } | { message: undefined; ref: string | null; detail: string }

const errorsOf = new Map(
  Object.entries(clientMessages).map(([type, schema]) => [type, createItemValidator(schema)]),
)
const errorsOfRef = createItemValidator(SubscriptionRef)

/** @param text of a message; `ping` is accepted beside {"type": "ping"} */
export function parseClientMessage(text: string): Parsed {
  const value = text === 'ping' ? { type: 'ping' } : parseJson(text)
  if (!isObject(value))
    return { message: undefined, ref: null, detail: `The message is not valid. ${advice}` }
  const errors = errorsOf.get(String(value.type))?.(value)
  if (errors?.length === 0) return { message: value as ClientMessage }
  const ref = errorsOfRef(value.ref).length === 0 ? (value.ref as string) : null
  const reasons = (errors ?? []).slice(0, 10).map(({ pointer, detail }) => `${pointer}: ${detail}`)
  return {
    message: undefined,
    ref,
    detail: ['The message is not valid.', ...(reasons.length > 0 ? reasons : [advice])].join(' '),
  }
}

const advice = 'Send a JSON object whose type is "subscribe", "unsubscribe" or "ping".'

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
