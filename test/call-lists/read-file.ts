import type { CountryCode } from 'libphonenumber-js/max'
import type { Reading, ReadOptions } from '../../src/modules/call-lists/file/read-options.ts'
import { readFileRows } from '../../src/modules/call-lists/file/reader.ts'
import type { ContactRow } from '../../src/modules/call-lists/file/rows.ts'

interface FileRead {
  reading: Reading
  rows: ContactRow[]
}

/** Reads a file without a database. It arrives in chunks of an odd size, so that characters and rows are cut. */
export async function readFile(
  file: Buffer | string,
  options: Partial<Omit<ReadOptions, 'now'>> & { country?: CountryCode } = {},
): Promise<FileRead> {
  const bytes = Buffer.from(file)
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += 50_001) yield bytes.subarray(start, start + 50_001)
  }
  const rows: ContactRow[] = []
  let reading: Reading | undefined
  const defaults = {
    country: undefined,
    timezone: 'UTC',
    unknown_zone: 'strictest' as const,
    now: new Date('2026-11-23T12:00:00Z'),
    mapping: {},
    requiredColumns: [],
  }
  const detected = { encoding: undefined, delimiter: undefined }
  const read = readFileRows(chunks(), { ...defaults, ...detected, ...options }, (known) => {
    reading = known
  })
  for await (const row of read) rows.push(row)
  return { reading: reading as Reading, rows }
}

/** A number with its extension, as in RFC 3966. */
export const numberOf = ({
  phone_number,
  phone_extension,
}: Pick<ContactRow, 'phone_number' | 'phone_extension'>) =>
  phone_extension === null ? phone_number : `${phone_number};ext=${phone_extension}`

/** Number, name and data of each contact, its further numbers if there are any, and the code of each rejected row. */
export const contactsOf = ({ rows }: FileRead) =>
  rows.map((row) => {
    if (row.code !== null) return row.code
    const further = row.further_numbers.map(numberOf)
    return [numberOf(row), row.contact_name, row.contact_data, ...(further.length > 0 ? [further] : [])]
  })

/** The code of the error with which reading a file fails; undefined when it does not. */
export async function failureOf(...args: Parameters<typeof readFile>): Promise<string | undefined> {
  try {
    await readFile(...args)
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}
