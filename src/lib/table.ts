/** What the texts of a column are: `time` an instant in ISO 8601, `number` a decimal number. */
type ColumnType = 'text' | 'number' | 'time'

/** A column of an exported table. */
export interface TableColumn {
  name: string
  type: ColumnType
}

/** A value of a table. A text has the type of its column; numbers and booleans are values of JSON and may be in any column. */
export type Cell = string | number | boolean | null

export type TableRow = readonly Cell[]
