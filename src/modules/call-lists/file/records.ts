import type { RowErrorCode } from '../../../lib/list-error-codes.ts'
import { detectByteOrderMark, detectUtf16, StreamDecoder } from './encoding.ts'
import { FileError } from './file-error.ts'
import type { Reading, ReadOptions } from './read-options.ts'

/**
 * Maximum bytes of a record: eight full cells of Excel. It also limits how much is read after a quote that is never closed.
 */
export const maxRecordLength = 262_144

/** Bytes that arrive in chunks. `head` inspects the first of them without consuming them. */
export class ByteSource {
  private readonly iterator: AsyncIterator<Uint8Array>
  private buffered: Uint8Array[] = []

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.iterator = chunks[Symbol.asyncIterator]()
  }

  /** The first chunks, until there are at least `minBytes` or the source ends. `bytes` yields them again. */
  async head(minBytes: number): Promise<Uint8Array> {
    let length = 0
    while (length < minBytes) {
      const next = await this.iterator.next()
      if (next.done) break
      this.buffered.push(next.value)
      length += next.value.length
    }
    const head = Buffer.concat(this.buffered)
    this.buffered = [head]
    return head
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    yield* this.buffered.filter(({ length }) => length > 0)
    this.buffered = []
    for (;;) {
      const next = await this.iterator.next()
      if (next.done) return
      yield next.value
    }
  }
}

/** The reason why a record could not be parsed. */
export interface RecordError {
  code: RowErrorCode
  detail: string
}

/** A row of the file before its columns are known. */
export interface FileRecord {
  /** Starts at 1. */
  line: number
  cells: unknown[]
  /** The record is the heading for certain. */
  isHeading?: boolean
  /** The record is from a sheet, so its cells cannot be cut at the wrong places. */
  isOfSheet?: boolean
  error?: RecordError
}

/** Decodes a file chunk by chunk. @throws FileError when bytes are not valid in its encoding */
export async function* textOf(source: ByteSource, options: ReadOptions, reading: Reading, head: Uint8Array) {
  const mark = detectByteOrderMark(head)
  const utf16 = detectUtf16(head)
  const decoder = new StreamDecoder(options.encoding ?? mark?.encoding ?? utf16)
  const noteEncoding = () => {
    reading.encoding = decoder.encoding ?? 'utf-8'
    if (options.encoding !== undefined) reading.encoding_source = 'request'
    else if (mark !== undefined) reading.encoding_source = 'byte_order_mark'
    else if (utf16 !== undefined) reading.encoding_source = 'zero_bytes'
    else if (decoder.encoding === undefined) reading.encoding_source = 'only_ascii'
    else reading.encoding_source = decoder.encoding === 'utf-8' ? 'valid_utf8' : 'letters'
  }
  // The byte order mark is skipped, unless the request names another encoding.
  let bytesToSkip = mark !== undefined && mark.encoding === decoder.encoding ? mark.length : 0
  try {
    for await (const chunk of source.bytes()) {
      const text = decoder.write(bytesToSkip > 0 ? chunk.subarray(bytesToSkip) : chunk)
      bytesToSkip = 0
      noteEncoding()
      if (text !== '') yield text
    }
    const rest = decoder.end()
    noteEncoding()
    if (rest !== '') yield rest
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new FileError(
      'invalid_encoding',
      `The file contains bytes that are not valid ${decoder.encoding}. Set the field encoding to the encoding of the file.`,
    )
  }
}
