import type { FileErrorCode } from '../../../lib/error-codes.ts'

/** Fields of a contact that a column can fill. */
export const contactFields = [
  'phone_number',
  'contact_name',
  'timezone',
  'priority',
  'next_attempt_at',
] as const
export type ContactField = (typeof contactFields)[number]

/** Where the values of a column are stored: a contact field, or a key of contact_data. undefined: the column is ignored. */
export type ColumnTarget = { field: ContactField } | { data: string } | undefined

/** The columns of a file with their targets, in the order of the columns. */
export interface ColumnMapping {
  names: string[]
  targets: ColumnTarget[]
}

/** A file that cannot be read at all. An invalid row does not cause this error. */
export class FileError extends Error {
  readonly code: FileErrorCode
  constructor(code: FileErrorCode, detail: string) {
    super(detail)
    this.code = code
  }
}

const maxColumns = 200
const maxNameLength = 200

/** Column names that are recognised without a mapping, in English and Russian. They are compared after `normalize`. */
const aliases: Record<ContactField, readonly string[]> = {
  phone_number: [
    'phone number',
    'phone',
    'phones',
    'number',
    'tel',
    'telephone',
    'mobile',
    'mobile phone',
    'mobile number',
    'cell',
    'cell phone',
    'cellphone',
    'msisdn',
    'contact number',
    'contact phone',
    'phone no',
    'номер телефона',
    'телефон',
    'телефоны',
    'номер',
    'тел',
    'моб',
    'мобильный',
    'мобильный телефон',
    'моб телефон',
    'сотовый',
    'контактный телефон',
    'телефон клиента',
    'номер абонента',
    'номер клиента',
    'сотовый телефон',
  ],
  contact_name: [
    'contact name',
    'name',
    'full name',
    'client',
    'customer',
    'customer name',
    'client name',
    'contact',
    'имя',
    'фио',
    'имя клиента',
    'клиент',
    'контакт',
    'полное имя',
    'ф и о',
    'имя контакта',
  ],
  timezone: ['timezone', 'time zone', 'tz', 'zone', 'часовой пояс', 'таймзона', 'временная зона'],
  priority: ['priority', 'приоритет'],
  next_attempt_at: [
    'next attempt at',
    'call at',
    'call time',
    'call after',
    'позвонить в',
    'время звонка',
    'когда звонить',
  ],
}

/** Lower case, ё as е, and one space for everything between letters and digits. */
const normalize = (name: string) =>
  name
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const fieldsByName = new Map(
  contactFields.flatMap((field) =>
    [field, ...aliases[field]].map((name) => [normalize(name), field] as const),
  ),
)

/** The contact field that a column of this name fills without a mapping; undefined: none. */
const fieldByName = (name: string): ContactField | undefined => fieldsByName.get(normalize(name))

/** Columns that the export of rejected rows adds. They are ignored when the corrected file is uploaded again. */
const rejectedExportColumns = ['refused_line', 'refused_code', 'refused_detail']

/** The mapping of a request: column name to contact field, key of contact_data, or null for a column to ignore. */
export type MappingInput = Record<string, string | null>

/**
 * Determines the target of each column of a header. The request's mapping is applied first, then the recognised names; of
 * several columns with a recognised name for the same field, the first fills it. The values of all other columns are stored
 * in contact_data under the name of the column.
 *
 * @throws FileError when there are too many columns, a name is too long or occurs twice, no column holds phone numbers, or
 * the mapping names a column that does not exist
 */
export function mapColumns(header: readonly string[], mapping: MappingInput): ColumnMapping {
  const names = header.map((name, i) => name.trim() || `column_${i + 1}`)
  assertValidNames(names)
  const requested = new Map(Object.entries(mapping).map(([name, target]) => [normalize(name), target]))
  const unused = new Map(requested)
  const assigned = new Set<ContactField>()
  // The mapping is applied first: a mapped column gets its field even when a column with a recognised name precedes it.
  const targets = names.map((name): ColumnTarget => {
    const target = unused.get(normalize(name))
    if (target === undefined) return undefined
    unused.delete(normalize(name))
    return assignTarget(target, assigned)
  })
  const [unknown] = unused.keys()
  if (unknown !== undefined) {
    throw new FileError(
      'unknown_column',
      `The mapping names a column "${unknown}", which the file does not have. ${listColumns(names)}`,
    )
  }
  names.forEach((name, i) => {
    if (requested.has(normalize(name)) || rejectedExportColumns.includes(name)) return
    const field = fieldByName(name)
    targets[i] = field !== undefined && !assigned.has(field) ? assignTarget(field, assigned) : { data: name }
  })
  if (!assigned.has('phone_number')) {
    throw new FileError(
      'no_phone_column',
      `No column holds phone numbers. Name one of them phone_number, or map one to phone_number. ${listColumns(names)}`,
    )
  }
  return { names, targets }
}

const listColumns = (names: readonly string[]) => `Columns of the file: ${names.slice(0, 20).join(', ')}.`

/** Names that differ only in case or punctuation count as the same. @throws FileError */
function assertValidNames(names: readonly string[]): void {
  if (names.length > maxColumns) {
    throw new FileError(
      'too_many_columns',
      `The file has ${names.length} columns; at most ${maxColumns} are allowed. Delete the columns that you do not need.`,
    )
  }
  const tooLong = names.findIndex((name) => name.length > maxNameLength)
  if (tooLong !== -1) {
    throw new FileError(
      'column_name_too_long',
      `The name of column ${tooLong + 1} has more than ${maxNameLength} characters. Shorten it.`,
    )
  }
  const normalized = names.map(normalize)
  const duplicate = names.find(
    (_, i) => normalized[i] !== '' && normalized.indexOf(normalized[i] as string) < i,
  )
  if (duplicate !== undefined) {
    throw new FileError('duplicate_column', `Two columns are named "${duplicate}". Rename one of them.`)
  }
}

/** `name` is accepted for contact_name, and contact_data.<key> for <key>. @throws FileError when the field has a column */
function assignTarget(target: string | null, assigned: Set<ContactField>): ColumnTarget {
  if (target === null) return undefined
  const field =
    contactFields.find((name) => name === target) ?? (target === 'name' ? 'contact_name' : undefined)
  if (field === undefined) return { data: target.replace(/^contact_data\./, '') }
  if (assigned.has(field)) {
    throw new FileError(
      'duplicate_field',
      `Two columns are mapped to ${field}. Map one of them to another field, or to null to ignore it.`,
    )
  }
  assigned.add(field)
  return { field }
}

/** Whether a row is the header: one of its cells is a recognised or mapped name of the column of phone numbers. */
export const isHeaderRow = (cells: readonly string[], mapping: MappingInput): boolean =>
  cells.some(
    (cell) =>
      fieldByName(cell) === 'phone_number' ||
      Object.entries(mapping).some(
        ([name, target]) => target === 'phone_number' && normalize(name) === normalize(cell),
      ),
  )
