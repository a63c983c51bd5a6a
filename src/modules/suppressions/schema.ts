import { Type } from '@sinclair/typebox'
import { suppressionReasons, suppressionSources } from '../../db/schema/index.ts'
import { CsvQuery } from '../../http/csv-response.ts'
import { Body, Id, Nullable, OneOf, PageQuery, Time, TimeInput } from '../../http/wire.ts'
import { Country } from '../../lib/typebox.ts'
import { maxRows } from './import.ts'

const PhoneNumber = Type.String({ minLength: 1, maxLength: 64, examples: ['+79991234567'] })
const Reason = OneOf(suppressionReasons, { description: 'Why it is not called.' })
const Source = OneOf(suppressionSources, { description: 'Who said so.' })
const Note = Type.String({ minLength: 1, maxLength: 1_000, examples: ['asked on the phone'] })
const Expiry = { description: 'Until when, not included; null: for ever.' }
export const Suppression = Type.Object(
  {
    company_id: Id,
    id: Id,
    phone_number: Type.String({ description: 'E.164.', examples: ['+79991234567'] }),
    reason: Reason,
    source: Source,
    note: Nullable(Note),
    call_id: Nullable(Id),
    expires_at: Type.Union([Time, Type.Null()], Expiry),
    created_at: Time,
    updated_at: Time,
  },
  { $id: 'Suppression', description: 'A number that no campaign of the company calls.' },
)

const changeable = {
  reason: Type.Optional(Reason),
  note: Type.Optional(Nullable(Note)),
  expires_at: Type.Optional(Type.Union([TimeInput, Type.Null()], Expiry)),
}

export const SuppressionInput = Body({
  phone_number: PhoneNumber,
  default_country: Type.Optional(Country),
  ...changeable,
})

export const SuppressionChange = Body(changeable)

const filters = {
  phone_number: Type.Optional(Type.String({ maxLength: 64, description: 'In any spelling.' })),
  reason: Type.Optional(Reason),
  source: Type.Optional(Source),
  is_active: Type.Optional(Type.Boolean({ description: 'Whether it holds now; absent: expired ones too.' })),
}

export const SuppressionQuery = Type.Object({ ...PageQuery, ...filters })
export const SuppressionExportQuery = Type.Object({ ...filters, ...CsvQuery })

/** How a list is to be read, whatever its form. */
export const ImportQuery = Type.Object({
  default_country: Type.Optional(Country),
  reason: Type.Optional(OneOf(suppressionReasons, { description: 'Of rows that name none.' })),
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
    created: Count('Numbers not suppressed until now.'),
    extended: Count('Numbers whose suppression now ends later.'),
    unchanged: Count('Suppressed at least as long already, or twice in the list.'),
    rejected_total: Count('Rows that were not taken.'),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer({ minimum: 0, description: 'The row, from 0, without the heading.' }),
        field: Type.String({ examples: ['phone_number'] }),
        code: Type.String({ examples: ['invalid_phone_number'] }),
        detail: Type.String({ examples: ['is too short'] }),
      }),
      { description: 'The first 1,000 of them.' },
    ),
  },
  { $id: 'SuppressionsImported', description: 'What became of the rows of a list.' },
)
