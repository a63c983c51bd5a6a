import { type SQL, sql } from 'drizzle-orm'

/** SQL that is made from each column, separated by commas. */
export const perColumn = <C extends string>(
  columns: readonly C[],
  piece: (column: C) => string,
  separator = ', ',
): SQL => sql.raw(columns.map(piece).join(separator))

/** The columns as SQL, separated by commas. Each has the prefix, such as `contribution.`. */
export const columnList = (columns: readonly string[], prefix = ''): SQL =>
  perColumn(columns, (name) => `${prefix}${name}`)
