import { type Static, Type } from '@sinclair/typebox'
import { exampleConfig } from './example-config.ts'
import { Language, Provider, StrictObject, Text, WithDefault } from './field-types.ts'
import { Tools } from './tool-schemas.ts'

/** What a bot is. What a JSON schema cannot say of it stands in rules.ts. */

const Context = StrictObject(
  {
    role: Text(10_000, 'Who the bot is and what it is there for.'),
    style: Text(4000, 'How it speaks.'),
    language: Type.Optional(Language('The language it speaks; without it that of `voice.stt_language`.')),
    greeting: Type.Optional(Text(1000, 'The first thing it says; without it the model finds its own.')),
    safety_rules: WithDefault(
      Type.Array(Text(1000, 'One rule.'), { maxItems: 200, description: 'What it must never do or say.' }),
      [],
    ),
    facts: WithDefault(
      Type.Array(Text(2000, 'One fact.'), { maxItems: 500, description: 'What it knows and may tell.' }),
      [],
    ),
  },
  'Who the bot is.',
)

const stateIdPattern = '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$'
const StateId = (description: string) =>
  Type.String({ pattern: stateIdPattern, description, examples: ['greeting'] })

const stateFields = {
  id: StateId('Unique in the flow, upper and lower case are one.'),
  name: Text(200, 'What people call it.'),
  prompt: Type.Optional(Text(10_000, 'What the bot is to do in this state.')),
}

/** One state of a conversation. */
export type State = string | Static<ReturnType<typeof StrictObject<typeof stateFields>>>

/** As one schema of two types, its faults are told of the type that was sent and not of both. */
const StateShape = Type.Unsafe<State>({
  type: ['string', 'object'],
  pattern: stateIdPattern,
  properties: stateFields,
  required: ['id', 'name'],
  additionalProperties: false,
  description: 'An id alone, or an id with a name and a prompt.',
  examples: ['greeting', { id: 'booking', name: 'Booking', prompt: 'Agree on a day and an hour.' }],
})

const Transition = StrictObject(
  {
    from: StateId('The state it leaves.'),
    to: StateId('The state it enters.'),
    condition: Type.Optional(Text(1000, 'When it is taken, in words; without it, when nothing else is.')),
  },
  'A way from one state to another.',
)

const Flow = StrictObject(
  {
    type: Type.Unsafe<'linear' | 'graph'>({
      type: 'string',
      enum: ['linear', 'graph'],
      description: 'linear: the states one after the other. graph: as the transitions say.',
    }),
    states: Type.Array(StateShape, {
      minItems: 1,
      maxItems: 200,
      description: 'The stages of a conversation.',
    }),
    transitions: WithDefault(
      Type.Array(Transition, {
        maxItems: 1000,
        description: 'The ways of a graph; a linear flow needs none.',
      }),
      [],
    ),
    initial: Type.Optional(StateId('Where a conversation begins; without it the first state.')),
  },
  'How a conversation goes.',
)

const Agent = StrictObject(
  {
    handoff_criteria: WithDefault(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        maxProperties: 100,
        propertyNames: { minLength: 1, maxLength: 200 },
        additionalProperties: true,
        description: 'When a person takes over: criteria by name, with whatever value each has.',
        examples: [{ asks_for_a_person: true, failed_turns: 3 }],
      }),
      {},
    ),
    crm_field_mapping: WithDefault(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        maxProperties: 200,
        propertyNames: { minLength: 1, maxLength: 200 },
        additionalProperties: { type: 'string', minLength: 1, maxLength: 200 },
        description: 'What the bot collected, by name, to the field of the CRM it goes to.',
        examples: [{ name: 'client_name' }],
      }),
      {},
    ),
  },
  'What happens around a conversation.',
)

const Voice = StrictObject(
  {
    tts_provider: Provider('Who speaks.'),
    tts_voice_id: Text(200, 'The voice, as the provider calls it.'),
    tts_model: Type.Optional(Text(200, "The provider's model; without it the provider's usual one.")),
    speed: Type.Optional(
      Type.Number({ minimum: 0.25, maximum: 4, description: '1 is how the voice speaks by itself.' }),
    ),
    stt_provider: Provider('Who listens.'),
    stt_model: Type.Optional(Text(200, "The provider's model; without it the provider's usual one.")),
    stt_language: Language('The language that is listened for.'),
  },
  'How the bot speaks and listens.',
)

const Llm = StrictObject(
  {
    provider: Provider('Who runs the model.'),
    model: Text(200, 'The model, as the provider calls it.'),
    temperature: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 2,
        description: "0 is steady, 2 wild; without it the model's usual one.",
      }),
    ),
    max_tokens: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000, description: 'The longest reply, in tokens.' }),
    ),
  },
  'The language model.',
)

/** The longest config, bytes of JSON. */
export const maxConfigBytes = 256 * 1024

export const SkillbaseConfig = Type.Object(
  {
    context: Context,
    flow: Flow,
    agent: WithDefault(Agent, {} as Static<typeof Agent>),
    tools: WithDefault(Tools, []),
    voice: Voice,
    llm: Llm,
  },
  {
    $id: 'SkillbaseConfig',
    additionalProperties: false,
    description: `A voice bot; at most ${maxConfigBytes / 1024} KiB of JSON. It names secrets and never holds one.`,
    examples: [exampleConfig],
  },
)

/** A config with its defaults filled in. */
export type SkillbaseConfig = Static<typeof SkillbaseConfig>
export type Flow = SkillbaseConfig['flow']
