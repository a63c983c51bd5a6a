import { type Static, Type } from '@sinclair/typebox'
import { StrictObject, Text, WithDefault } from './field-types.ts'

/** What a bot can do besides talking: each tool is a function that the model may call. */

const common = {
  name: Type.String({
    pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$',
    description: 'What the model calls it by; unique in the config, upper and lower case are one.',
    examples: ['book_visit'],
  }),
  description: Type.Optional(Text(2000, 'What it does and when to use it: the model chooses by this.')),
  enabled: WithDefault(
    Type.Boolean({ description: 'false keeps the tool here and hides it from the model.' }),
    true,
  ),
}

const Secret = StrictObject(
  {
    secret: Type.String({
      pattern: '^[A-Z][A-Z0-9_]{0,63}$',
      description:
        'Name of the secret. Its value is looked up when the request is sent, and is never in a config.',
      examples: ['CRM_TOKEN'],
    }),
    prefix: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z][A-Za-z0-9_-]{0,31} ?$',
        description: 'Stands before the value, like "Bearer ".',
        examples: ['Bearer '],
      }),
    ),
  },
  'A secret by its name.',
)

/** JSON Schema of a function's arguments, as models take it. */
const Parameters = Type.Unsafe<{ type: 'object'; properties?: Record<string, unknown>; required?: string[] }>(
  {
    type: 'object',
    required: ['type'],
    properties: {
      type: { const: 'object' },
      properties: { type: 'object', maxProperties: 100 },
      required: { type: 'array', items: { type: 'string' }, maxItems: 100 },
    },
    description: 'JSON Schema of the arguments that the model fills in; its type is object.',
    examples: [
      { type: 'object', properties: { day: { type: 'string', format: 'date' } }, required: ['day'] },
    ],
  },
)

export const HttpTool = Type.Object(
  {
    type: Type.Literal('http', { description: 'Calls an HTTP service.' }),
    ...common,
    url: Type.String({
      maxLength: 2000,
      pattern: '^https?://[^\\s{}]+$',
      description: 'Where the call goes. It carries no user, password or key: those are headers.',
      examples: ['https://crm.clinic.example/visits'],
    }),
    method: WithDefault(
      Type.Unsafe<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>({
        type: 'string',
        enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        description: 'With GET and DELETE the arguments go into the query, otherwise they are the JSON body.',
      }),
      'POST',
    ),
    headers: WithDefault(
      Type.Unsafe<Record<string, Static<typeof Secret>>>({
        type: 'object',
        maxProperties: 20,
        propertyNames: { pattern: '^[A-Za-z0-9-]{1,64}$' },
        additionalProperties: Secret,
        description: 'Headers by name; each value is a secret, told by its name only.',
        examples: [{ authorization: { secret: 'CRM_TOKEN', prefix: 'Bearer ' } }],
      }),
      {},
    ),
    parameters: WithDefault(Parameters, { type: 'object', properties: {} }),
    timeout_ms: WithDefault(
      Type.Integer({
        minimum: 100,
        maximum: 30_000,
        description: 'How long an answer is waited for, ms; somebody is on the line meanwhile.',
      }),
      5000,
    ),
  },
  { $id: 'HttpTool', additionalProperties: false, description: 'Calls an HTTP service: a calendar, a CRM.' },
)

export const HandoffTool = Type.Object(
  {
    type: Type.Literal('handoff', { description: 'Hands over to a person.' }),
    ...common,
    destination: Type.Optional(
      Type.String({
        maxLength: 255,
        pattern: '^(\\+[1-9][0-9]{6,14}|sips?:[^\\s@]+@[^\\s@]+)$',
        description: 'A number (E.164) or a SIP address; without it the agent knows where.',
        examples: ['+74951234567'],
      }),
    ),
    message: Type.Optional(Text(1000, 'What the bot says before it hands over.')),
  },
  { $id: 'HandoffTool', additionalProperties: false, description: 'Hands the caller over to a person.' },
)

export const EndCallTool = Type.Object(
  {
    type: Type.Literal('end_call', { description: 'Ends the call.' }),
    ...common,
    message: Type.Optional(Text(1000, 'What the bot says before it hangs up.')),
  },
  { $id: 'EndCallTool', additionalProperties: false, description: 'Ends the call.' },
)

export const toolSchemas = [HttpTool, HandoffTool, EndCallTool] as const

export type HttpTool = Static<typeof HttpTool>
export type HandoffTool = Static<typeof HandoffTool>
export type EndCallTool = Static<typeof EndCallTool>
export type Tool = HttpTool | HandoffTool | EndCallTool

export const Tools = Type.Unsafe<Tool[]>({
  type: 'array',
  maxItems: 100,
  items: {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: toolSchemas.map(({ $id }) => ({ $ref: `${$id}#` })),
  },
  description: 'Functions that the model may call.',
})
