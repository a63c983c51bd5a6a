import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/max'
import type { Db } from '../../db/client.ts'
import { type DuplicateRule, duplicateRules } from '../../db/schema/index.ts'
import { inCompany, readCompany } from '../../db/transaction.ts'
import { type FieldError, malformed } from '../../lib/errors.ts'
import { truncate } from '../../lib/text.ts'
import { dryRunImport } from './dry-run.ts'
import { contactFields, type MappingInput } from './file/column-mapping.ts'
import { type Encoding, isEncodingLabel } from './file/encoding.ts'
import type { ReadOptions } from './file/read-options.ts'
import { createImport, enqueueImport, getFileRequirements, getImport, type Import } from './imports.ts'
import { continueImport, mergeChunk } from './merge.ts'
import { deleteStagedRows, stageFile } from './staging.ts'

/** Fields of the upload form. */
interface UploadFields extends Pick<ReadOptions, 'sheet' | 'hiddenRows' | 'withoutPlus'> {
  mapping: MappingInput
  /** ISO 3166 country of phone numbers without a country code. */
  country: CountryCode | undefined
  on_duplicate: DuplicateRule
  /** Undefined: detected. */
  encoding: Encoding | undefined
  /** Undefined: detected. */
  delimiter: string | undefined
  is_dry_run: boolean
  /** Accept a file without columns that the skillbase uses as variables. */
  allow_missing_columns: boolean
}

const fieldNames = [
  'mapping',
  'default_country',
  'on_duplicate',
  'encoding',
  'delimiter',
  'sheet',
  'hidden_rows',
  'numbers_without_plus',
  'dry_run',
  'allow_missing_columns',
]

/** Shortens a value for an error message: a field can have 64 KB. */
const shorten = (value: string) => truncate(value, 50)

/** Parses the fields of the upload form. @throws Refusal 'malformed' with an entry for each invalid field */
export function parseUploadFields(form: Readonly<Record<string, string>>): UploadFields {
  const errors: FieldError[] = []
  const reject = (name: string, detail: string) => void errors.push({ pointer: `/${name}`, detail })
  for (const name of Object.keys(form)) {
    if (!fieldNames.includes(name)) {
      reject(name, `The form has no field "${shorten(name)}". Fields: file, ${fieldNames.join(', ')}.`)
    }
  }
  const oneOf = <T extends string>(name: string, allowed: readonly T[]): T | undefined => {
    const value = form[name]
    if (value === undefined || value === '') return undefined
    const lowerCase = value.toLowerCase()
    if ((allowed as readonly string[]).includes(lowerCase)) return lowerCase as T
    reject(name, `${name} is "${shorten(value)}"; it must be one of ${allowed.join(', ')}.`)
    return undefined
  }
  const country = form.default_country?.toUpperCase()
  if (country && !isSupportedCountry(country)) {
    reject(
      'default_country',
      `default_country is "${shorten(country)}"; it must be an ISO 3166 country code, like RU.`,
    )
  }
  const { delimiter, encoding } = form
  if (encoding && !isEncodingLabel(encoding)) {
    reject('encoding', `encoding is "${shorten(encoding)}"; it must be a name such as utf-8 or windows-1252.`)
  }
  if (delimiter && !/^[,;|\t]$/.test(delimiter)) {
    reject('delimiter', `delimiter is "${shorten(delimiter)}"; it must be a comma, a semicolon, | or a tab.`)
  }
  const fields: UploadFields = {
    mapping: parseMapping(form.mapping, reject),
    country: country ? (country as CountryCode) : undefined,
    on_duplicate: oneOf('on_duplicate', duplicateRules) ?? 'skip',
    encoding: encoding || undefined,
    delimiter: delimiter || undefined,
    sheet: form.sheet || undefined,
    hiddenRows: oneOf('hidden_rows', ['skip', 'take']),
    withoutPlus: oneOf('numbers_without_plus', ['national', 'international']),
    is_dry_run: oneOf('dry_run', ['true', 'false']) === 'true',
    allow_missing_columns: oneOf('allow_missing_columns', ['true', 'false']) === 'true',
  }
  if (errors.length > 0) {
    const detail = 'Fields of the form are invalid. `errors` lists each field and its problem.'
    throw malformed('invalid_form', detail, errors)
  }
  return fields
}

function parseMapping(
  text: string | undefined,
  reject: (name: string, detail: string) => void,
): MappingInput {
  if (!text) return {}
  try {
    const value: unknown = JSON.parse(text)
    const isMapping =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((target) => target === null || (typeof target === 'string' && target !== ''))
    if (isMapping) return value as MappingInput
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  reject(
    'mapping',
    `mapping must be a JSON object from column names to ${contactFields.join(', ')}, a key of contact_data, or null. Example: {"Телефон": "phone_number", "City": "city", "Notes": null}.`,
  )
  return {}
}

/** A list of up to this many rows is merged before the response. Workers merge a longer one. */
const maxRowsInRequest = 10_000
/** How long a request waits for an import to be reverted. Workers continue after that. */
const maxDrainMs = 2_000
const maxFileNameLength = 255

export interface Upload {
  campaign_id: string
  file_name: string | undefined
  /** The API key of the request; null: the platform. */
  key_id: string | null
  fields: UploadFields
  source: AsyncIterable<Uint8Array>
}

/**
 * Creates an import and stages its file. The campaign is changed by `finishUpload` only, because parts of the form that
 * follow the file may still be invalid.
 *
 * @throws Refusal 'not_found'; 'conflict' when the campaign is over; 'unavailable' when too many files are being read.
 * FileError when the file cannot be read
 */
export async function stageUpload(
  db: Db,
  company_id: string,
  { campaign_id, file_name, key_id, fields, source }: Upload,
  now: () => Date,
): Promise<Import> {
  const requirements = await readCompany(db, company_id, (tx) => getFileRequirements(tx, campaign_id))
  const { on_duplicate, is_dry_run, allow_missing_columns, ...readOptions } = fields
  const input = { file_name: baseName(file_name), key_id, on_duplicate, is_dry_run }
  const created = await inCompany(db, company_id, (tx) => createImport(tx, campaign_id, input, now()))
  const options = {
    ...readOptions,
    ...requirements,
    now: now(),
    requiredColumns: allow_missing_columns ? [] : requirements.requiredColumns,
  }
  return stageFile(db, created, source, options, now)
}

/** The file name without directories, which some clients send, and without control characters; null when none is left. */
function baseName(path = ''): string | null {
  const name = path.split(/[\\/]/).at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this expression removes control characters.
  return truncate(name.replace(/[\u0000-\u001f]/g, ''), maxFileNameLength) || null
}

/** Completes a staged import in this request if it is a dry run or has at most 10,000 rows. Workers complete a longer one. */
export async function finishUpload(db: Db, staged: Import, now: () => Date): Promise<Import> {
  const { company_id, id } = staged
  if (staged.is_dry_run) {
    const completed = await inCompany(db, company_id, (tx) => dryRunImport(tx, staged, now()))
    await deleteStagedRows(db, company_id, id)
    return completed
  }
  if (staged.total > maxRowsInRequest) return inCompany(db, company_id, (tx) => enqueueImport(tx, staged))
  return inCompany(db, company_id, async (tx) => {
    await mergeChunk(tx, staged, now())
    return getImport(tx, id)
  })
}

/** Merges or reverts an import in this request for up to 2 s, so that a short one is finished before the response. */
export async function drainImport(
  db: Db,
  { company_id, id }: Pick<Import, 'company_id' | 'id'>,
  now: () => Date,
): Promise<Import> {
  const deadline = performance.now() + maxDrainMs
  while (performance.now() < deadline && (await continueImport(db, company_id, id, now())) > 0);
  return readCompany(db, company_id, (tx) => getImport(tx, id))
}
