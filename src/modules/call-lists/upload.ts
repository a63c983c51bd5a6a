import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/max'
import type { Db } from '../../db/client.ts'
import { type DuplicateRule, duplicateRules } from '../../db/schema/index.ts'
import { asOwner, inCompany, readCompany } from '../../db/transaction.ts'
import { type FieldError, malformed } from '../../lib/errors.ts'
import { dryRunImport } from './dry-run.ts'
import { FileError, type MappingInput } from './file/column-mapping.ts'
import { type Encoding, encodings } from './file/encoding.ts'
import {
  createImport,
  enqueueImport,
  getFileRequirements,
  getImport,
  type Import,
  invalidFile,
} from './imports.ts'
import { continueImport, mergeChunk } from './merge.ts'
import { deleteStagedRows, stageFile } from './staging.ts'

/** How a file is to be read and taken in, as a form says it. */
export interface UploadFields {
  mapping: MappingInput
  country: CountryCode | undefined
  on_duplicate: DuplicateRule
  encoding: Encoding | undefined
  delimiter: string | undefined
  is_dry_run: boolean
  /** Whether a skillbase may speak of what no column gives. */
  allow_missing_columns: boolean
}

const known = [
  'mapping',
  'default_country',
  'on_duplicate',
  'encoding',
  'delimiter',
  'dry_run',
  'allow_missing_columns',
]

/** Reads the fields of a form. @throws Refusal 'malformed' naming each that is wrong and what it may be */
export function parseUploadFields(form: Readonly<Record<string, string>>): UploadFields {
  const faults: FieldError[] = []
  const fault = (name: string, detail: string) => void faults.push({ pointer: `/${name}`, detail })
  for (const name of Object.keys(form)) {
    if (!known.includes(name)) fault(name, `is no field: there are file, ${known.join(', ')}`)
  }
  const oneOf = <T extends string>(name: string, words: readonly T[]): T | undefined => {
    const value = form[name]
    if (value === undefined || value === '') return undefined
    if ((words as readonly string[]).includes(value.toLowerCase())) return value.toLowerCase() as T
    fault(name, `is none of ${words.join(', ')}`)
    return undefined
  }
  const country = form.default_country?.toUpperCase()
  if (country && !isSupportedCountry(country)) fault('default_country', 'is no ISO 3166 country, like RU')
  const { delimiter } = form
  if (delimiter && !/^[,;|\t]$/.test(delimiter)) fault('delimiter', 'is none of , ; | and a tab')
  const fields: UploadFields = {
    mapping: readMapping(form.mapping, fault),
    country: country ? (country as CountryCode) : undefined,
    on_duplicate: oneOf('on_duplicate', duplicateRules) ?? 'skip',
    encoding: oneOf('encoding', encodings),
    delimiter: delimiter || undefined,
    is_dry_run: oneOf('dry_run', ['true', 'false']) === 'true',
    allow_missing_columns: oneOf('allow_missing_columns', ['true', 'false']) === 'true',
  }
  if (faults.length > 0) throw malformed('invalid_form', 'A field of the form is wrong.', faults)
  return fields
}

function readMapping(text: string | undefined, fault: (name: string, detail: string) => void): MappingInput {
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
  fault('mapping', 'is no JSON object like {"Телефон": "phone_number", "City": "city", "Notes": null}')
  return {}
}

/** Up to so many rows an upload is answered when they are in the campaign; a longer list goes on by itself. */
const mostAtOnce = 10_000

export interface Upload {
  campaign_id: string
  file_name: string | undefined
  /** Who sent it; null is the platform. */
  key_id: string | null
  fields: UploadFields
  source: AsyncIterable<Uint8Array>
}

/**
 * Takes in a file, all of it or nothing. None of it is in the campaign before `finishFile`: the form may yet turn out to be
 * wrong.
 *
 * @throws Refusal 'invalid' when the file cannot be read, with its reason
 */
export async function stageUpload(
  db: Db,
  company_id: string,
  { campaign_id, file_name, key_id, fields, source }: Upload,
  now: () => Date,
): Promise<Import> {
  const { timezone, requiredColumns } = await readCompany(db, company_id, (tx) =>
    getFileRequirements(tx, campaign_id),
  )
  const {
    mapping,
    country,
    encoding,
    delimiter,
    on_duplicate,
    is_dry_run,
    allow_missing_columns: allow_missing,
  } = fields
  const begun = await inCompany(db, company_id, (tx) =>
    createImport(tx, campaign_id, { file_name: nameOf(file_name), key_id, on_duplicate, is_dry_run }, now()),
  )
  const options = {
    mapping,
    country,
    encoding,
    delimiter,
    timezone,
    requiredColumns: allow_missing ? [] : requiredColumns,
  }
  try {
    return await stageFile(db, begun, source, options, now)
  } catch (error) {
    if (error instanceof FileError) throw invalidFile(error.code, error.message)
    throw error
  }
}

/** What a browser calls a file may be a path. */
const nameOf = (name: string | undefined): string | null =>
  name
    ?.split(/[\\/]/)
    .at(-1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
    ?.replace(/[\u0000-\u001f]/g, '')
    .slice(0, 255) || null

/** Goes on with what `takeFile` took in: at once where it is short, or only tried. */
export async function finishUpload(db: Db, taken: Import, now: () => Date): Promise<Import> {
  const { company_id, id } = taken
  if (taken.is_dry_run) {
    const tried = await asOwner(db, company_id, (tx) => dryRunImport(tx, taken, now()))
    await deleteStagedRows(db, company_id, id)
    return tried
  }
  if (taken.total > mostAtOnce) return asOwner(db, company_id, (tx) => enqueueImport(tx, taken))
  return asOwner(db, company_id, async (tx) => {
    await mergeChunk(tx, taken, now())
    return getImport(tx, id)
  })
}

/** Goes on with an import that is being taken back, for as long as one is likely to wait for an answer. */
export async function drainImport(
  db: Db,
  { company_id, id }: Pick<Import, 'company_id' | 'id'>,
  now: () => Date,
): Promise<Import> {
  const until = performance.now() + 2_000
  while (performance.now() < until && (await continueImport(db, company_id, id, now())) > 0);
  return readCompany(db, company_id, (tx) => getImport(tx, id))
}
