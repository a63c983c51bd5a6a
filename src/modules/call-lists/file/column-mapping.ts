import type { FileErrorCode } from '../../../lib/error-codes.ts'
import {
  type ContactField,
  contactFields,
  fieldByName,
  isGivenName,
  isVaguePhoneName,
  normalize,
  phoneRank,
} from '../columns/column-names.ts'
import type { ColumnSample } from '../columns/column-sample.ts'

export { type ContactField, contactFields }

/** Where the values of a column are stored: a contact field, or a key of contact_data. undefined: the column is ignored. */
type ColumnTarget = { field: ContactField } | { data: string } | undefined

/** The columns of a file with their targets, in the order of the columns. */
export interface ColumnMapping {
  names: string[]
  targets: ColumnTarget[]
  /** Indexes of the columns with phone numbers, in the order in which they are tried. The first has the target phone_number. */
  phones: number[]
  /** Columns whose name stands for a field that their contents do not fit, with that field. */
  unfit: Map<number, ContactField>
}

/**
 * A file that cannot be read at all. An invalid row does not cause this error. `cause` is set when the reader failed
 * unexpectedly.
 */
export class FileError extends Error {
  readonly code: FileErrorCode
  constructor(code: FileErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }
}

const maxColumns = 200
const maxNameLength = 200

/** Columns that the export of rejected rows adds. They are ignored when the corrected file is uploaded again. */
const rejectedExportColumns = ['refused_line', 'refused_code', 'refused_detail']

/** The mapping of a request: column name to contact field, key of contact_data, or null for a column to ignore. */
export type MappingInput = Record<string, string | null>

/**
 * Determines the target of each column. The request's mapping is applied first, then the recognised names whose contents fit;
 * of several columns with a name for the same field, the first fills it. The values of all other columns are stored in
 * contact_data under the name of the column.
 *
 * @param header names of the columns; duplicates get a suffix
 * @param sample the first rows below the header
 * @throws FileError when there are too many columns, a name is too long, no column or no certain one holds phone numbers, or
 * the mapping names a column that does not exist
 */
export function mapColumns(
  header: readonly string[],
  mapping: MappingInput,
  sample: ColumnSample,
): ColumnMapping {
  const names = uniqueNames(header.map((name, i) => name.trim() || `column_${i + 1}`))
  assertValidNames(names)
  const requested = requestedTargets(names, mapping)
  const assigned = new Set<ContactField>()
  const requestedPhones: number[] = []
  const targets: ColumnTarget[] = names.map(() => undefined)
  for (const [i, target] of requested) {
    if (target === 'phone_number') requestedPhones.push(i)
    else targets[i] = requestedTarget(target, assigned)
  }
  const unfit = new Map<number, ContactField>()
  const isFree = (i: number) => !requested.has(i) && !rejectedExportColumns.includes(names[i] as string)
  const phones = requestedPhones.length > 0 ? requestedPhones : choosePhones(names, isFree, sample, unfit)
  for (const [i, name] of names.entries()) {
    if (!isFree(i)) continue
    const field = fieldByName(name)
    const fits = field === undefined || field === 'contact_name' || sample.fits(i, field)
    if (field !== undefined && !fits) unfit.set(i, field)
    if (field !== undefined && fits && !assigned.has(field)) {
      targets[i] = { field }
      assigned.add(field)
    } else targets[i] = { data: name }
  }
  const givenName = names.findIndex((name, i) => isFree(i) && isGivenName(name))
  if (givenName !== -1 && !assigned.has('contact_name')) targets[givenName] = { field: 'contact_name' }
  for (const i of phones) targets[i] = { data: names[i] as string }
  targets[phones[0] as number] = { field: 'phone_number' }
  return { names, targets, phones, unfit }
}

/** Column index to the target that the request gives it, in the order of the request. @throws FileError */
function requestedTargets(names: readonly string[], mapping: MappingInput): Map<number, string | null> {
  const indexes = new Map(names.map((name, i) => [normalize(name), i] as const).reverse())
  return new Map(
    Object.entries(mapping).map(([name, target]) => {
      const exact = names.indexOf(name)
      const index = exact === -1 ? indexes.get(normalize(name)) : exact
      if (index === undefined) {
        throw new FileError(
          'unknown_column',
          `The mapping names a column "${name}", which the file does not have. ${listColumns(names)}`,
        )
      }
      return [index, target] as const
    }),
  )
}

/**
 * The columns of phone numbers, the first one to try first: those with the name of one and fitting contents. Without such a
 * column the one whose contents look most like phone numbers.
 *
 * @throws FileError when there is none, or two look the same
 */
function choosePhones(
  names: readonly string[],
  isFree: (i: number) => boolean,
  sample: ColumnSample,
  unfit: Map<number, ContactField>,
): number[] {
  const columns = names.map((_, i) => i).filter(isFree)
  const rankOf = (i: number) => phoneRank(names[i] as string) ?? Number.POSITIVE_INFINITY
  const named = columns.filter((i) => Number.isFinite(rankOf(i))).sort((a, b) => rankOf(a) - rankOf(b))
  const fitting = named.filter((i) => sample.hasPhones(i))
  const empty = named.filter((i) => sample.texts(i).length === 0)
  if (fitting.length > 0) {
    for (const i of named) if (!fitting.includes(i) && !empty.includes(i)) unfit.set(i, 'phone_number')
    return [...fitting, ...empty].sort((a, b) => rankOf(a) - rankOf(b))
  }
  const vague = columns.filter((i) => isVaguePhoneName(names[i] as string))
  // A column that is named as one of phone numbers only gives way to one that surely holds them.
  const best = bestByContents(
    names,
    columns.filter((i) => named.length === 0 || sample.isSurelyPhone(i)),
    sample,
  )
  if (best === undefined) {
    const fallback = named.length > 0 ? named : vague.slice(0, 1)
    if (fallback.length === 0) throw noPhoneColumn(names)
    return fallback
  }
  for (const i of [...named, ...vague]) if (i !== best) unfit.set(i, 'phone_number')
  return [best]
}

/** The second of two columns counts as equal to the first from this share of its points. */
const tieShare = 0.9

/** @throws FileError 'ambiguous_columns' */
function bestByContents(
  names: readonly string[],
  columns: readonly number[],
  sample: ColumnSample,
): number | undefined {
  const ranked = columns
    .map((i) => ({ i, points: sample.phonePoints(i), isVague: isVaguePhoneName(names[i] as string) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || Number(b.isVague) - Number(a.isVague))
  const [first, second] = ranked
  const isTie =
    first !== undefined &&
    second !== undefined &&
    second.points >= first.points * tieShare &&
    first.isVague === second.isVague
  if (isTie) {
    const [a, b] = [names[first.i], names[second.i]]
    throw new FileError(
      'ambiguous_columns',
      `Both "${a}" and "${b}" hold phone numbers. Which is to be called? Map it to phone_number: {"${a}": "phone_number"}.`,
    )
  }
  return first?.i
}

const noPhoneColumn = (names: readonly string[]) =>
  new FileError(
    'no_phone_column',
    `No column holds phone numbers. Name one of them phone_number, or map one to phone_number. ${listColumns(names)}`,
  )

const listColumns = (names: readonly string[]) => `Columns of the file: ${names.slice(0, 20).join(', ')}.`

/** Names that differ only in case or punctuation count as the same. The second gets the suffix _2. */
function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let i = 2; used.has(keyOf(unique)); i++) unique = `${name}_${i}`
    used.add(keyOf(unique))
    return unique
  })
}

/** A name without letters and digits, such as №, is compared as it is. */
const keyOf = (name: string) => normalize(name) || name

/** @throws FileError */
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
}

/** `name` is accepted for contact_name, and contact_data.<key> for <key>. @throws FileError when the field has a column */
function requestedTarget(target: string | null, assigned: Set<ContactField>): ColumnTarget {
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
