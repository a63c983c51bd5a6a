import { Type } from '@sinclair/typebox'
import { importStatusDescriptions, suppressionReasons } from '../../db/schema/index.ts'
import { Body, Id, JsonObject, Nullable, OneOf, OneOfDescribed } from '../../http/wire.ts'
import { Country } from '../../lib/schema/typebox.ts'
import { ambiguousNumbersRules } from './file/read-options.ts'
import { maxFormTextLength, previewDescription, readingFields } from './schema.ts'
import { maxRows } from './suppression-lists/import-json.ts'

const Count = (description: string) => Type.Integer({ minimum: 0, description, examples: [3] })

/** Types of a body that is a file, rather than a form with a file. */
export const fileContentTypes = [
  'text/csv',
  'text/tab-separated-values',
  'application/jsonl',
  'application/x-ndjson',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/octet-stream',
] as const

const suppressionFields = {
  ...readingFields,
  reason: Type.Optional(
    OneOf(suppressionReasons, { description: 'Reason of rows without one. Default: do_not_call.' }),
  ),
  mapping: Type.Optional(
    Type.String({
      maxLength: maxFormTextLength,
      description:
        'JSON object: column name to phone_number, reason, note, expires_at, or null to ignore the column.',
      examples: ['{"Моб.": "phone_number"}'],
    }),
  ),
  timezone: Type.Optional(
    Type.String({
      maxLength: maxFormTextLength,
      description: 'Time zone of values of expires_at without an offset. Default: their rows are rejected.',
      examples: ['Europe/Moscow'],
    }),
  ),
  ambiguous_numbers: Type.Optional(
    OneOf(ambiguousNumbersRules, {
      description:
        'What to do with a cell that can be read as several numbers: reject the row (default), or suppress each of these numbers.',
    }),
  ),
}

/** Options of an import. Those beside default_country and reason are for files, where fields of a form come first. */
export const SuppressionImportQuery = Type.Object({
  ...suppressionFields,
  default_country: Type.Optional(Country),
})

/** The form of a file, for the OpenAPI document only: it is parsed part by part by parseUploadFields. */
export const SuppressionForm = Type.Object(
  {
    ...suppressionFields,
    file: Type.Unsafe<string>({
      type: 'string',
      format: 'binary',
      description:
        'CSV, XLSX or JSON Lines, up to 100 MB and 2,000,000 rows. It must be the last part of the form.',
      examples: ['phone_number,reason\r\n+79991234567,do_not_call\r\n'],
    }),
  },
  {
    additionalProperties: false,
    examples: [
      {
        default_country: 'RU',
        reason: 'opt_out',
        file: 'phone_number,reason\r\n+79991234567,do_not_call\r\n',
      },
    ],
  },
)

export const ImportRows = Body(
  {
    suppressions: Type.Array(
      Body(
        {
          phone_number: Type.String({ minLength: 1, maxLength: 64, examples: ['+79991234567'] }),
          reason: Type.Optional(Type.String({ maxLength: 64, examples: ['do_not_call'] })),
          note: Type.Optional(Nullable(Type.String({ maxLength: 10_000 }))),
          expires_at: Type.Optional(
            Nullable(Type.String({ maxLength: 64, examples: ['2099-12-31T00:00:00Z'] })),
          ),
        },
        { title: 'SuppressionInput' },
      ),
      { minItems: 1, maxItems: maxRows },
    ),
  },
  {
    examples: [
      { suppressions: [{ phone_number: '+79991234567', reason: 'do_not_call', note: 'Asked by email.' }] },
    ],
  },
)

export const SuppressionsImported = Type.Object(
  {
    import_id: Type.Optional(
      Type.Unsafe<string>({
        ...Id,
        description:
          'The import of a file: GET /api/imports/{id} shows its progress and all its rejected rows.',
      }),
    ),
    status: OneOfDescribed(importStatusDescriptions),
    is_dry_run: Type.Boolean(),
    total: Count('Rows of the list.'),
    created: Count('Rows with a number that was not suppressed before.'),
    extended: Count('Rows whose number was suppressed, and now is for longer.'),
    unchanged: Count('Rows whose numbers were suppressed at least as long, or are in an earlier row.'),
    rejected_total: Count('Rows that are invalid.'),
    rejected: Type.Array(
      Type.Object(
        {
          index: Type.Optional(
            Type.Integer({ minimum: 0, description: 'Number of the row in a JSON body, starting at 0.' }),
          ),
          line: Type.Optional(Type.Integer({ minimum: 0, description: 'Line of the file.' })),
          field: Type.Optional(
            Type.String({ examples: ['phone_number'], description: 'Field of a row of a JSON body.' }),
          ),
          code: Type.String({ examples: ['invalid_phone_number'] }),
          detail: Type.String({ examples: ['phone_number is too short.'] }),
        },
        { title: 'RejectedSuppression' },
      ),
      { description: 'All rejected rows of a JSON body, or the first 1,000 of a file.' },
    ),
    refusals: Type.Record(Type.String(), Type.Integer(), {
      description: 'Number of rejected rows per code.',
      examples: [{ invalid_phone_number: 2 }],
    }),
    reading: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'How a file was read.' }),
    ),
    preview: Type.Optional(Type.Array(JsonObject, { description: previewDescription })),
  },
  { $id: 'SuppressionsImported', description: 'How many rows were imported, and why others were not.' },
)
