import { Type } from '@sinclair/typebox'
import {
  type callTasks,
  outcomes,
  settableTaskStatuses,
  taskStatusDescriptions,
  taskStatusSynonyms,
  timezoneSourceDescriptions,
} from '../../db/schema/index.ts'
import { CsvQuery } from '../../http/csv-response.ts'
import {
  Body,
  Id,
  JsonObject,
  Nullable,
  OneOf,
  OneOfDescribed,
  PageQuery,
  type RowFields,
  Time,
  TimeInput,
  Timezone,
  VisibleText,
  WithSynonyms,
} from '../../http/wire.ts'
import { extensionPattern } from '../../lib/phone/contact-numbers.ts'
import { maxJsonBytes } from '../../lib/schema/json-size.ts'
import { BoundedJsonObject, Country } from '../../lib/schema/typebox.ts'
import { historyStatuses } from './history.ts'

const PhoneNumber = Type.String({ minLength: 1, maxLength: 64, examples: ['+79991234567'] })
const PhoneExtension = Type.String({
  pattern: extensionPattern,
  description: '1 to 15 digits that are dialed after the call is answered.',
  examples: ['102'],
})
/** As long as the parser accepts. */
const PhoneText = Type.String({
  minLength: 1,
  maxLength: 250,
  description:
    'A number in any notation, with its extension; further numbers after it are stored as further_numbers.',
  examples: ['+79991234567'],
})
const FurtherNumber = Type.Object(
  { phone_number: PhoneNumber, phone_extension: Nullable(PhoneExtension) },
  { title: 'FurtherNumber' },
)
const FurtherNumbersInput = Type.Array(
  Body(
    { phone_number: PhoneText, phone_extension: Type.Optional(Nullable(PhoneExtension)) },
    { title: 'FurtherNumberInput' },
  ),
  {
    maxItems: 20,
    description:
      'Other numbers of the contact, in their order. The next one is called when a number does not exist.',
  },
)
const ContactName = VisibleText(200, { examples: ['Anna'] })
const Priority = Type.Integer({
  minimum: -1000,
  maximum: 1000,
  description: 'Contacts with a higher priority are dialed first.',
  examples: [0],
})
const Zone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'IANA time zone.',
  examples: ['Asia/Vladivostok'],
})
const ContactData = BoundedJsonObject(
  maxJsonBytes.contact_data,
  'Data of the contact, for variables of the prompt.',
  {
    examples: [{ clinic: 'Northwind' }],
  },
)
const Status = OneOfDescribed(taskStatusDescriptions)
const Outcome = OneOf(outcomes)

export const CallTask = Type.Object(
  {
    company_id: Id,
    id: Id,
    campaign_id: Id,
    phone_number: PhoneNumber,
    phone_extension: Nullable(PhoneExtension),
    further_numbers: Type.Array(FurtherNumber, {
      description:
        'Other numbers of the contact, in their order. The next one is called when a number does not exist.',
    }),
    contact_name: Nullable(Type.String({ examples: ['Anna'] })),
    contact_data: JsonObject,
    timezone: Nullable(Zone),
    dial_timezone: Nullable(
      Type.String({
        description:
          'Zones the contact may be in, joined by commas; unknown_zone of the campaign determines how several are used. Empty: the zone of the campaign. Null: not determined yet.',
        examples: ['Asia/Vladivostok'],
      }),
    ),
    timezone_source: Nullable(OneOfDescribed(timezoneSourceDescriptions, 'Where dial_timezone comes from.')),
    status: Status,
    attempt_count: Type.Integer(),
    last_attempt_at: Nullable(Time),
    next_attempt_at: Nullable(Time),
    call_id: Nullable(Id),
    outcome: Nullable(
      OneOf(outcomes, {
        description: 'Outcome of the latest attempt that was dialed. It follows corrections of that call.',
      }),
    ),
    error_message: Nullable(Type.String({ examples: ['the number is not in service'] })),
    priority: Priority,
    outcome_counts: Type.Record(Type.String(), Type.Integer(), {
      description:
        'Attempts per outcome since the task was added or returned to the queue. Retry limits use them.',
      examples: [{ no_answer: 2 }],
    }),
    import_id: Nullable(Type.Unsafe<string>({ ...Id, description: 'The import that added the contact.' })),
    created_at: Time,
    updated_at: Time,
    dial_priority: Type.Integer({
      description: 'priority; 2000 after the outcome callback, so that callbacks are dialed first.',
    }),
    due_at: Type.Unsafe<Date>({ ...Time, description: 'next_attempt_at, or created_at when that is null.' }),
  } satisfies RowFields<typeof callTasks, 'phone_identity'>,
  { $id: 'CallTask', description: 'A contact of a campaign.' },
)

/** Maximum number of contacts in one request. */
const maxTasks = 1_000

/** What can be set when a contact is added, and later. */
const editable = {
  phone_extension: Type.Optional(Nullable(PhoneExtension)),
  further_numbers: Type.Optional(FurtherNumbersInput),
  contact_name: Type.Optional(Nullable(ContactName)),
  contact_data: Type.Optional(ContactData),
  priority: Type.Optional(Priority),
  timezone: Type.Optional(Nullable(Zone)),
  next_attempt_at: Type.Optional(Nullable(TimeInput)),
}

export const TasksInput = Body(
  {
    tasks: Type.Array(
      Body(
        {
          phone_number: PhoneText,
          ...editable,
        },
        { title: 'CallTaskInput', description: 'A contact to call.' },
      ),
      { minItems: 1, maxItems: maxTasks },
    ),
    default_country: Type.Optional(Country),
  },
  {
    examples: [
      {
        tasks: [
          {
            phone_number: '+79991234567',
            further_numbers: [{ phone_number: '+74951234567', phone_extension: '102' }],
            contact_name: 'Anna',
            contact_data: { clinic: 'Northwind' },
            timezone: 'Asia/Vladivostok',
          },
        ],
      },
    ],
  },
)

export const TasksAdded = Type.Object(
  {
    created: Type.Integer(),
    skipped: Type.Integer({
      description: 'Numbers that the campaign already has, or that repeat a number of the request.',
    }),
    suppressed: Type.Integer({ description: 'Suppressed numbers.' }),
    rejected: Type.Array(
      Type.Object(
        {
          index: Type.Integer({ minimum: 0 }),
          pointer: Type.String({ examples: ['/tasks/3/phone_number'] }),
          code: Type.String({ examples: ['invalid_phone_number'] }),
          detail: Type.String({ examples: ['phone_number is too short.'] }),
        },
        { title: 'RejectedCallTask' },
      ),
    ),
  },
  { $id: 'TasksAdded', description: 'How many contacts were added, and why others were not.' },
)

export const TaskChange = Body(
  {
    status: Type.Optional(WithSynonyms(OneOf(settableTaskStatuses), taskStatusSynonyms)),
    ...editable,
  },
  { examples: [{ contact_name: 'Anna', contact_data: { clinic: 'Northwind' }, priority: 5 }] },
)

const taskFilterFields = {
  status: Type.Optional(
    Type.Array(WithSynonyms(Status, taskStatusSynonyms), {
      maxItems: Object.keys(taskStatusDescriptions).length,
      uniqueItems: true,
      description: 'One or more statuses.',
    }),
  ),
  outcome: Type.Optional(
    Type.Array(Outcome, {
      maxItems: outcomes.length,
      uniqueItems: true,
      description: 'One or more outcomes.',
    }),
  ),
  phone_number: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'In any notation; without + and a country code, `default_country` is needed.',
      examples: ['+7 (999) 123-45-67'],
    }),
  ),
  default_country: Type.Optional(Country),
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Text in the name, the numbers or the data of the contact, ignoring case, or a phone number in any notation.',
      examples: ['Anna'],
    }),
  ),
}

export const TaskQuery = Type.Object({ ...PageQuery, ...taskFilterFields })

/** The filters of the list, and the format of the file. */
export const ResultsQuery = Type.Object({
  ...taskFilterFields,
  format: Type.Optional(
    OneOf(['csv', 'xlsx'] as const, { description: 'Format of the file; "csv" unless given.' }),
  ),
  ...CsvQuery,
  timezone: Type.Optional(
    Type.Unsafe<string>({
      ...Timezone,
      description:
        'IANA time zone of the times in a workbook, whose cells have none; UTC unless given. A CSV file has UTC.',
    }),
  ),
})

export const TaskHistory = Type.Object(
  {
    call_task_id: Id,
    items: Type.Array(
      Type.Object({
        at: Time,
        kind: OneOf(['attempt', 'decision'] as const),
        status: OneOf(historyStatuses, {
          description: 'Of an attempt: the status of its call. Of a decision: the new status of the task.',
        }),
        outcome: Nullable(Outcome),
        rule: Nullable(
          Type.String({
            description: 'The rule that decided. Null: an attempt.',
            examples: ['no_answer_retry'],
          }),
        ),
        detail: Nullable(Type.String({ examples: ['retry after 30 min'] })),
        call_id: Nullable(Id),
        next_attempt_at: Nullable(Time),
      }),
    ),
  },
  { $id: 'TaskHistory', description: 'Attempts and decisions, oldest first.' },
)
