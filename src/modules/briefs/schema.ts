import { Type } from '@sinclair/typebox'
import { directions } from '../../db/schema/index.ts'
import { Id, JsonObject, Nullable, OneOf } from '../../http/wire.ts'

export const PromptQuery = Type.Object({
  version: Type.Optional(Type.Integer({ minimum: 1, description: 'Without it the newest.' })),
  contact_name: Type.Optional(Type.String({ maxLength: 200, examples: ['Анна'] })),
  contact_data: Type.Optional(
    Type.String({
      maxLength: 10_000,
      description: 'A contact to try it with: a JSON object. Without it each variable shows as its name.',
      examples: ['{"clinic": "Северная"}'],
    }),
  ),
})

const ModelFunction = Type.Object({
  name: Type.String({ examples: ['book_visit'] }),
  description: Type.String({ examples: ['Books a visit.'] }),
  parameters: JsonObject,
})

const Step = Type.Object({
  to: Type.String({ examples: ['booking'] }),
  condition: Nullable(
    Type.String({ description: 'null: when no other is met.', examples: ['wants a visit'] }),
  ),
})

const Flow = Type.Object(
  {
    type: Type.Unsafe<'linear' | 'graph'>({ type: 'string', enum: ['linear', 'graph'] }),
    initial: Type.String({ examples: ['greeting'] }),
    states: Type.Array(
      Type.Object({
        id: Type.String({ examples: ['greeting'] }),
        name: Type.String({ examples: ['Greeting'] }),
        prompt: Nullable(Type.String({ examples: ['Say hello.'] })),
        is_end: Type.Boolean(),
        next: Type.Array(Step, { description: 'The first whose condition is met is taken.' }),
      }),
    ),
  },
  { description: 'The flow as an agent steps through it.' },
)

const spokenBy = {
  language: Type.String({ description: 'BCP 47.', examples: ['ru'] }),
  system_prompt: Type.String({ examples: ['Ты администратор клиники.'] }),
  greeting: Nullable(
    Type.String({
      description: 'Said first, without what is not known; null: the model finds its own.',
      examples: ['Здравствуйте!'],
    }),
  ),
  flow: Flow,
  functions: Type.Array(ModelFunction, { description: 'What the model may call.' }),
  variables: Type.Array(
    Type.Object({
      name: Type.String({ examples: ['clinic'] }),
      value: Nullable(
        Type.String({ description: 'null: not known of this contact.', examples: ['Северная'] }),
      ),
    }),
    { description: 'What the texts of the config speak of.' },
  ),
}

export const Prompt = Type.Object(
  { skillbase_id: Id, version: Type.Integer({ minimum: 1 }), ...spokenBy },
  { $id: 'Prompt', description: 'What an agent would work from.' },
)

const Language = Type.String({ description: 'BCP 47.', examples: ['ru'] })
const Url = (path: string) => Type.String({ examples: [`https://api.example/api/${path}`] })
const Text = (description: string, example: string) => Type.String({ description, examples: [example] })
const Name = Text('As the provider calls it.', 'nova-3')

/** What the agent does when the model calls a function. */
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
              'Name of a secret that the agent has: its value is put in when the request is sent.',
              'CRM_TOKEN',
            ),
            prefix: Text('Stands before the value.', 'Bearer '),
          }),
        ),
        timeout_ms: Type.Integer({ description: 'Milliseconds.', examples: [5000] }),
      },
      {
        description:
          'The request to make. Arguments go into the query of GET and DELETE, else they are the JSON body.',
      },
    ),
  ),
  destination: Nullable(
    Text('Of a handoff: E.164 or a SIP address; null: the agent knows where.', '+74951234567'),
  ),
  message: Nullable(Text('Said before it is done.', 'До свидания!')),
})

export const Brief = Type.Object(
  {
    call_id: Id,
    company_id: Id,
    campaign_id: Nullable(Id),
    direction: OneOf(directions),
    skillbase_id: Id,
    skillbase_version: Type.Integer({ minimum: 1 }),
    ...spokenBy,
    tools: Type.Array(BriefTool, { description: 'What each function does.' }),
    stt: Type.Object({
      provider: Text('Who listens.', 'deepgram'),
      model: Nullable(Name),
      language: Language,
    }),
    llm: Type.Object({
      provider: Text('Who runs the model.', 'groq'),
      model: Text('As the provider calls it.', 'openai/gpt-oss-20b'),
      temperature: Nullable(Type.Number({ examples: [0.7] })),
      max_tokens: Nullable(Type.Integer({ examples: [300] })),
    }),
    tts: Type.Object({
      provider: Text('Who speaks.', 'cartesia'),
      model: Nullable(Name),
      voice_id: Text('As the provider calls it.', '064b17af-d36b-4bfb-b003-be07dba1b649'),
      speed: Nullable(Type.Number({ examples: [1] })),
      language: Language,
    }),
    collect: Type.Array(Type.String({ examples: ['name'] }), {
      description: 'What to find out, by name: the keys of collected_data.',
    }),
    limits: Type.Object({
      max_call_duration_sec: Nullable(
        Type.Integer({ description: 'Seconds; null: no limit is set.', examples: [600] }),
      ),
    }),
    report: Type.Object(
      {
        brief_url: Url('calls/{id}/brief'),
        turns_url: Url('calls/{id}/turns'),
        complete_url: Url('calls/{id}/complete'),
        telemetry_url: Url('telemetry'),
        token: Text(
          'Bearer token of this call and of no other: for these four addresses, until an hour after the call has ended.',
          'nvc_…',
        ),
      },
      { description: 'Where to tell how it goes.' },
    ),
  },
  { $id: 'Brief', description: 'All that an agent needs for a call.' },
)
