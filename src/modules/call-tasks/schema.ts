import { Type } from '@sinclair/typebox'
import { callStatuses, outcomes, taskStatuses, timezoneSources } from '../../db/schema/index.ts'
import { Body, Id, JsonObject, Nullable, OneOf, PageQuery, Time, TimeInput } from '../../http/wire.ts'
import { Country } from '../../lib/typebox.ts'

const PhoneNumber = Type.String({ minLength: 1, maxLength: 64, examples: ['+79991234567'] })
const ContactName = Type.String({ minLength: 1, maxLength: 200, examples: ['Anna'] })
const Priority = Type.Integer({
  minimum: -1000,
  maximum: 1000,
  description: 'Higher is dialed sooner.',
  examples: [0],
})
const Zone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'IANA zone.',
  examples: ['Asia/Vladivostok'],
})
const ContactData = Type.Record(Type.String(), Type.Unknown(), { examples: [{ clinic: 'Northwind' }] })
const Status = OneOf(taskStatuses)
const Outcome = OneOf(outcomes)

export const CallTask = Type.Object(
  {
    company_id: Id,
    id: Id,
    campaign_id: Id,
    phone_number: PhoneNumber,
    contact_name: Nullable(ContactName),
    contact_data: JsonObject,
    timezone: Nullable(Zone),
    dial_timezone: Nullable(
      Type.String({
        description:
          'Zones whose windows must all be open, joined by commas. Empty: those of the campaign. Null: not worked out yet.',
        examples: ['Asia/Vladivostok'],
      }),
    ),
    timezone_source: Nullable(
      OneOf(timezoneSources, {
        description: 'Where dial_timezone comes from: given, by number, or the campaign.',
      }),
    ),
    status: Status,
    attempt_count: Type.Integer(),
    last_attempt_at: Nullable(Time),
    next_attempt_at: Nullable(Time),
    call_id: Nullable(Id),
    outcome: Nullable(Outcome),
    error_message: Nullable(Type.String({ examples: ['the number is not in service'] })),
    priority: Priority,
    outcome_counts: Type.Record(Type.String(), Type.Integer(), {
      description: 'Attempts by outcome since the task was last taken up: what retries are judged by.',
      examples: [{ no_answer: 2 }],
    }),
    import_id: Nullable(Type.Unsafe<string>({ ...Id, description: 'The file it came from.' })),
    created_at: Time,
    updated_at: Time,
    dial_priority: Type.Integer({ description: 'priority, or above all of them for a callback.' }),
    due_at: Type.Unsafe<Date>({ ...Time, description: 'next_attempt_at, or when it was added.' }),
  },
  { $id: 'CallTask', description: 'One contact of one campaign.' },
)

export const maxTasks = 1_000

export const TasksInput = Body({
  tasks: Type.Array(
    Body({
      phone_number: PhoneNumber,
      contact_name: Type.Optional(Nullable(ContactName)),
      contact_data: Type.Optional(ContactData),
      priority: Type.Optional(Priority),
      timezone: Type.Optional(Nullable(Zone)),
      next_attempt_at: Type.Optional(Nullable(TimeInput)),
    }),
    { minItems: 1, maxItems: maxTasks },
  ),
  default_country: Type.Optional(Country),
})

export const TasksAdded = Type.Object(
  {
    created: Type.Integer(),
    skipped: Type.Integer({ description: 'In the campaign already, or twice in the request.' }),
    suppressed: Type.Integer({ description: 'Numbers that the company does not call.' }),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer({ minimum: 0 }),
        pointer: Type.String({ examples: ['/tasks/3/phone_number'] }),
        code: Type.String({ examples: ['invalid_phone_number'] }),
        detail: Type.String({ examples: ['is too short'] }),
      }),
    ),
  },
  { $id: 'TasksAdded', description: 'What became of each contact.' },
)

export const TaskChange = Body({
  status: Type.Optional(OneOf(['cancelled', 'pending'] as const)),
  contact_name: Type.Optional(Nullable(ContactName)),
  contact_data: Type.Optional(ContactData),
  priority: Type.Optional(Priority),
  timezone: Type.Optional(Nullable(Zone)),
  next_attempt_at: Type.Optional(Nullable(TimeInput)),
})

export const TaskQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(Status),
  outcome: Type.Optional(Outcome),
  phone_number: Type.Optional(Type.String({ maxLength: 64, description: 'In any spelling.' })),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Found in contact_name.' })),
})

export const TaskHistory = Type.Object(
  {
    call_task_id: Id,
    items: Type.Array(
      Type.Object({
        at: Time,
        kind: OneOf(['attempt', 'decision'] as const),
        status: OneOf([...new Set([...callStatuses, ...taskStatuses])], {
          description: "Of an attempt its call's state, of a decision what the task became.",
        }),
        outcome: Nullable(Outcome),
        rule: Nullable(Type.String({ description: 'Of a decision.', examples: ['no_answer_retry'] })),
        detail: Nullable(Type.String({ examples: ['retry after 30 min'] })),
        call_id: Nullable(Id),
        next_attempt_at: Nullable(Time),
      }),
    ),
  },
  { $id: 'TaskHistory', description: 'Attempts and decisions, oldest first.' },
)
