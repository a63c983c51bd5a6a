import { inflateRawSync } from 'node:zlib'
import { FileError } from './column-mapping.ts'

/** Limits of a workbook. The directory of its archive may state false sizes, so unpacking is limited as well. */
const maxEntries = 1_000
const maxUnpackedBytes = 300 * 2 ** 20
const maxSharedStringsBytes = 64 * 2 ** 20
const maxCompressionRatio = 200
/** The ratio of entries smaller than this is not checked. */
const minCheckedBytes = 2 ** 20

/** Signatures and sizes of the records of a ZIP archive (APPNOTE.TXT 4.3). */
const endOfDirectorySignature = 0x06054b50
const entrySignature = 0x02014b50
const endOfDirectoryBytes = 22
const entryHeaderBytes = 46
const localHeaderBytes = 30
const maxCommentBytes = 65_535
/** The entry count that marks an archive in the ZIP64 format, which is not supported. */
const zip64EntryCount = 0xffff

/**
 * Checks the directory of a workbook's ZIP archive before the workbook is unpacked.
 *
 * @throws FileError when the archive is damaged, encrypted, too large when unpacked, or not a workbook
 */
export function guardWorkbook(file: Buffer): void {
  const end = findEndOfDirectory(file)
  const entryCount = file.readUInt16LE(end + 10)
  let offset = file.readUInt32LE(end + 16)
  if (entryCount > maxEntries || entryCount === zip64EntryCount) {
    throw new FileError(
      'suspicious_archive',
      `The workbook has more than ${maxEntries.toLocaleString('en')} parts. Save it as CSV.`,
    )
  }
  let unpackedBytes = 0
  let isWorkbook = false
  for (let i = 0; i < entryCount; i++) {
    const entry = readEntry(file, offset)
    unpackedBytes += entry.unpackedBytes
    checkEntry(file, entry, unpackedBytes)
    if (/^xl\/workbook\.(xml|bin)$/i.test(entry.name)) isWorkbook = true
    offset = entry.nextOffset
  }
  if (!isWorkbook) {
    throw new FileError(
      'not_a_workbook',
      'The file is an archive, but not an .xlsx workbook. Upload a .csv, .xlsx or JSON Lines file.',
    )
  }
}

interface Entry {
  name: string
  isEncrypted: boolean
  packedBytes: number
  /** The size that the directory states. */
  unpackedBytes: number
  localHeaderOffset: number
  nextOffset: number
}

function readEntry(file: Buffer, offset: number): Entry {
  if (offset + entryHeaderBytes > file.length || file.readUInt32LE(offset) !== entrySignature) throw damaged()
  const nameLength = file.readUInt16LE(offset + 28)
  const extraLength = file.readUInt16LE(offset + 30)
  const commentLength = file.readUInt16LE(offset + 32)
  return {
    name: file.toString('utf8', offset + entryHeaderBytes, offset + entryHeaderBytes + nameLength),
    isEncrypted: (file.readUInt16LE(offset + 8) & 1) !== 0,
    packedBytes: file.readUInt32LE(offset + 20),
    unpackedBytes: file.readUInt32LE(offset + 24),
    localHeaderOffset: file.readUInt32LE(offset + 42),
    nextOffset: offset + entryHeaderBytes + nameLength + extraLength + commentLength,
  }
}

/** @param totalBytes unpacked bytes of this entry and all before it @throws FileError */
function checkEntry(file: Buffer, entry: Entry, totalBytes: number): void {
  const { name, packedBytes, unpackedBytes } = entry
  if (entry.isEncrypted) {
    throw new FileError('encrypted', 'The workbook has a password. Save it without a password.')
  }
  if (name.includes('..') || name.startsWith('/') || name.includes('\\')) {
    throw new FileError(
      'suspicious_archive',
      'The workbook contains a file with a path outside of the archive. Open it and save it again.',
    )
  }
  if (totalBytes > maxUnpackedBytes) throw tooLargeUnpacked('The workbook', maxUnpackedBytes)
  if (isSharedStrings(name) && unpackedBytes > maxSharedStringsBytes) throw tooManySharedStrings()
  if (isSharedStrings(name)) checkSharedStrings(file, entry.localHeaderOffset, packedBytes)
  if (unpackedBytes > minCheckedBytes && unpackedBytes > packedBytes * maxCompressionRatio) {
    throw new FileError(
      'suspicious_archive',
      `A part of the workbook unpacks to more than ${maxCompressionRatio} times its size. Save the workbook as CSV.`,
    )
  }
}

const isSharedStrings = (name: string) => /sharedStrings/i.test(name)

/**
 * Unpacks the shared strings up to their limit. The reader loads them as a whole, and the size in the directory may be
 * false.
 */
function checkSharedStrings(file: Buffer, headerOffset: number, packedBytes: number): void {
  if (headerOffset + localHeaderBytes > file.length) throw damaged()
  const nameLength = file.readUInt16LE(headerOffset + 26)
  const extraLength = file.readUInt16LE(headerOffset + 28)
  const dataOffset = headerOffset + localHeaderBytes + nameLength + extraLength
  try {
    inflateRawSync(file.subarray(dataOffset, dataOffset + packedBytes), {
      maxOutputLength: maxSharedStringsBytes,
    })
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') throw damaged()
    throw tooManySharedStrings()
  }
}

/** Offset of the end-of-directory record, which is the last one; only a comment of up to 65,535 bytes follows it. */
function findEndOfDirectory(file: Buffer): number {
  const lastOffset = file.length - endOfDirectoryBytes
  for (let offset = lastOffset; offset >= Math.max(0, lastOffset - maxCommentBytes); offset--) {
    if (file.readUInt32LE(offset) === endOfDirectorySignature) return offset
  }
  throw damaged()
}

const damaged = () =>
  new FileError('broken_archive', 'The workbook is damaged. Open it and save it again, or save it as CSV.')

const tooManySharedStrings = () => tooLargeUnpacked('The text in the workbook', maxSharedStringsBytes)

const tooLargeUnpacked = (subject: string, maxBytes: number) =>
  new FileError(
    'too_large_unpacked',
    `${subject} has more than ${maxBytes / 2 ** 20} MiB when unpacked. Save the workbook as CSV.`,
  )
