import { createInflateRaw, inflateRawSync } from 'node:zlib'
import { FileError } from '../file/file-error.ts'

/** Limits of a workbook. The directory of its archive may state false sizes, so unpacking is limited as well. */
const maxEntries = 1_000
const maxUnpackedBytes = 300 * 2 ** 20
const maxSharedStringsBytes = 64 * 2 ** 20
const maxCompressionRatio = 200
/** The ratio of entries smaller than this is not checked. */
const minCheckedBytes = 2 ** 20

/** Signatures and sizes of the records of a ZIP archive (APPNOTE.TXT 4.3). */
const endOfDirectorySignature = 0x06054b50
const zip64LocatorSignature = 0x07064b50
const zip64EndOfDirectorySignature = 0x06064b50
const entrySignature = 0x02014b50
const endOfDirectoryBytes = 22
const zip64LocatorBytes = 20
const zip64EndOfDirectoryBytes = 56
const entryHeaderBytes = 46
const localHeaderBytes = 30
const maxCommentBytes = 65_535
/** Values of 16 and 32 bits that stand for a value in a ZIP64 field. */
const inZip64Count = 0xffff
const inZip64 = 0xffffffff
const zip64ExtraId = 0x0001
const stored = 0
const deflated = 8

interface Entry {
  name: string
  isEncrypted: boolean
  method: number
  packedBytes: number
  /** The size that the directory states. */
  unpackedBytes: number
  localHeaderOffset: number
  nextOffset: number
}

/**
 * A workbook's ZIP archive, checked before anything is unpacked. Parts are found by their names in any case, with slashes or
 * backslashes, because spreadsheet programs accept both.
 */
export class ZipArchive {
  private readonly file: Buffer
  private readonly entries = new Map<string, Entry>()

  /** @throws FileError when the archive is damaged, encrypted, too large when unpacked, or not a workbook */
  constructor(file: Buffer) {
    this.file = file
    const { entryCount, offset: directoryOffset } = findDirectory(file)
    if (entryCount > maxEntries) {
      throw new FileError(
        'suspicious_archive',
        `The workbook has more than ${maxEntries.toLocaleString('en')} parts. Save it as CSV.`,
      )
    }
    let offset = directoryOffset
    let unpackedBytes = 0
    for (let i = 0; i < entryCount; i++) {
      const entry = readEntry(file, offset)
      unpackedBytes += entry.unpackedBytes
      checkEntry(entry, unpackedBytes)
      this.entries.set(partKey(entry.name), entry)
      offset = entry.nextOffset
    }
    if (!this.has('xl/workbook.xml') && !this.has('xl/workbook.bin')) {
      throw new FileError(
        'not_a_workbook',
        'The file is an archive, but not an .xlsx workbook. Upload a .csv, .xlsx or JSON Lines file.',
      )
    }
  }

  has(name: string): boolean {
    return this.entries.has(partKey(name))
  }

  /** The text of a part; undefined when there is none. @throws FileError when it is damaged or larger than 64 MiB */
  text(name: string): string | undefined {
    const entry = this.entries.get(partKey(name))
    if (entry === undefined) return undefined
    if (entry.unpackedBytes > maxSharedStringsBytes) throw tooMuchText()
    const data = this.packedData(entry)
    if (entry.method === stored) return data.toString()
    try {
      return inflateRawSync(data, { maxOutputLength: maxSharedStringsBytes }).toString()
    } catch (error) {
      throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? tooMuchText() : damaged()
    }
  }

  /** The bytes of a part as they are unpacked. @throws FileError when it is missing, damaged or too large */
  async *chunks(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(partKey(name))
    if (entry === undefined) throw damaged()
    const data = this.packedData(entry)
    if (entry.method === stored) {
      yield data
      return
    }
    const inflate = createInflateRaw()
    inflate.end(data)
    let unpackedBytes = 0
    try {
      for await (const chunk of inflate as AsyncIterable<Buffer>) {
        unpackedBytes += chunk.length
        if (unpackedBytes > maxUnpackedBytes) throw tooLargeUnpacked('The workbook', maxUnpackedBytes)
        if (unpackedBytes > minCheckedBytes && unpackedBytes > data.length * maxCompressionRatio) throw bomb()
        yield chunk
      }
    } catch (error) {
      throw error instanceof FileError ? error : damaged()
    }
  }

  private packedData({ localHeaderOffset, packedBytes }: Entry): Buffer {
    if (localHeaderOffset + localHeaderBytes > this.file.length) throw damaged()
    const nameLength = this.file.readUInt16LE(localHeaderOffset + 26)
    const extraLength = this.file.readUInt16LE(localHeaderOffset + 28)
    const start = localHeaderOffset + localHeaderBytes + nameLength + extraLength
    if (start + packedBytes > this.file.length) throw damaged()
    return this.file.subarray(start, start + packedBytes)
  }
}

const partKey = (name: string) => name.replaceAll('\\', '/').replace(/^\//, '').toLowerCase()

function readEntry(file: Buffer, offset: number): Entry {
  if (offset + entryHeaderBytes > file.length || file.readUInt32LE(offset) !== entrySignature) throw damaged()
  const nameEnd = offset + entryHeaderBytes + file.readUInt16LE(offset + 28)
  const extraEnd = nameEnd + file.readUInt16LE(offset + 30)
  const sizes = [24, 20, 42].map((field) => file.readUInt32LE(offset + field))
  const [unpackedBytes, packedBytes, localHeaderOffset] = withZip64(sizes, file.subarray(nameEnd, extraEnd))
  return {
    name: file.toString('utf8', offset + entryHeaderBytes, nameEnd),
    isEncrypted: (file.readUInt16LE(offset + 8) & 1) !== 0,
    method: file.readUInt16LE(offset + 10),
    packedBytes: packedBytes as number,
    unpackedBytes: unpackedBytes as number,
    localHeaderOffset: localHeaderOffset as number,
    nextOffset: extraEnd + file.readUInt16LE(offset + 32),
  }
}

/** Replaces values of 0xffffffff by those in the ZIP64 extra field, which has them in the same order. */
function withZip64(values: number[], extra: Buffer): number[] {
  for (let offset = 0; offset + 4 <= extra.length; offset += 4 + extra.readUInt16LE(offset + 2)) {
    if (extra.readUInt16LE(offset) !== zip64ExtraId) continue
    let position = offset + 4
    return values.map((value) => {
      if (value !== inZip64 || position + 8 > extra.length) return value
      position += 8
      return Number(extra.readBigUInt64LE(position - 8))
    })
  }
  return values
}

/** @param totalBytes unpacked bytes of this entry and all before it @throws FileError */
function checkEntry({ name, isEncrypted, method, packedBytes, unpackedBytes }: Entry, totalBytes: number) {
  if (isEncrypted)
    throw new FileError('encrypted', 'The workbook has a password. Save it without a password.')
  if (partKey(name).split('/').includes('..') || /^([a-z]:|[\\/])/i.test(name)) {
    throw new FileError(
      'suspicious_archive',
      'The workbook contains a file with a path outside of the archive. Open it and save it again.',
    )
  }
  if (method !== stored && method !== deflated) throw damaged()
  if (totalBytes > maxUnpackedBytes) throw tooLargeUnpacked('The workbook', maxUnpackedBytes)
  if (unpackedBytes > minCheckedBytes && unpackedBytes > packedBytes * maxCompressionRatio) throw bomb()
}

/** The number of entries, and the offset of the first. */
function findDirectory(file: Buffer): { entryCount: number; offset: number } {
  const end = findEndOfDirectory(file)
  const entryCount = file.readUInt16LE(end + 10)
  const offset = file.readUInt32LE(end + 16)
  const locator = end - zip64LocatorBytes
  const hasZip64 = locator >= 0 && file.readUInt32LE(locator) === zip64LocatorSignature
  if (!hasZip64 || (entryCount !== inZip64Count && offset !== inZip64)) return { entryCount, offset }
  const zip64End = Number(file.readBigUInt64LE(locator + 8))
  if (
    zip64End + zip64EndOfDirectoryBytes > file.length ||
    file.readUInt32LE(zip64End) !== zip64EndOfDirectorySignature
  ) {
    throw damaged()
  }
  return {
    entryCount: Number(file.readBigUInt64LE(zip64End + 32)),
    offset: Number(file.readBigUInt64LE(zip64End + 48)),
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

const bomb = () =>
  new FileError(
    'suspicious_archive',
    `A part of the workbook unpacks to more than ${maxCompressionRatio} times its size. Save the workbook as CSV.`,
  )

const tooMuchText = () => tooLargeUnpacked('The text in the workbook', maxSharedStringsBytes)

const tooLargeUnpacked = (subject: string, maxBytes: number) =>
  new FileError(
    'too_large_unpacked',
    `${subject} has more than ${maxBytes / 2 ** 20} MiB when unpacked. Save the workbook as CSV.`,
  )
