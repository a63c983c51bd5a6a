import { Type } from '@sinclair/typebox'
import { directions } from '../../db/schema/index.ts'
import { Id, JsonObject, Nullable, OneOf, Time } from '../../http/wire.ts'
import { dayNames } from '../../lib/time/local-time.ts'

export const PromptQuery = Type.Object({
  version: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Version to show; the newest unless given.' }),
  ),
  contact_name: Type.Optional(
    Type.String({ maxLength: 200, description: 'Name of the sample contact.', examples: ['Анна'] }),
  ),
  contact_data: Type.Optional(
    Type.String({
      maxLength: 10_000,
      description:
        'Data of the sample contact: a JSON object. Without a sample contact, each variable is shown as its name.',
      examples: ['{"clinic": "Северная"}'],
    }),
  ),
})

const ModelFunction = Type.Object(
  {
    name: Type.String({ examples: ['book_visit'] }),
    description: Type.String({ examples: ['Books a visit.'] }),
    parameters: JsonObject,
  },
  { title: 'ModelFunction' },
)

const Transition = Type.Object(
  {
    to: Type.String({ examples: ['booking'] }),
    condition: Nullable(
      Type.String({
        description: 'null: followed when no other condition is met.',
        examples: ['wants a visit'],
      }),
    ),
  },
  { title: 'ConversationTransition' },
)

const Flow = Type.Object(
  {
    type: Type.Unsafe<'linear' | 'graph'>({ type: 'string', enum: ['linear', 'graph'] }),
    initial: Type.String({
      description: 'The state in which the conversation starts.',
      examples: ['greeting'],
    }),
    states: Type.Array(
      Type.Object({
        id: Type.String({ examples: ['greeting'] }),
        name: Type.String({ examples: ['Greeting'] }),
        prompt: Nullable(Type.String({ examples: ['Say hello.'] })),
        is_end: Type.Boolean({ description: 'The conversation ends in this state.' }),
        next: Type.Array(Transition, {
          description: 'Transitions out of the state. The first one whose condition is met is followed.',
        }),
      }),
    ),
  },
  { title: 'ConversationFlow', description: 'The flow of the conversation as a graph of states.' },
)

const CallTimeShape = Type.Object(
  {
    at: Time,
    date: Type.String({ format: 'date', examples: ['2026-11-23'] }),
    time: Type.String({ description: 'HH:MM.', examples: ['15:00'] }),
    weekday: OneOf(dayNames),
    timezone: Type.String({ description: 'IANA time zone.', examples: ['Europe/Moscow'] }),
    utc_offset: Type.String({ description: 'Of the zone at this time.', examples: ['+03:00'] }),
    is_timezone_certain: Type.Boolean({
      description:
        'false: the contact may be in another zone. The time is that of the campaign, of one of the possible zones, or else UTC.',
    }),
  },
  {
    title: 'ContactTime',
    description:
      'When the brief was first requested, by the clock of the contact. The system prompt states it, so that the model can work out "tomorrow".',
  },
)

const promptFields = {
  language: Type.String({ description: 'The language the bot speaks, BCP 47.', examples: ['ru'] }),
  now: CallTimeShape,
  system_prompt: Type.String({ examples: ['Ты администратор клиники.'] }),
  greeting: Nullable(
    Type.String({
      description:
        'What the bot says first, without sentences whose variables have no value. null: the model composes it.',
      examples: ['Здравствуйте!'],
    }),
  ),
  flow: Flow,
  functions: Type.Array(ModelFunction, { description: 'Functions that the model may call.' }),
  variables: Type.Array(
    Type.Object(
      {
        name: Type.String({ examples: ['clinic'] }),
        value: Nullable(
          Type.String({ description: 'null: the contact has no value for it.', examples: ['Северная'] }),
        ),
      },
      { title: 'PromptVariable' },
    ),
    { description: 'Variables that the texts of the config use, with their values, by name.' },
  ),
}

export const Prompt = Type.Object(
  { skillbase_id: Id, version: Type.Integer({ minimum: 1 }), ...promptFields },
  { $id: 'Prompt', description: 'The prompt of a skillbase version for a sample contact.' },
)

const Language = Type.String({ description: 'BCP 47.', examples: ['ru'] })
const Url = (path: string) => Type.String({ examples: [`https://api.example/api/${path}`] })
const Text = (description: string, example: string) => Type.String({ description, examples: [example] })
const Name = Text("The provider's name for it.", 'nova-3')

/** How the agent executes a function that the model calls. */
const BriefTool = Type.Object({
  name: Type.String({ examples: ['book_visit'] }),
  type: OneOf(['http', 'handoff', 'end_call'] as const),
  http: Nullable(
    Type.Object(
      {
        url: Type.String({ examples: ['https://crm.example/visits'] }),
        method: OneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const),
        headers: Type.Array(
          Type.Object({
            name: Type.String({ examples: ['authorization'] }),
            secret: Text(
              'Name of a secret whose value the agent has. The header is the prefix followed by this value.',
              'CRM_TOKEN',
            ),
            prefix: Text('Text before the secret.', 'Bearer '),
          }),
        ),
        timeout_ms: Type.Integer({ description: 'Timeout of the request, ms.', examples: [5000] }),
      },
      {
        description:
          'The HTTP request to send. For GET and DELETE the arguments are the query, otherwise the JSON body.',
      },
    ),
  ),
  destination: Nullable(
    Text(
      'Only for handoff: an E.164 number or a SIP address. null: the agent uses its own destination.',
      '+74951234567',
    ),
  ),
  message: Nullable(
    Text(
      'Text that the bot speaks before the handoff or the end of the call, without sentences whose variables have no value.',
      'До свидания!',
    ),
  ),
})

const reportUrls = {
  brief_url: Url('calls/{id}/brief'),
  turns_url: Url('calls/{id}/turns'),
  complete_url: Url('calls/{id}/complete'),
  telemetry_url: Url('telemetry'),
}

export const Brief = Type.Object(
  {
    call_id: Id,
    company_id: Id,
    campaign_id: Nullable(Id),
    direction: OneOf(directions),
    skillbase_id: Id,
    skillbase_version: Type.Integer({ minimum: 1 }),
    ...promptFields,
    tools: Type.Array(BriefTool, { description: 'How to execute each function.' }),
    stt: Type.Object({
      provider: Text('Provider of speech recognition.', 'deepgram'),
      model: Nullable(Name),
      language: Language,
    }),
    llm: Type.Object({
      provider: Text('Provider of the language model.', 'groq'),
      model: Text("The provider's name of the model.", 'openai/gpt-oss-20b'),
      temperature: Nullable(Type.Number({ examples: [0.7] })),
      max_tokens: Nullable(Type.Integer({ examples: [300] })),
    }),
    tts: Type.Object({
      provider: Text('Provider of speech synthesis.', 'cartesia'),
      model: Nullable(Name),
      voice_id: Text("The provider's id of the voice.", '064b17af-d36b-4bfb-b003-be07dba1b649'),
      speed: Nullable(Type.Number({ description: '1 is the normal speed of the voice.', examples: [1] })),
      language: Language,
    }),
    collect: Type.Array(Type.String({ examples: ['name'] }), {
      description: 'Names of the data to collect in the conversation: the keys of `collected_data`.',
    }),
    limits: Type.Object({
      max_call_duration_sec: Nullable(
        Type.Integer({
          description: 'Maximum length of the conversation, seconds; null: no limit.',
          examples: [600],
        }),
      ),
      answer_timeout_sec: Nullable(
        Type.Integer({
          description:
            'Seconds after this request in which the callee answers, or the agent should leave; null: the call is already answered.',
          examples: [60],
        }),
      ),
    }),
    report: Type.Object(
      {
        ...reportUrls,
        token: Text(
          'Bearer token for these four URLs and this call only. It expires one hour after the call has ended.',
          'nvc_…',
        ),
      },
      { description: 'Where the agent reports turns and the result.' },
    ),
  },
  { $id: 'Brief', description: 'Everything that an agent needs for a call.' },
)
