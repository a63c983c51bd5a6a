import { inflateRawSync } from 'node:zlib'
import { FileError } from './column-mapping.ts'

/** What a workbook may be, by the directory of its archive; sizes it tells may be lies, so reading is bounded too. */
const most = { entries: 1_000, unpacked: 300 * 2 ** 20, sharedStrings: 64 * 2 ** 20, ratio: 200 }
/** Below so many bytes an entry may be as dense as it likes. */
const small = 2 ** 20

const endMark = 0x06054b50
const entryMark = 0x02014b50

/**
 * Looks at the directory of a ZIP archive before anything of it is unpacked.
 *
 * @throws FileFault for what is no workbook, is encrypted, or would be too much
 */
export function guardWorkbook(file: Buffer): void {
  const end = endOf(file)
  const count = file.readUInt16LE(end + 10)
  let at = file.readUInt32LE(end + 16)
  if (count > most.entries || count === 0xffff)
    throw new FileError('suspicious_archive', 'The workbook has too many parts.')
  let unpacked = 0
  let isWorkbook = false
  for (let i = 0; i < count; i++) {
    if (at + 46 > file.length || file.readUInt32LE(at) !== entryMark) throw broken()
    const [flags, packed, size] = [
      file.readUInt16LE(at + 8),
      file.readUInt32LE(at + 20),
      file.readUInt32LE(at + 24),
    ]
    const nameLength = file.readUInt16LE(at + 28)
    const name = file.toString('utf8', at + 46, at + 46 + nameLength)
    if ((flags & 1) !== 0)
      throw new FileError('encrypted', 'The workbook has a password: save it without one.')
    if (name.includes('..') || name.startsWith('/') || name.includes('\\'))
      throw new FileError('suspicious_archive', 'The archive names files outside of it.')
    unpacked += size
    if (unpacked > most.unpacked || (isStrings(name) && size > most.sharedStrings))
      throw new FileError('too_large_unpacked', 'The workbook is too large when unpacked: save it as CSV.')
    if (isStrings(name)) guardStrings(file, file.readUInt32LE(at + 42), packed)
    if (size > small && size > packed * most.ratio)
      throw new FileError('suspicious_archive', 'The archive unpacks to far more than it is.')
    if (/^xl\/workbook\.(xml|bin)$/i.test(name)) isWorkbook = true
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  if (!isWorkbook) throw new FileError('not_a_workbook', 'It is an archive, and no .xlsx workbook is in it.')
}

const isStrings = (name: string) => /sharedStrings/i.test(name)

/** What it says of its size may be a lie: the texts are held as a whole, so they are unpacked once, to a limit. */
function guardStrings(file: Buffer, at: number, packed: number): void {
  if (at + 30 > file.length) throw broken()
  const from = at + 30 + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28)
  try {
    inflateRawSync(file.subarray(from, from + packed), { maxOutputLength: most.sharedStrings })
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') throw broken()
    throw new FileError('too_large_unpacked', 'The workbook is too large when unpacked: save it as CSV.')
  }
}

/** Where the directory's end stands: in the last 64 KB, as a comment may follow. */
function endOf(file: Buffer): number {
  for (let at = file.length - 22; at >= Math.max(0, file.length - 65_557); at--) {
    if (file.readUInt32LE(at) === endMark) return at
  }
  throw broken()
}

const broken = () => new FileError('broken_archive', 'The workbook is damaged: save it again.')
