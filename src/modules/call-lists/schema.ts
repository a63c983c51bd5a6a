import { Type } from '@sinclair/typebox'
import { duplicateRules, importStatuses } from '../../db/schema/index.ts'
import { CsvQuery } from '../../http/csv-response.ts'
import { Id, JsonObject, Nullable, OneOf, PageQuery, Time } from '../../http/wire.ts'
import { encodings } from './file/encoding.ts'

const Count = (description: string) => Type.Integer({ minimum: 0, description, examples: [3] })
const Code = Type.String({ examples: ['invalid_phone_number'] })
const Detail = Type.String({ examples: ['is too short'] })
const Status = OneOf(importStatuses, {
  description:
    'receiving: the file comes; waiting, merging: its rows go into the campaign; reverting: they are taken out again.',
})

/** What became of the rows; they add up to total when it is completed. */
const counts = {
  total: Count('Rows below the heading.'),
  created: Count('New contacts.'),
  updated: Count('Contacts that were there, with on_duplicate = update.'),
  skipped: Count('Numbers that were there, or twice in the file, with on_duplicate = skip.'),
  suppressed: Count('Numbers that the company does not call.'),
  rejected: Count('Rows that could not be taken.'),
}

export const Import = Type.Object(
  {
    company_id: Id,
    id: Id,
    campaign_id: Id,
    status: Status,
    is_dry_run: Type.Boolean({ description: 'Nothing went into the campaign: the counts say what would.' }),
    on_duplicate: OneOf(duplicateRules),
    file_name: Nullable(Type.String({ examples: ['patients.xlsx'] })),
    file_bytes: Type.Integer(),
    file_sha256: Nullable(Type.String({ description: 'Hex.' })),
    key_id: Nullable(
      Type.Unsafe<string>({ ...Id, description: 'The key it was uploaded with; null: the platform.' }),
    ),
    reading: Type.Record(Type.String(), Type.Unknown(), {
      description: 'How the file was understood: format, encoding, delimiter, and where each column went.',
    }),
    preview: Type.Array(JsonObject, { description: 'The first 20 rows, as they were read.' }),
    refusals: Type.Record(Type.String(), Type.Integer(), {
      description: 'Rejected rows by their code.',
      examples: [{ invalid_phone_number: 2 }],
    }),
    ...counts,
    reverted: Count('Contacts that DELETE, or a cancelled import, took out again.'),
    line: Type.Integer({ description: 'How far into the file it is.' }),
    error_code: Nullable(Type.String({ description: 'Why it failed.', examples: ['no_phone_column'] })),
    error_message: Nullable(Type.String()),
    alive_at: Time,
    created_at: Time,
    updated_at: Time,
    finished_at: Nullable(Time),
  },
  { $id: 'Import', description: 'A file of contacts for a campaign, and what became of its rows.' },
)

const Refused = Type.Object({ line: Type.Integer({ minimum: 0 }), code: Code, detail: Detail })

export const Uploaded = Type.Object(
  {
    import_id: Id,
    status: Status,
    is_dry_run: Type.Boolean(),
    ...counts,
    errors: Type.Array(Refused, { description: 'The first 100 rejected rows.' }),
    refusals: Type.Record(Type.String(), Type.Integer()),
    reading: Type.Record(Type.String(), Type.Unknown()),
    preview: Type.Array(JsonObject, {
      description: 'With dry_run: the first 20 rows, as they would be read.',
    }),
    same_file_import_id: Nullable(
      Type.Unsafe<string>({ ...Id, description: 'The campaign had this very file before.' }),
    ),
  },
  { $id: 'Uploaded', description: 'What becomes of the rows of a file.' },
)

export const RejectedRow = Type.Object(
  {
    line: Type.Integer({ minimum: 0 }),
    code: Code,
    detail: Nullable(Detail),
    cells: Type.Array(Type.Unknown()),
  },
  { $id: 'RefusedRow', description: 'A row that was not taken, with its cells as they came.' },
)

const text = (description: string, examples: string[]) =>
  Type.Optional(Type.String({ description, examples }))

/** What the form holds. It is read as it comes, so that these are for the document. */
export const UploadForm = Type.Object(
  {
    mapping: text(
      'JSON: column -> phone_number, contact_name, timezone, priority, next_attempt_at, a key of contact_data, or null.',
      ['{"Моб.": "phone_number", "Notes": null}'],
    ),
    default_country: text('ISO 3166 country of numbers without one.', ['RU']),
    on_duplicate: Type.Optional(
      OneOf(duplicateRules, { description: 'For numbers that are there already; absent: skip.' }),
    ),
    encoding: Type.Optional(OneOf(encodings, { description: 'Where it is not found by itself.' })),
    delimiter: text('Between cells of CSV, where it is not found by itself: , ; | or a tab.', [';']),
    dry_run: Type.Optional(OneOf(['true', 'false'] as const)),
    allow_missing_columns: Type.Optional(
      OneOf(['true', 'false'] as const, {
        description: 'Take a file without columns that the skillbase speaks of.',
      }),
    ),
    file: Type.Unsafe<string>({
      type: 'string',
      format: 'binary',
      description: 'CSV, .xlsx or JSON lines, to 100 MB and 2,000,000 rows. After the other fields.',
      examples: ['phone_number,name\r\n+79991234567,Anna\r\n'],
    }),
  },
  { additionalProperties: false },
)

export const ImportQuery = Type.Object({
  ...PageQuery,
  campaign_id: Type.Optional(Id),
  status: Type.Optional(Status),
})

export const RejectedRowsQuery = Type.Object(PageQuery)
export const RejectedExportQuery = Type.Object(CsvQuery)
