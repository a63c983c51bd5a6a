import { type Static, Type } from '@sinclair/typebox'
import { exampleConfig } from './example-config.ts'
import { Language, Provider, StrictObject, Text, WithDefault } from './field-types.ts'
import { Tools } from './tool-schemas.ts'

/** The schema of a voice bot. Rules that JSON Schema cannot express are in flow-rules.ts and tool-rules.ts. */

const Context = StrictObject(
  {
    role: Text(10_000, 'Who the bot is and what it has to achieve.'),
    style: Text(4000, 'How the bot speaks.'),
    language: Type.Optional(Language('The language the bot speaks; `voice.stt_language` unless given.')),
    greeting: Type.Optional(
      Text(1000, 'The first sentence of the bot; unless given, the model composes it.'),
    ),
    safety_rules: WithDefault(
      Type.Array(Text(1000, 'One rule.'), {
        maxItems: 200,
        description: 'What the bot must never do or say.',
      }),
      [],
    ),
    facts: WithDefault(
      Type.Array(Text(2000, 'One fact.'), { maxItems: 500, description: 'What the bot knows and may say.' }),
      [],
    ),
  },
  'Who the bot is.',
)

const stateIdPattern = '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$'
const stateIdRegExp = new RegExp(stateIdPattern)

/** Whether a text can be the id of a state. */
export const isStateId = (text: string): boolean => stateIdRegExp.test(text)

export const maxStates = 200
export const maxTransitions = 1000

const stateIdFormat =
  'Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters.'
const StateId = (description: string) =>
  Type.String({
    pattern: stateIdPattern,
    description: `${description} ${stateIdFormat}`,
    examples: ['greeting'],
  })

const stateFields = {
  id: StateId('Unique in the flow, ignoring case.'),
  name: Text(200, 'Display name.'),
  prompt: Type.Optional(Text(10_000, 'What the bot has to do in this state.')),
}

/** One state of a conversation. */
export type State = string | Static<ReturnType<typeof StrictObject<typeof stateFields>>>

/** One schema with two types instead of a union, so that errors are reported only for the type that was sent. */
const StateSchema = Type.Unsafe<State>({
  type: ['string', 'object'],
  pattern: stateIdPattern,
  properties: stateFields,
  required: ['id', 'name'],
  additionalProperties: false,
  description: `An id, or an object with an id, a name and optionally a prompt. The id: ${stateIdFormat}`,
  examples: ['greeting', { id: 'booking', name: 'Booking', prompt: 'Agree on a day and an hour.' }],
})

const Transition = StrictObject(
  {
    from: StateId('Id of the state that the transition leaves.'),
    to: StateId('Id of the state that the transition enters.'),
    condition: Type.Optional(
      Text(1000, 'When to follow the transition, in words; without it, when no other condition is met.'),
    ),
  },
  'A transition from one state to another.',
)

const Flow = StrictObject(
  {
    type: Type.Unsafe<'linear' | 'graph'>({
      type: 'string',
      enum: ['linear', 'graph'],
      description: 'linear: the states in their order. graph: along the transitions.',
    }),
    states: Type.Array(StateSchema, {
      minItems: 1,
      maxItems: maxStates,
      description: 'The states of a conversation.',
    }),
    transitions: WithDefault(
      Type.Array(Transition, {
        maxItems: maxTransitions,
        description: 'The transitions of a graph. A linear flow needs none.',
      }),
      [],
    ),
    initial: Type.Optional(
      StateId('Id of the state in which a conversation starts; unless given, the first.'),
    ),
  },
  'How a conversation proceeds.',
)

const shortName = { minLength: 1, maxLength: 200, description: 'Names have 1 to 200 characters.' }

const Agent = StrictObject(
  {
    handoff_criteria: WithDefault(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        maxProperties: 100,
        propertyNames: shortName,
        additionalProperties: true,
        description: 'When to hand the call over to a person: criteria by name, with any value.',
        examples: [{ asks_for_a_person: true, failed_turns: 3 }],
      }),
      {},
    ),
    crm_field_mapping: WithDefault(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        maxProperties: 200,
        propertyNames: shortName,
        additionalProperties: { type: 'string', minLength: 1, maxLength: 200 },
        description: 'Maps the names of collected data to fields of the CRM.',
        examples: [{ name: 'client_name' }],
      }),
      {},
    ),
  },
  'Handoff to people, and the data to collect.',
)

const ProviderModel = Text(200, "The provider's name of the model; unless given, the provider's default.")

const Voice = StrictObject(
  {
    tts_provider: Provider('Provider of speech synthesis.'),
    tts_voice_id: Text(200, "The provider's id of the voice."),
    tts_model: Type.Optional(ProviderModel),
    speed: Type.Optional(
      Type.Number({
        minimum: 0.25,
        maximum: 4,
        description: 'Speed of speech; 1 is the normal speed of the voice.',
      }),
    ),
    stt_provider: Provider('Provider of speech recognition.'),
    stt_model: Type.Optional(ProviderModel),
    stt_language: Language('The language of speech recognition.'),
  },
  'Speech synthesis (tts) and speech recognition (stt).',
)

const Llm = StrictObject(
  {
    provider: Provider('Provider of the language model.'),
    model: Text(200, "The provider's name of the model."),
    temperature: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 2,
        description: "Sampling temperature: 0 is most predictable; unless given, the model's default.",
      }),
    ),
    max_tokens: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000, description: 'Maximum length of a reply, tokens.' }),
    ),
  },
  'The language model.',
)

/** Maximum size of a config, bytes of JSON. */
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
    description: `The config of a voice bot, at most ${maxConfigBytes / 1024} KiB of JSON with 10,000 values (fields, items, objects and arrays), and 1,000 uses of variables. It refers to secrets by name and must not contain any. Requests may use other notations: states with names in any language instead of ids, {id, prompt, next} states, transitions with from_state and to_state, {name, config, enabled} tools. They are stored in this form; POST /api/skillbases/validate shows it.`,
    examples: [exampleConfig],
  },
)

/** A valid config, with defaults filled in. */
export type SkillbaseConfig = Static<typeof SkillbaseConfig>
export type Flow = SkillbaseConfig['flow']
