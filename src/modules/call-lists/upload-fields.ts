import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/max'
import { type DuplicateRule, duplicateRules, suppressionReasons } from '../../db/schema/index.ts'
import { type FieldError, malformed } from '../../lib/errors.ts'
import { repeatable } from '../../lib/schema/received-value.ts'
import { isStorable } from '../../lib/text.ts'
import { isTimeZone } from '../../lib/time/instants.ts'
import { fieldsOfKind, type ListKind } from './columns/column-names.ts'
import { type MappingInput, requestedField } from './file/column-mapping.ts'
import { type Encoding, isEncodingLabel } from './file/encoding.ts'
import { maxColumns } from './file/limits.ts'
import { ambiguousNumbersRules, type ReadOptions, type SuppressionOptions } from './file/read-options.ts'

/** Fields of the upload form. */
export interface UploadFields
  extends Pick<ReadOptions, 'sheet' | 'hiddenRows' | 'withoutPlus' | 'timesTimezone' | 'suppressions'> {
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

const commonNames = [
  'mapping',
  'default_country',
  'encoding',
  'delimiter',
  'sheet',
  'hidden_rows',
  'numbers_without_plus',
  'dry_run',
  'timezone',
]
const fieldNames: Record<ListKind, string[]> = {
  contacts: [...commonNames, 'on_duplicate', 'allow_missing_columns'],
  suppressions: [...commonNames, 'reason', 'ambiguous_numbers'],
}

/** Parses the fields of the form of a list. @throws Refusal 'malformed' with an entry for each invalid field */
export function parseUploadFields(form: Readonly<Record<string, string>>, kind: ListKind): UploadFields {
  const errors: FieldError[] = []
  const reject = (name: string, detail: string) => void errors.push({ pointer: `/${name}`, detail })
  for (const name of Object.keys(form)) {
    if (!fieldNames[kind].includes(name)) {
      const names = fieldNames[kind].join(', ')
      reject(name, `The form has no field ${repeatable(name)}. Fields: file, ${names}.`)
    }
  }
  const oneOf = <T extends string>(name: string, allowed: readonly T[]): T | undefined => {
    const value = form[name]
    if (value === undefined || value === '') return undefined
    const lowerCase = value.toLowerCase()
    if ((allowed as readonly string[]).includes(lowerCase)) return lowerCase as T
    reject(name, `${name} is ${repeatable(value)}; it must be one of ${allowed.join(', ')}.`)
    return undefined
  }
  const country = form.default_country?.toUpperCase()
  if (country && !isSupportedCountry(country)) {
    reject(
      'default_country',
      `default_country is ${repeatable(country)}; it must be an ISO 3166 country code, like RU.`,
    )
  }
  const { delimiter, encoding } = form
  if (encoding && !isEncodingLabel(encoding)) {
    reject(
      'encoding',
      `encoding is ${repeatable(encoding)}; it must be a name such as utf-8 or windows-1252.`,
    )
  }
  if (delimiter && !/^[,;|\t]$/.test(delimiter)) {
    reject('delimiter', `delimiter is ${repeatable(delimiter)}; it must be a comma, a semicolon, | or a tab.`)
  }
  const timezone = form.timezone || undefined
  if (timezone !== undefined && !isTimeZone(timezone)) {
    const detail = `timezone is ${repeatable(timezone)}; it must be a name of the IANA database, such as Europe/Moscow.`
    reject('timezone', detail)
  }
  const isTrue = (name: string) => ['true', '1'].includes(oneOf(name, ['true', 'false', '1', '0']) ?? '')
  const fields: UploadFields = {
    mapping: parseMapping(form.mapping, kind, reject),
    country: country ? (country as CountryCode) : undefined,
    on_duplicate: oneOf('on_duplicate', duplicateRules) ?? 'skip',
    encoding: encoding || undefined,
    delimiter: delimiter || undefined,
    sheet: form.sheet || undefined,
    hiddenRows: oneOf('hidden_rows', ['skip', 'take']),
    withoutPlus: oneOf('numbers_without_plus', ['national', 'international']),
    is_dry_run: isTrue('dry_run'),
    allow_missing_columns: isTrue('allow_missing_columns'),
    timesTimezone: timezone,
    suppressions: kind === 'contacts' ? undefined : parseSuppressionFields(timezone, oneOf),
  }
  if (errors.length > 0) {
    const detail = 'Fields of the form are invalid. `errors` lists each field and its problem.'
    throw malformed('invalid_form', detail, errors)
  }
  return fields
}

type Reject = (name: string, detail: string) => void

function parseSuppressionFields(
  timezone: string | undefined,
  oneOf: <T extends string>(name: string, allowed: readonly T[]) => T | undefined,
): SuppressionOptions {
  return {
    reason: oneOf('reason', suppressionReasons) ?? 'do_not_call',
    timezone,
    ambiguousNumbers: oneOf('ambiguous_numbers', ambiguousNumbersRules) ?? 'reject',
  }
}

function parseMapping(text: string | undefined, kind: ListKind, reject: Reject): MappingInput {
  if (!text) return {}
  try {
    const value: unknown = JSON.parse(text)
    const isMapping =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length <= maxColumns &&
      Object.values(value).every((target) => target === null || isMappingTarget(target, kind))
    if (isMapping) return value as MappingInput
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const targets = fieldsOfKind[kind].join(', ')
  reject(
    'mapping',
    kind === 'contacts'
      ? `mapping must be a JSON object from up to ${maxColumns} column names to ${targets}, a key of contact_data of up to ${maxKeyLength} characters, or null. Example: {"Телефон": "phone_number", "City": "city", "Notes": null}.`
      : `mapping must be a JSON object from up to ${maxColumns} column names to ${targets} or null. Example: {"Телефон": "phone_number", "Причина": null}.`,
  )
  return {}
}

/** Maximum length of a key of contact_data, as of the name of a column. */
const maxKeyLength = 200

/** Contacts have data of any name; suppressions have only their fields. */
const isMappingTarget = (target: unknown, kind: ListKind): boolean =>
  typeof target === 'string' &&
  (kind === 'contacts'
    ? target !== '' && target.length <= maxKeyLength && isStorable(target)
    : requestedField(target, kind) !== undefined)
