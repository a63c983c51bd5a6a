import { Type } from '@sinclair/typebox'
import { Id, JsonObject, Nullable } from '../../http/wire.ts'

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

export const Prompt = Type.Object(
  {
    skillbase_id: Id,
    version: Type.Integer({ minimum: 1 }),
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
  },
  { $id: 'Prompt', description: 'What an agent would work from.' },
)
