import { Type } from '@sinclair/typebox'
import {
  suppressionReasonDescriptions,
  suppressionReasons,
  suppressionSourceDescriptions,
  type suppressions,
} from '../../db/schema/index.ts'
import { CsvQuery } from '../../http/csv-response.ts'
import {
  Body,
  Id,
  Nullable,
  OneOf,
  OneOfDescribed,
  PageQuery,
  type RowFields,
  Time,
  TimeInput,
} from '../../http/wire.ts'
import { Country } from '../../lib/schema/typebox.ts'
import { maxRows } from './import.ts'

const PhoneNumber = Type.String({ minLength: 1, maxLength: 64, examples: ['+79991234567'] })
const Reason = OneOfDescribed(suppressionReasonDescriptions, 'Why the number is not called.')
const Source = OneOfDescribed(suppressionSourceDescriptions, 'Where the suppression comes from.')
const Note = Type.String({ minLength: 1, maxLength: 1_000, examples: ['asked by phone not to be called'] })
const expiry = { description: 'The suppression ends at this time. Null: it does not expire.' }
export const Suppression = Type.Object(
  {
    company_id: Id,
    id: Id,
    phone_number: Type.String({ description: 'E.164.', examples: ['+79991234567'] }),
    reason: Reason,
    source: Source,
    note: Nullable(Note),
    call_id: Nullable(Id),
    expires_at: Type.Union([Time, Type.Null()], expiry),
    created_at: Time,
    updated_at: Time,
  } satisfies RowFields<typeof suppressions, 'phone_identity'>,
  { $id: 'Suppression', description: 'A phone number that no campaign of the company calls.' },
)

const changeable = {
  reason: Type.Optional(Reason),
  note: Type.Optional(Nullable(Note)),
  expires_at: Type.Optional(Type.Union([TimeInput, Type.Null()], expiry)),
}

export const SuppressionInput = Body({
  phone_number: PhoneNumber,
  default_country: Type.Optional(Country),
  ...changeable,
})

export const SuppressionChange = Body(changeable)

const filters = {
  phone_number: Type.Optional(Type.String({ maxLength: 64, description: 'In any notation.' })),
  reason: Type.Optional(Reason),
  source: Type.Optional(Source),
  is_active: Type.Optional(
    Type.Boolean({ description: 'true: not expired; false: expired. Default: both.' }),
  ),
}

export const SuppressionQuery = Type.Object({ ...PageQuery, ...filters })
export const SuppressionExportQuery = Type.Object({ ...filters, ...CsvQuery })

/** Options of an import, for JSON and CSV. */
export const ImportQuery = Type.Object({
  default_country: Type.Optional(Country),
  reason: Type.Optional(
    OneOf(suppressionReasons, { description: 'Reason of rows without one. Default: do_not_call.' }),
  ),
})

export const ImportRows = Body({
  suppressions: Type.Array(
    Body({
      phone_number: PhoneNumber,
      reason: Type.Optional(Type.String({ maxLength: 64, examples: ['do_not_call'] })),
      note: Type.Optional(Nullable(Type.String({ maxLength: 10_000 }))),
      expires_at: Type.Optional(Nullable(Type.String({ maxLength: 64, examples: ['2027-06-30T00:00:00Z'] }))),
    }),
    { minItems: 1, maxItems: maxRows },
  ),
})

const Count = (description: string) => Type.Integer({ minimum: 0, description, examples: [3] })

export const SuppressionsImported = Type.Object(
  {
    created: Count('Numbers that were not suppressed before.'),
    extended: Count('Numbers whose suppression now expires later.'),
    unchanged: Count(
      'Numbers that were already suppressed at least as long, or that occur twice in the list.',
    ),
    rejected_total: Count('Rows that were not imported.'),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer({
          minimum: 0,
          description: 'Number of the row, starting at 0 after the header.',
        }),
        field: Type.String({ examples: ['phone_number'] }),
        code: Type.String({ examples: ['invalid_phone_number'] }),
        detail: Type.String({ examples: ['phone_number is too short.'] }),
      }),
      { description: 'The first 1,000 rejected rows.' },
    ),
  },
  { $id: 'SuppressionsImported', description: 'How many rows were imported, and why others were not.' },
)
