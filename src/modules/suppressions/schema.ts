import { Type } from '@sinclair/typebox'
import {
  suppressionReasonDescriptions,
  suppressionSourceDescriptions,
  type suppressions,
} from '../../db/schema/index.ts'
import { CsvQuery } from '../../http/csv-response.ts'
import {
  Body,
  Id,
  Nullable,
  OneOfDescribed,
  PageQuery,
  type RowFields,
  Time,
  TimeInput,
} from '../../http/wire.ts'
import { Country } from '../../lib/schema/typebox.ts'

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

export const SuppressionInput = Body(
  {
    phone_number: PhoneNumber,
    default_country: Type.Optional(Country),
    ...changeable,
  },
  {
    examples: [
      { phone_number: '+79991234567', reason: 'opt_out', note: 'Asked by phone not to be called again.' },
    ],
  },
)

export const SuppressionChange = Body(changeable, {
  examples: [{ reason: 'complaint', note: 'Complained by email.', expires_at: '2099-12-31T00:00:00Z' }],
})

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
