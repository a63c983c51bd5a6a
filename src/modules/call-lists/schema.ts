import { Type } from '@sinclair/typebox'
import {
  duplicateRuleDescriptions,
  duplicateRules,
  importStatusDescriptions,
  type imports,
} from '../../db/schema/index.ts'
import { CsvQuery } from '../../http/csv-response.ts'
import {
  Id,
  JsonObject,
  Nullable,
  OneOf,
  OneOfDescribed,
  PageQuery,
  type RowFields,
  Time,
} from '../../http/wire.ts'
import { importKinds } from './imports.ts'

const Count = (description: string) => Type.Integer({ minimum: 0, description, examples: [3] })
const Code = Type.String({ examples: ['invalid_phone_number'] })
const Detail = Type.String({ examples: ['The value is too short.'] })
const Status = OneOfDescribed(importStatusDescriptions)

export const previewDescription =
  'The first 20 rows as they were read, and up to three more for each way in which a number was read (phone_notes); fewer when they have more than 256 kB.'

/** Results of the rows. When the import is completed, they add up to total. */
const counts = {
  total: Count('Rows below the header.'),
  created: Count('Contacts added. Of a suppression list: rows with a number that was not suppressed before.'),
  updated: Count(
    'With on_duplicate = update: contacts that the campaign already had. Of a suppression list: rows whose numbers are suppressed for longer now.',
  ),
  skipped: Count(
    'With on_duplicate = skip: rows whose number the campaign already had, or another row of the file has. Of a suppression list: rows whose numbers were suppressed already.',
  ),
  suppressed: Count('Rows whose number is suppressed.'),
  rejected: Count(
    'Invalid rows; with on_duplicate = reject also duplicates, and with update those that would make contact_data too large.',
  ),
}

export const Import = Type.Object(
  {
    company_id: Id,
    id: Id,
    campaign_id: Nullable(
      Type.Unsafe<string>({ ...Id, description: 'Null: the file is a suppression list.' }),
    ),
    status: Status,
    is_dry_run: Type.Boolean({
      description: 'The campaign was not changed. The counts are what the import would do.',
    }),
    on_duplicate: OneOf(duplicateRules),
    file_name: Nullable(Type.String({ examples: ['patients.xlsx'] })),
    file_bytes: Type.Integer(),
    file_sha256: Nullable(Type.String({ description: 'SHA-256 of the file, hexadecimal.' })),
    key_id: Nullable(
      Type.Unsafe<string>({ ...Id, description: 'The API key of the upload. Null: the platform key.' }),
    ),
    reading: Type.Record(Type.String(), Type.Unknown(), {
      description:
        'How the file was read: format, encoding, delimiter, heading, columns, country and what was inferred of numbers.',
    }),
    preview: Type.Array(JsonObject, { description: previewDescription }),
    refusals: Type.Record(Type.String(), Type.Integer(), {
      description: 'Number of rejected rows per code.',
      examples: [{ invalid_phone_number: 2 }],
    }),
    ...counts,
    reverted: Count('Contacts deleted again, because the import was cancelled or reverted.'),
    line: Type.Integer({ description: 'The line of the file up to which rows are merged.' }),
    error_code: Nullable(
      Type.String({ description: 'Why the import failed.', examples: ['no_phone_column'] }),
    ),
    error_message: Nullable(Type.String()),
    failed_attempts: Type.Integer({
      minimum: 0,
      description:
        'Attempts of the workers to continue the import that failed since the last one that succeeded.',
    }),
    last_error: Nullable(
      Type.String({
        description: 'Why the last attempt failed.',
        examples: ['Another transaction has locked the campaign or its contacts.'],
      }),
    ),
    next_attempt_at: Nullable(
      Type.Unsafe<Date>({ ...Time, description: 'When the workers attempt to continue the import again.' }),
    ),
    alive_at: Time,
    created_at: Time,
    updated_at: Time,
    finished_at: Nullable(Time),
  } satisfies RowFields<typeof imports, 'chunk_ends' | 'served_at'>,
  {
    $id: 'Import',
    description:
      'An upload of a call list for a campaign, or of a suppression list, with the results of its rows.',
  },
)

const RowError = Type.Object(
  { line: Type.Integer({ minimum: 0 }), code: Code, detail: Detail },
  { title: 'RowError' },
)

export const Uploaded = Type.Object(
  {
    import_id: Id,
    status: Status,
    is_dry_run: Type.Boolean(),
    ...counts,
    errors: Type.Array(RowError, { description: 'The first 100 rejected rows.' }),
    refusals: Type.Record(Type.String(), Type.Integer()),
    reading: Type.Record(Type.String(), Type.Unknown()),
    preview: Type.Array(JsonObject, { description: previewDescription }),
    same_file_import_id: Nullable(
      Type.Unsafe<string>({
        ...Id,
        description: 'A completed import of the same file into the same campaign.',
      }),
    ),
  },
  { $id: 'Uploaded', description: 'The import of a file, and the results of its rows so far.' },
)

export const RejectedRow = Type.Object(
  {
    line: Type.Integer({ minimum: 0 }),
    code: Code,
    detail: Nullable(Detail),
    cells: Type.Array(Type.Unknown()),
  },
  { $id: 'RejectedRow', description: 'A row that was rejected, with its original cells, at most 1,000.' },
)

/** A field of a form has at most as many bytes. */
export const maxFormTextLength = 65_536
const text = (description: string, examples: string[]) =>
  Type.Optional(Type.String({ maxLength: maxFormTextLength, description, examples }))

/** Fields of the form that decide how a file is read. */
export const readingFields = {
  default_country: text('ISO 3166 country of phone numbers without a country code.', ['RU']),
  encoding: text('Encoding of the file: a label of the WHATWG Encoding Standard. Default: detected.', [
    'windows-1252',
  ]),
  delimiter: text('Delimiter of a CSV file: , ; | or a tab. Default: detected.', [';']),
  sheet: text('Name of the sheet of a workbook. Default: the first visible one.', ['Contacts']),
  hidden_rows: Type.Optional(
    OneOf(['skip', 'take'] as const, {
      description:
        'Whether rows that are hidden in a workbook, for example by a filter, are read. Default: skip.',
    }),
  ),
  numbers_without_plus: Type.Optional(
    OneOf(['national', 'international'] as const, {
      description:
        'How digits without + are read that are valid both as a number of default_country and as an international number. Default: their rows are rejected.',
    }),
  ),
  dry_run: Type.Optional(OneOf(['true', 'false'] as const)),
}

/** The upload form, for the OpenAPI document only: the form is parsed part by part by parseUploadFields. */
export const UploadForm = Type.Object(
  {
    mapping: text(
      'JSON object: column name to phone_number, contact_name, timezone, priority, next_attempt_at, a key of contact_data, or null to ignore the column.',
      ['{"Моб.": "phone_number", "Notes": null}'],
    ),
    on_duplicate: Type.Optional(
      OneOfDescribed(
        duplicateRuleDescriptions,
        'What to do with a row whose number the campaign already has. Default: skip.',
      ),
    ),
    ...readingFields,
    timezone: text(
      'Time zone of values of next_attempt_at without an offset, in rows without a time zone. Default: the time zone of the contact.',
      ['Europe/Moscow'],
    ),
    allow_missing_columns: Type.Optional(
      OneOf(['true', 'false'] as const, {
        description: 'Accept a file without columns for the variables that the skillbase uses.',
      }),
    ),
    file: Type.Unsafe<string>({
      type: 'string',
      format: 'binary',
      description:
        'CSV, XLSX or JSON Lines, up to 100 MB and 2,000,000 rows. It must be the last part of the form.',
      examples: ['phone_number,name\r\n+79991234567,Anna\r\n'],
    }),
  },
  {
    additionalProperties: false,
    examples: [
      {
        default_country: 'RU',
        on_duplicate: 'skip',
        file: 'phone_number,name\r\n+79991234567,Anna\r\n',
      },
    ],
  },
)

export const ImportQuery = Type.Object({
  ...PageQuery,
  campaign_id: Type.Optional(Id),
  kind: Type.Optional(OneOf(importKinds)),
  status: Type.Optional(Status),
})

export const RejectedRowsQuery = Type.Object(PageQuery)
export const RejectedExportQuery = Type.Object(CsvQuery)
