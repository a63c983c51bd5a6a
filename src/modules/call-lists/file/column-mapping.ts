/** Which column of a file is which field of a contact. */
export const contactFields = [
  'phone_number',
  'contact_name',
  'timezone',
  'priority',
  'next_attempt_at',
] as const
export type ContactField = (typeof contactFields)[number]

/** Where each column goes: a field, a key of contact_data, or nowhere. */
export type ColumnTarget = { field: ContactField } | { data: string } | undefined

export interface ColumnMapping {
  names: string[]
  targets: ColumnTarget[]
}

/** What is wrong with the file as a whole. */
export class FileError extends Error {
  readonly code: string
  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}

const mostColumns = 200
const longestName = 200

/** What people call the fields, in English and Russian; compared without case, blanks and marks. */
const aliases: Record<ContactField, readonly string[]> = {
  phone_number: [
    ...[
      'phone number',
      'phone',
      'phones',
      'number',
      'tel',
      'telephone',
      'mobile',
      'mobile phone',
      'mobile number',
    ],
    ...[
      'cell',
      'cell phone',
      'cellphone',
      'msisdn',
      'contact number',
      'contact phone',
      'phone no',
      'номер телефона',
    ],
    ...[
      'телефон',
      'телефоны',
      'номер',
      'тел',
      'моб',
      'мобильный',
      'мобильный телефон',
      'моб телефон',
      'сотовый',
    ],
    ...['контактный телефон', 'телефон клиента', 'номер абонента', 'номер клиента', 'сотовый телефон'],
  ],
  contact_name: [
    ...['contact name', 'name', 'full name', 'client', 'customer', 'customer name', 'client name', 'contact'],
    ...['имя', 'фио', 'имя клиента', 'клиент', 'контакт', 'полное имя', 'ф и о', 'имя контакта'],
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

const plain = (name: string) =>
  name
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const fieldOf = new Map(
  contactFields.flatMap((field) => [field, ...aliases[field]].map((name) => [plain(name), field] as const)),
)

/** The field that a column of this name is, by itself. */
export const fieldByName = (name: string): ContactField | undefined => fieldOf.get(plain(name))

/** Columns of our own file of refused rows: it is mended and sent again as it is. */
const ofRefused = ['refused_line', 'refused_code', 'refused_detail']

/** What a caller says of columns: a field, a key of contact_data, or null to leave it out. */
export type MappingInput = Record<string, string | null>

/**
 * Where each column of a heading goes. What the mapping names goes there; else by its usual names, the first of them; all
 * other columns go to contact_data under their own name.
 *
 * @throws FileFault when two columns have one name, none holds numbers, or the mapping names a column that is not there
 */
export function mapColumns(heading: readonly string[], mapping: MappingInput): ColumnMapping {
  if (heading.length > mostColumns) {
    throw new FileError(
      'too_many_columns',
      `The file has ${heading.length} columns, and ${mostColumns} are taken.`,
    )
  }
  const names = heading.map((name, i) => name.trim() || `column_${i + 1}`)
  const long = names.find((name) => name.length > longestName)
  if (long !== undefined)
    throw new FileError('column_name_too_long', `A column name has more than ${longestName} characters.`)
  const twice = names.find(
    (name, i) => names.findIndex((other) => plain(other) === plain(name)) < i && plain(name) !== '',
  )
  if (twice !== undefined)
    throw new FileError('duplicate_column', `Two columns are called "${twice}": rename one of them.`)
  const said = new Map(Object.entries(mapping).map(([name, target]) => [plain(name), target]))
  const taken = new Set<ContactField>()
  const targets = names.map((name): ColumnTarget => {
    const target = said.get(plain(name))
    if (target === undefined) return undefined
    said.delete(plain(name))
    return targetOf(target, taken)
  })
  const [unknown] = said.keys()
  if (unknown !== undefined)
    throw new FileError('unknown_column', `The mapping names a column "${unknown}", and the file has none.`)
  const isSaid = (name: string) => Object.keys(mapping).some((other) => plain(other) === plain(name))
  names.forEach((name, i) => {
    if (isSaid(name) || ofRefused.includes(name)) return
    const field = fieldByName(name)
    targets[i] = field !== undefined && !taken.has(field) ? targetOf(field, taken) : { data: name }
  })
  if (!taken.has('phone_number')) {
    throw new FileError(
      'no_phone_column',
      `No column holds phone numbers: call one phone_number, or name it in mapping. The columns are: ${names.slice(0, 20).join(', ')}.`,
    )
  }
  return { names, targets }
}

function targetOf(target: string | null, taken: Set<ContactField>): ColumnTarget {
  if (target === null) return undefined
  const field =
    contactFields.find((one) => one === target) ?? (target === 'name' ? 'contact_name' : undefined)
  if (field === undefined) return { data: target.replace(/^contact_data\./, '') }
  if (taken.has(field))
    throw new FileError('duplicate_field', `Two columns are to be ${field}: map one of them.`)
  taken.add(field)
  return { field }
}

/** Whether a row looks like a heading: one of its cells is what a phone column is called. */
export const isHeaderRow = (cells: readonly string[], mapping: MappingInput): boolean =>
  cells.some(
    (cell) =>
      fieldByName(cell) === 'phone_number' ||
      Object.entries(mapping).some(
        ([name, target]) => target === 'phone_number' && plain(name) === plain(cell),
      ),
  )
