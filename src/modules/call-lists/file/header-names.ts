import { isStorable } from '../../../lib/text.ts'
import { normalize } from '../columns/column-names.ts'
import { FileError } from './file-error.ts'
import { maxColumns } from './limits.ts'
import { isReasonColumn } from './rejected-export.ts'

const maxNameLength = 200

/** The names of the columns, each of them unique. @throws FileError */
export function validNames(header: readonly string[]): string[] {
  const width = header.filter((name) => !isReasonColumn(name)).length
  if (width > maxColumns) throw tooManyColumns(width)
  const unstorable = header.findIndex((name) => !isStorable(name))
  if (unstorable !== -1) {
    throw new FileError(
      'invalid_column_name',
      `The name of column ${unstorable + 1} contains a character that cannot be stored (NUL or half of a surrogate pair). Rename it.`,
    )
  }
  const names = uniqueNames(header.map((name, i) => name.trim() || `column_${i + 1}`))
  const tooLong = names.findIndex((name) => name.length > maxNameLength)
  if (tooLong !== -1) {
    throw new FileError(
      'column_name_too_long',
      `The name of column ${tooLong + 1} has more than ${maxNameLength} characters. Shorten it.`,
    )
  }
  return names
}

export const tooManyColumns = (width: number) =>
  new FileError(
    'too_many_columns',
    `The file has ${width.toLocaleString('en')} columns; at most ${maxColumns} are allowed. Delete the columns that you do not need.`,
  )

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
