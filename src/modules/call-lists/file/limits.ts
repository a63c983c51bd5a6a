// Limits of a file and of its rows. docs/call-lists.md lists them.

import type { ListKind } from '../columns/column-names.ts'

/** Maximum number of rows of a file, without the header. */
export const maxRows = 2_000_000
/** Maximum number of lines, also blank ones: `mergeTasks` writes the line of a contact as 24 bits of its id. */
export const maxLines = 2 ** 24 - 1
/** Maximum number of columns of a file. */
export const maxColumns = 200
/**
 * Rows that one transaction merges at most. The campaign is locked for its duration, so the dialer and the API wait; of a
 * suppression list, concurrent opt-outs of the same numbers.
 */
export const maxChunkRows: Record<ListKind, number> = { contacts: 20_000, suppressions: 5_000 }
