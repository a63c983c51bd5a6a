import {
  countryColumns,
  fieldByName,
  fieldsOfKind,
  isGivenName,
  isVaguePhoneName,
  type ListKind,
  normalize,
  phoneRank,
  type RowField,
} from '../columns/column-names.ts'
import type { ColumnSample } from '../columns/column-sample.ts'
import { FileError } from './file-error.ts'
import { validNames } from './header-names.ts'
import { isReasonColumn } from './rejected-export.ts'

/** Where the values of a column are stored: a field, or a key of contact_data. undefined: the column is ignored. */
type ColumnTarget = { field: RowField } | { data: string } | undefined

/** Why a column fills a field or holds phone numbers. */
export type ColumnSource = 'request' | 'name' | 'contents'

/** The columns of a file with their targets, in the order of the columns. */
export interface ColumnMapping {
  names: string[]
  targets: ColumnTarget[]
  /** Indexes of the columns with phone numbers, in the order in which they are tried. The first has the target phone_number. */
  phones: number[]
  /** Indexes of the columns that name the country of the numbers, or its calling code. */
  countries: number[]
  /** Columns whose name stands for a field that their contents do not fit, with that field. */
  unfit: Map<number, RowField>
  /** Why columns fill a field or hold phone numbers. */
  sources: Map<number, ColumnSource>
}

/** The mapping of a request: column name to contact field, key of contact_data, or null for a column to ignore. */
export type MappingInput = Record<string, string | null>

/**
 * Determines the target of each column. The request's mapping is applied first, then the recognised names whose contents fit;
 * of several columns with a name for the same field, the first fills it. The values of all other columns are stored in
 * contact_data under the name of the column; those of a suppression list are ignored.
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
  const names = validNames(header)
  const { kind } = sample
  const requested = requestedTargets(names, mapping)
  const assigned = new Set<RowField>()
  const requestedPhones: number[] = []
  const targets: ColumnTarget[] = names.map(() => undefined)
  const sources = new Map<number, ColumnSource>()
  const assign = (i: number, field: RowField, source: ColumnSource) => {
    targets[i] = { field }
    assigned.add(field)
    sources.set(i, source)
  }
  for (const [i, target] of requested) {
    const field = target === null ? undefined : requestedField(target, kind)
    if (field === 'phone_number') requestedPhones.push(i)
    else if (field !== undefined) assign(i, unassigned(field, assigned), 'request')
    else if (target !== null) targets[i] = { data: target.replace(/^contact_data\./, '') }
  }
  const unfit = new Map<number, RowField>()
  const isFree = (i: number) => !requested.has(i) && !isReasonColumn(names[i] as string)
  const phones = requestedPhones.length > 0 ? requestedPhones : choosePhones(names, isFree, sample, unfit)
  const dataTarget = (i: number) => (kind === 'contacts' ? { data: names[i] as string } : undefined)
  for (const [i, name] of names.entries()) {
    if (!isFree(i)) continue
    const field = fieldByName(name, kind)
    const fits = field !== undefined && sample.fits(i, field)
    if (field !== undefined && !fits) unfit.set(i, field)
    if (field !== undefined && fits && !assigned.has(field)) assign(i, field, 'name')
    else targets[i] = dataTarget(i)
  }
  const givenName = names.findIndex((name, i) => isFree(i) && isGivenName(name))
  if (kind === 'contacts' && givenName !== -1 && !assigned.has('contact_name'))
    assign(givenName, 'contact_name', 'name')
  for (const i of phones) {
    targets[i] = i === phones[0] || kind === 'suppressions' ? { field: 'phone_number' } : dataTarget(i)
    const isNamed = phoneRank(names[i] as string) !== undefined
    sources.set(i, requested.has(i) ? 'request' : isNamed ? 'name' : 'contents')
  }
  return { names, targets, phones, countries: countryColumns(names), unfit, sources }
}

/** How the columns of an earlier file were read: part of its `reading`. */
export interface EarlierColumns {
  columns: string[]
  /** Column name to field, contact_data.<key>, or null. */
  mapping: Record<string, string | null>
  phones?: string[]
  column_sources?: Record<string, ColumnSource>
  unfit_columns?: Record<string, string>
}

/**
 * The columns of an export of rejected rows with the targets that they had in the file: its rows alone may not show what the
 * columns hold. undefined: no earlier file has these columns.
 */
export function mapAsBefore(
  header: readonly string[],
  earlier: readonly EarlierColumns[],
): ColumnMapping | undefined {
  const fileColumns = (names: readonly string[]) => names.filter((name) => !isReasonColumn(name))
  const wanted = JSON.stringify(fileColumns(header))
  const known = earlier.find(({ columns }) => JSON.stringify(fileColumns(columns)) === wanted)
  if (known === undefined) return undefined
  const byIndex = <T>(values: Record<string, T> | undefined) =>
    new Map(Object.entries(values ?? {}).map(([name, value]) => [header.indexOf(name), value] as const))
  return {
    names: [...header],
    targets: header.map((name) => targetOf(known.mapping[name] ?? null)),
    phones: (known.phones ?? []).map((name) => header.indexOf(name)),
    countries: countryColumns(header),
    unfit: byIndex(known.unfit_columns) as ColumnMapping['unfit'],
    sources: byIndex(known.column_sources),
  }
}

/** The target that a mapping of a `reading` names. */
function targetOf(target: string | null): ColumnTarget {
  const [, data] = /^contact_data\.(.*)$/s.exec(target ?? '') ?? []
  return target === null ? undefined : data === undefined ? { field: target as RowField } : { data }
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
 * column the one whose contents look most like phone numbers. In a suppression list also all others that surely hold them.
 *
 * @throws FileError when there is none, or two look the same
 */
function choosePhones(
  names: readonly string[],
  isFree: (i: number) => boolean,
  sample: ColumnSample,
  unfit: Map<number, RowField>,
): number[] {
  const columns = names.map((_, i) => i).filter(isFree)
  const rankOf = (i: number) => phoneRank(names[i] as string) ?? Number.POSITIVE_INFINITY
  const named = columns.filter((i) => Number.isFinite(rankOf(i))).sort((a, b) => rankOf(a) - rankOf(b))
  // In an export of rejected rows a column of phone numbers may have none that is valid.
  const fitting = named.filter((i) => sample.isRejectedExport || sample.hasPhones(i))
  const empty = named.filter((i) => sample.texts(i).length === 0)
  if (fitting.length > 0) {
    for (const i of named) if (!fitting.includes(i) && !empty.includes(i)) unfit.set(i, 'phone_number')
    const byRank = named.filter((i) => fitting.includes(i) || empty.includes(i))
    return withSurePhones(byRank, columns, sample)
  }
  const vague = columns.filter((i) => isVaguePhoneName(names[i] as string))
  // A column that is named as one of phone numbers only gives way to one that surely holds them.
  const needsCertainty = named.length > 0 || sample.isRejectedExport
  const best = bestByContents(
    names,
    columns.filter((i) => !needsCertainty || sample.isSurelyPhone(i)),
    sample,
  )
  if (best === undefined) {
    const fallback = named.length > 0 ? named : vague.slice(0, 1)
    if (fallback.length === 0) throw noPhoneColumn(names)
    return fallback
  }
  const chosen = withSurePhones([best], columns, sample)
  for (const i of [...named, ...vague]) if (!chosen.includes(i)) unfit.set(i, 'phone_number')
  return chosen
}

/** The second of two columns counts as equal to the first from this share of its points. */
const tieShare = 0.9

/** Each number of a suppression list is suppressed, so columns that look as much like phone numbers are read too. */
function withSurePhones(phones: number[], columns: readonly number[], sample: ColumnSample): number[] {
  if (sample.kind === 'contacts') return phones
  const minPoints = tieShare * Math.max(1, ...phones.map((i) => sample.phonePoints(i)))
  const isPhone = (i: number) => sample.isSurelyPhone(i) || sample.phonePoints(i) >= minPoints
  return [...phones, ...columns.filter((i) => !phones.includes(i) && isPhone(i))]
}

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
    sample.kind === 'contacts' &&
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

/** The field that a target of the request names: `name` is accepted for contact_name. undefined: a key of contact_data. */
export const requestedField = (target: string, kind: ListKind): RowField | undefined =>
  fieldsOfKind[kind].find((name) => name === target) ??
  (kind === 'contacts' && target === 'name' ? 'contact_name' : undefined)

/** @throws FileError when the field has a column already */
function unassigned(field: RowField, assigned: ReadonlySet<RowField>): RowField {
  if (!assigned.has(field)) return field
  throw new FileError(
    'duplicate_field',
    `Two columns are mapped to ${field}. Map one of them to another field, or to null to ignore it.`,
  )
}
