import { type Static, Type } from '@sinclair/typebox'
import { StrictObject, Text, WithDefault } from './field-types.ts'

/** Tools: functions that the model may call. */

const common = {
  name: Type.String({
    pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$',
    description:
      'Name of the function, unique in the config, ignoring case. Letters, digits, "_" and "-", starting with a letter or "_".',
    examples: ['book_visit'],
  }),
  description: Type.Optional(
    Text(2000, 'What the tool does and when to use it. The model chooses tools by it.'),
  ),
  enabled: WithDefault(
    Type.Boolean({ description: 'false: the tool stays in the config but the model does not see it.' }),
    true,
  ),
}

const Secret = StrictObject(
  {
    secret: Type.String({
      pattern: '^[A-Z][A-Z0-9_]{0,63}$',
      description:
        'Name of the secret: upper-case letters, digits and "_". The agent adds its value when it sends the request; the config never contains it.',
      examples: ['CRM_TOKEN'],
    }),
    prefix: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z][A-Za-z0-9_-]{0,31} ?$',
        description:
          'Text before the secret: one word of letters, digits, "_" and "-", optionally with a space.',
        examples: ['Bearer '],
      }),
    ),
  },
  'Refers to a secret by its name.',
)

/** JSON Schema of the arguments of a function. */
const Parameters = Type.Unsafe<{ type: 'object'; properties?: Record<string, unknown>; required?: string[] }>(
  {
    type: 'object',
    required: ['type'],
    properties: {
      type: { const: 'object' },
      properties: { type: 'object', maxProperties: 100 },
      required: { type: 'array', items: { type: 'string', maxLength: 200 }, maxItems: 100 },
    },
    description: 'JSON Schema of the arguments that the model fills in. Its type must be object.',
    examples: [
      { type: 'object', properties: { day: { type: 'string', format: 'date' } }, required: ['day'] },
    ],
  },
)

export const HttpTool = Type.Object(
  {
    type: Type.Literal('http', { description: 'Sends an HTTP request.' }),
    ...common,
    url: Type.String({
      maxLength: 2000,
      pattern: '^https?://[^\\s{}]+$',
      description:
        'URL of the request, http or https, without braces. It must not contain a user, password or key: use headers for these.',
      examples: ['https://crm.clinic.example/visits'],
    }),
    method: WithDefault(
      Type.Unsafe<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>({
        type: 'string',
        enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        description: 'For GET and DELETE the arguments are the query, otherwise the JSON body.',
      }),
      'POST',
    ),
    headers: WithDefault(
      Type.Unsafe<Record<string, Static<typeof Secret>>>({
        type: 'object',
        maxProperties: 20,
        propertyNames: {
          pattern: '^[A-Za-z0-9-]{1,64}$',
          description: 'Header names have letters, digits and hyphens, at most 64 characters.',
        },
        additionalProperties: Secret,
        description: 'Headers by name. Each value refers to a secret.',
        examples: [{ authorization: { secret: 'CRM_TOKEN', prefix: 'Bearer ' } }],
      }),
      {},
    ),
    parameters: WithDefault(Parameters, { type: 'object', properties: {} }),
    timeout_ms: WithDefault(
      Type.Integer({
        minimum: 100,
        maximum: 30_000,
        description: 'Timeout of the request, ms. The other party waits on the phone during the request.',
      }),
      5000,
    ),
  },
  {
    $id: 'HttpTool',
    additionalProperties: false,
    description: 'Sends an HTTP request, for example to a calendar or a CRM.',
  },
)

export const HandoffTool = Type.Object(
  {
    type: Type.Literal('handoff', { description: 'Hands the call over to a person.' }),
    ...common,
    destination: Type.Optional(
      Type.String({
        maxLength: 255,
        pattern: '^(\\+[1-9][0-9]{6,14}|sips?:[^\\s@]+@[^\\s@]+)$',
        description: 'An E.164 number or a SIP address; unless given, the agent uses its own destination.',
        examples: ['+74951234567'],
      }),
    ),
    message: Type.Optional(Text(1000, 'Text that the bot speaks before the handoff.')),
  },
  { $id: 'HandoffTool', additionalProperties: false, description: 'Hands the call over to a person.' },
)

export const EndCallTool = Type.Object(
  {
    type: Type.Literal('end_call', { description: 'Ends the call.' }),
    ...common,
    message: Type.Optional(Text(1000, 'Text that the bot speaks before it hangs up.')),
  },
  { $id: 'EndCallTool', additionalProperties: false, description: 'Ends the call.' },
)

export const toolSchemas = [HttpTool, HandoffTool, EndCallTool] as const

export type HttpTool = Static<typeof HttpTool>
export type HandoffTool = Static<typeof HandoffTool>
export type EndCallTool = Static<typeof EndCallTool>
export type Tool = HttpTool | HandoffTool | EndCallTool

export const maxTools = 100

export const Tools = Type.Unsafe<Tool[]>({
  type: 'array',
  maxItems: maxTools,
  items: {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: toolSchemas.map(({ $id }) => ({ $ref: `${$id}#` })),
    description: `A tool of one of the types ${toolSchemas.map(({ properties }) => properties.type.const).join(', ')}.`,
  },
  description: 'Functions that the model may call.',
})
