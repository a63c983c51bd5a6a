/* Codes of call lists and suppression lists. docs/reference.md and docs/call-lists.md are generated from these tables. */

/** Why a call list file cannot be read: the code of the error response (422), and `error_code` of the failed import. */
export const fileErrorCodes = {
  ambiguous_columns: 'Several columns could be the one to call; map one of them to phone_number.',
  broken_archive: 'The XLSX file is damaged.',
  broken_workbook: 'The workbook cannot be read.',
  campaign_over: 'The campaign was stopped, or completed at its `end_time`, during the import.',
  column_name_too_long: 'A column name is too long.',
  duplicate_field: 'Two columns are mapped to the same field.',
  empty_file: 'The file is empty, or has no rows below its header.',
  encrypted: 'The workbook is protected with a password.',
  interrupted: 'The upload broke off.',
  invalid_column_name: 'A column name contains a character that cannot be stored.',
  invalid_csv: 'The file is not valid CSV.',
  invalid_encoding: 'The file contains bytes that its encoding does not allow.',
  line_too_long: 'A line, or a row of a workbook, is too long.',
  merge_failed: 'The rows could not be merged; the contacts that the import had added are deleted again.',
  missing_columns: 'The skillbase refers to values that no column provides.',
  no_phone_column: 'No column contains phone numbers.',
  not_a_workbook: 'The archive is not an XLSX workbook.',
  revert_failed: 'Contacts that the import had added could not be deleted.',
  suspicious_archive: 'The archive has too many parts, or names files outside of itself.',
  too_complex: 'The file needs too much memory to read.',
  too_large: 'The file is too large.',
  too_large_unpacked: 'The workbook is too large when it is unpacked.',
  too_many_columns: 'The file has too many columns.',
  too_many_rows: 'The file has too many rows or lines.',
  too_much_data: 'The rows of the file need too much space in the database.',
  too_slow: 'The file takes too long to read.',
  unknown_column: 'The mapping names a column that the file does not have.',
  unknown_sheet: 'The workbook has no sheet of this name.',
  unreadable: 'The file could not be read.',
  unreadable_format: 'The file is neither CSV, XLSX nor JSON Lines.',
} as const satisfies Record<string, string>

/** Why a row of a call list, a task of a request, or a row of a suppression list is rejected. */
export const rowErrorCodes = {
  already_expired: '`expires_at` of a suppression is in the past.',
  ambiguous_phone_number:
    'The value can be read as several valid phone numbers; write it with a leading + and the country code.',
  bad_character: 'A cell contains a character that cannot be stored.',
  contact_data_too_large:
    'The `contact_data` of the row has more than 64 kB, with `on_duplicate=update` together with the stored values of the contact.',
  duplicate: 'The number is already in the campaign, or earlier in the file (`on_duplicate=reject`).',
  invalid_json: 'The line is not a JSON object.',
  invalid_phone_number: 'The value is not a valid phone number.',
  invalid_priority: 'The priority is not an integer in the allowed range.',
  invalid_time: 'The time of the next attempt cannot be read.',
  no_phone_number: 'The row has no phone number.',
  phone_in_scientific_notation:
    'The spreadsheet rounded the number; format the column as text and enter it again.',
  several_phone_numbers: 'The cell contains more than one phone number.',
  stray_quote: 'A quote makes one cell of several lines that contain other phone numbers.',
  text_beside_phone_number:
    'The cell contains text beside the phone number that is neither an extension nor another number.',
  too_deep: 'A value of the JSON object is nested too deeply.',
  too_long: 'A cell is too long.',
  too_many_cells: 'The row has more cells than the header has columns.',
  unknown_key: 'The JSON object has a key that the first 100 lines do not have.',
  unknown_reason: 'The value is not a reason for a suppression.',
  unknown_timezone: 'The value is not an IANA time zone.',
} as const satisfies Record<string, string>

export type FileErrorCode = keyof typeof fileErrorCodes
export type RowErrorCode = keyof typeof rowErrorCodes
