import { Type } from '@sinclair/typebox'
import {
  callStatusDescriptions,
  callStatuses,
  callStatusSynonyms,
  type calls,
  directions,
  liveCallStatuses,
  outcomeDescriptions,
  outcomes,
} from '../../db/schema/index.ts'
import { CsvQuery } from '../../http/csv-response.ts'
import {
  Body,
  BoundedJsonObject,
  Country,
  Id,
  JsonObject,
  maxJsonBytes,
  Nullable,
  OneOf,
  OneOfDescribed,
  PageQuery,
  PeriodBound,
  ReportWarnings,
  type RowFields,
  Time,
  TimeInput,
  Timezone,
  WithSynonyms,
} from '../../http/wire.ts'
import { callSorts } from './list-calls.ts'

const Direction = OneOf(directions)
const CallStatus = OneOfDescribed(callStatusDescriptions)
const CallStatusInput = WithSynonyms(CallStatus, callStatusSynonyms)
const Outcome = OneOfDescribed(outcomeDescriptions, 'How the call ended.')
const PhoneNumber = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Phone numbers are stored in E.164. Other values, such as "anonymous", are stored unchanged.',
  examples: ['+79991234567'],
})
const ExternalId = Type.String({
  minLength: 1,
  maxLength: 255,
  description: 'The id of the call in your own system. Unique in the company.',
  examples: ['pbx-7f3a'],
})
const Room = Type.String({ minLength: 1, maxLength: 255, examples: ['call-0198f3c2'] })
const Language = Type.String({
  minLength: 2,
  maxLength: 35,
  examples: ['ru'],
  description: 'A BCP 47 language tag.',
})
const EndedReason = Type.String({
  minLength: 1,
  maxLength: 500,
  description: 'Why the call ended, in the words of the agent or the carrier, for example a SIP status.',
  examples: ['hang_up'],
})

export const Call = Type.Object(
  {
    company_id: Id,
    id: Id,
    skillbase_id: Nullable(Id),
    skillbase_version: Nullable(Type.Integer()),
    campaign_id: Nullable(Id),
    call_task_id: Nullable(Id),
    external_call_id: Nullable(ExternalId),
    livekit_room_id: Nullable(Room),
    direction: Direction,
    caller_number: Nullable(PhoneNumber),
    callee_number: Nullable(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: `${PhoneNumber.description} A number that was dialed with an extension has the form of RFC 3966.`,
        examples: ['+79991234567', '+74951234567;ext=102'],
      }),
    ),
    status: CallStatus,
    outcome: Nullable(Outcome),
    is_outcome_classified: Type.Boolean({
      description:
        'True when no outcome was reported: `outcome` was derived from how the call went, and `outcome_reason` of its metrics, if it has any, is the reason.',
      examples: [false],
    }),
    is_outcome_from_carrier: Type.Boolean({
      description: 'True when the carrier reported `outcome`. A report of the agent replaces it.',
      examples: [false],
    }),
    outcome_data: Nullable(JsonObject),
    collected_data: Nullable(JsonObject),
    extra_data: Nullable(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'Reported values that were not stored as they were sent: `reported_started_at`, `reported_answered_at` and `reported_ended_at` were outside of the bounds of the call, and were moved to them. `answered_at_is_estimated` and `ended_at_is_estimated`: the carrier reported only later that the call was answered or had ended, so the durations are estimates.',
      }),
    ),
    ended_reason: Nullable(EndedReason),
    is_dialed: Type.Boolean({
      description:
        'False: the call ended without having been dialed, for example because its campaign was paused. Of the counts and rates of calls only `calls.not_dialed` includes it.',
      examples: [true],
    }),
    is_answered: Type.Boolean({
      description:
        'A person or a machine answered. True also when only the outcome or the turns show it, and `answered_at` is not known.',
      examples: [true],
    }),
    ring_sec: Nullable(
      Type.Number({
        description: 'Seconds from dialing to the answer, or to the end of a call that nobody answered.',
        examples: [7.25],
      }),
    ),
    duration_sec: Nullable(
      Type.Number({
        description:
          'Seconds from the answer to the end. null: nobody answered, it is not known when, or the call is live.',
        examples: [42.5],
      }),
    ),
    turn_count: Type.Integer(),
    states_visited: Type.Array(Type.String({ examples: ['greeting'] })),
    language: Nullable(Language),
    rating: Nullable(Type.Integer({ minimum: 1, maximum: 5 })),
    started_at: Time,
    dialed_at: Nullable(Time),
    answered_at: Nullable(Time),
    ended_at: Nullable(Time),
    created_at: Time,
    updated_at: Time,
  } satisfies RowFields<typeof calls, 'contact_identity'>,
  { $id: 'Call', description: 'One attempt to reach a contact, one test call, or one inbound call.' },
)

export const CallWithWarnings = Type.Object(
  { ...Call.properties, warnings: ReportWarnings },
  { $id: 'CallWithWarnings', description: 'A call after a change, and warnings about the change.' },
)

export const CallInput = Body(
  {
    direction: Direction,
    skillbase_id: Type.Optional(Id),
    campaign_id: Type.Optional(Id),
    caller_number: Type.Optional(PhoneNumber),
    callee_number: Type.Optional(PhoneNumber),
    external_call_id: Type.Optional(ExternalId),
    livekit_room_id: Type.Optional(Room),
    language: Type.Optional(Language),
    status: Type.Optional(WithSynonyms(OneOf(liveCallStatuses), callStatusSynonyms)),
    started_at: Type.Optional(TimeInput),
  },
  {
    examples: [
      {
        direction: 'inbound',
        skillbase_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
        caller_number: '+79991234567',
        callee_number: '+74951234567',
        external_call_id: 'pbx-7f3a',
        language: 'ru',
      },
    ],
  },
)

export const CallChange = Body(
  {
    status: Type.Optional(CallStatusInput),
    outcome: Type.Optional(Nullable(Outcome)),
    outcome_data: Type.Optional(Nullable(BoundedJsonObject(maxJsonBytes.outcome_data))),
    collected_data: Type.Optional(Nullable(BoundedJsonObject(maxJsonBytes.collected_data))),
    ended_reason: Type.Optional(Nullable(EndedReason)),
    language: Type.Optional(Nullable(Language)),
    livekit_room_id: Type.Optional(Nullable(Room)),
  },
  { examples: [{ outcome: 'callback', collected_data: { preferred_day: 'Monday' }, language: 'ru' }] },
)

export const Rating = Body({ rating: Type.Integer({ minimum: 1, maximum: 5, examples: [5] }) })

/** Any of several values: repeated, or separated by commas. */
const AnyOf = <T extends Parameters<typeof Type.Array>[0]>(value: T, maxItems: number, what: string) =>
  Type.Array(value, { maxItems, uniqueItems: true, description: `One or more ${what}.` })

/** Filters of lists of calls. */
export const callFilterFields = {
  outcome: Type.Optional(AnyOf(Outcome, outcomes.length, 'outcomes')),
  direction: Type.Optional(Direction),
  campaign_id: Type.Optional(AnyOf(Id, 20, 'campaigns')),
  skillbase_id: Type.Optional(AnyOf(Id, 20, 'skillbases')),
  start: Type.Optional(PeriodBound),
  end: Type.Optional(PeriodBound),
  timezone: Type.Optional(Timezone),
  status: Type.Optional(AnyOf(CallStatusInput, callStatuses.length, 'statuses')),
  call_task_id: Type.Optional(Id),
  external_call_id: Type.Optional(ExternalId),
  is_dialed: Type.Optional(
    Type.Boolean({
      description: 'true: without the calls that were never dialed; false: only these. Default: both.',
      examples: [true],
    }),
  ),
  phone_number: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        'The number of the other side, in any notation (without + and a country code: `default_country` is needed): the callee of an outbound call, the caller of an inbound one.',
      examples: ['+7 (999) 123-45-67'],
    }),
  ),
  default_country: Type.Optional(Country),
  contact_name: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Text in the name of the contact, ignoring case.',
      examples: ['Anna'],
    }),
  ),
}

export const CallQuery = Type.Object({
  ...PageQuery,
  ...callFilterFields,
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Words of the transcript, in any form, Russian and English: all must occur. `"..."` is a phrase, `or` between two words and `-` before one mean what they do in web searches.',
      examples: ['appointment -cancel'],
    }),
  ),
  sort: Type.Optional(
    OneOf(callSorts, {
      description:
        'Order of the list; with a leading "-" descending. Calls without a duration or a cost are not in a list that is sorted by it. "-started_at" unless given.',
    }),
  ),
})

/** The filters of the list, and the format of the CSV file. */
export const CallExportQuery = Type.Object({ ...callFilterFields, ...CsvQuery })
