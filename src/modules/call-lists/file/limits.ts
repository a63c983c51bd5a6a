// Limits of a file and of its rows. docs/call-lists.md lists them.

/** Maximum number of rows of a file, without the header. */
export const maxRows = 2_000_000
/** Maximum number of lines, also blank ones: `mergeTasks` writes the line of a contact as 24 bits of its id. */
export const maxLines = 2 ** 24 - 1
/** Maximum number of columns of a file. */
export const maxColumns = 200
/** Maximum size of the contact_data of a row, in bytes of JSON. */
export const maxContactDataBytes = 65_536
