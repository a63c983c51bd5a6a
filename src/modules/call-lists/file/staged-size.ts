import type { ListKind } from '../columns/column-names.ts'
import { FileError } from './file-error.ts'
import { maxChunkRows } from './limits.ts'

/**
 * Maximum size of the staged rows of a file, in characters of JSON. Two million usual rows of 250 characters fit. The names of
 * columns are repeated in each row, and cells of a workbook can share a text, so rows can be far larger than their file.
 */
const maxStagedLength = 800 * 2 ** 20
/** A small file has less: this, and 64 times its size. Usual rows have 3 times the size of a CSV, and 20 times that of a workbook. */
const baseStagedLength = 16 * 2 ** 20
const maxExpansion = 64

/** What one transaction merges at most beside `maxChunkRows`, in characters of JSON. */
const maxChunkLength: Record<ListKind, number> = { contacts: 8 * 2 ** 20, suppressions: 2 ** 20 }

/** Counts what the rows of a file take in the database, and divides them into the chunks that are merged in one transaction. */
export class StagedSize {
  /** The last line of each chunk. */
  readonly chunkEnds: number[] = []
  private length = 0
  private readonly kind: ListKind
  private chunk = { rows: 0, length: 0 }
  private lastLine = 0

  constructor(kind: ListKind) {
    this.kind = kind
  }

  /**
   * Adds a row.
   *
   * @param json the staged row
   * @param fileBytes bytes of the file that were read so far
   * @throws FileError 'too_much_data'
   */
  add(line: number, json: string, fileBytes: number): void {
    this.length += json.length
    if (this.length > baseStagedLength) this.assertAllowed(fileBytes)
    const { rows, length } = this.chunk
    const isFull = rows >= maxChunkRows[this.kind] || length + json.length > maxChunkLength[this.kind]
    if (rows > 0 && isFull) this.endChunk()
    this.chunk.rows++
    this.chunk.length += json.length
    this.lastLine = line
  }

  /** Ends the last chunk. Must be called after the last row. */
  end(): void {
    if (this.chunk.rows > 0) this.endChunk()
  }

  private endChunk(): void {
    this.chunkEnds.push(this.lastLine)
    this.chunk = { rows: 0, length: 0 }
  }

  private assertAllowed(fileBytes: number): void {
    if (this.length <= Math.min(maxStagedLength, baseStagedLength + maxExpansion * fileBytes)) return
    throw new FileError(
      'too_much_data',
      `The rows need more than ${Math.floor(this.length / 2 ** 20).toLocaleString('en')} MiB in the database, far more than the file has. Split the file, shorten the names of its columns, or map columns that you do not need to null.`,
    )
  }
}
