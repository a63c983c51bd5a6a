/**
 * Columns of the export of rejected rows that precede those of the file. Their names are public: an upload of the corrected
 * export recognises and ignores them.
 */
export const reasonColumns = ['refused_line', 'refused_code', 'refused_detail'] as const

/** The column of the export that holds the code of each row. */
export const codeColumn = reasonColumns.indexOf('refused_code')

export const isReasonColumn = (name: string): boolean => (reasonColumns as readonly string[]).includes(name)

/** Whether cells are the heading of an export of rejected rows. */
export const isRejectedHeading = (cells: readonly unknown[]): boolean =>
  reasonColumns.every((name, i) => cells[i] === name)

const headingPattern = /^\ufeff?("?)refused_line\1(.)\1refused_code\1\2\1refused_detail\1(?:\2|\r|\n|$)/

/** The delimiter of a CSV text that is an export of rejected rows; undefined for any other text. */
export const rejectedExportDelimiter = (text: string): string | undefined => headingPattern.exec(text)?.[2]
