import { TextDecoder } from 'node:util'
import { detectSingleByte } from './encoding-detection.ts'

/** A WHATWG label. */
export type Encoding = string

/** Whether a name is a WHATWG label of an encoding, such as latin1 or windows-1252. */
export function isEncodingLabel(label: string): boolean {
  try {
    new TextDecoder(label, { fatal: true })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** Bytes at the start of a file from which UTF-16 is detected. */
const utf16SampleBytes = 4_000

/** The encoding that a byte order mark names, and the length of the mark in bytes; undefined when there is none. */
export function detectByteOrderMark(bytes: Uint8Array): { encoding: Encoding; length: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 }
  return undefined
}

/**
 * Detects UTF-16 without a byte order mark; undefined for any other encoding. The high byte of an ASCII character is zero,
 * so more than 40 % of either the odd bytes (little endian) or the even bytes (big endian) are zero, and few of the others.
 */
export function detectUtf16(bytes: Uint8Array): Encoding | undefined {
  const sample = bytes.subarray(0, utf16SampleBytes)
  let [evenZeros, oddZeros] = [0, 0]
  for (const [i, byte] of sample.entries()) if (byte === 0) i % 2 === 0 ? evenZeros++ : oddZeros++
  // 40 % of the odd (or even) bytes, which are half of the sample.
  const minZeros = sample.length / 5
  if (oddZeros > minZeros && evenZeros < minZeros / 10) return 'utf-16le'
  if (evenZeros > minZeros && oddZeros < minZeros / 10) return 'utf-16be'
  return undefined
}

/** Whether the bytes are valid UTF-8. `isWhole`: a character that is cut off at the end is not. */
function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole })
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

const noBytes = new Uint8Array()
const maxCharacterBytes = 4
const keptBytes = 64
const latin1 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/**
 * Decodes a file that arrives in chunks. When no encoding is given, it is detected from the first chunk that is not
 * ASCII: UTF-8 if the chunk is valid UTF-8, else the single-byte encoding in which its words look most like names.
 */
export class StreamDecoder {
  /** Undefined as long as all chunks are ASCII. */
  encoding: Encoding | undefined
  private decoder: TextDecoder | undefined
  /** The end of a chunk whose only character outside of ASCII may be cut off. */
  private cutOff: Uint8Array = noBytes

  /** @param encoding undefined: detected */
  constructor(encoding: Encoding | undefined) {
    if (encoding !== undefined) this.setEncoding(encoding)
  }

  /** The text of a chunk. @throws TypeError when bytes are not valid in the encoding */
  write(chunk: Uint8Array): string {
    const bytes = this.cutOff.length > 0 ? Buffer.concat([this.cutOff, chunk]) : chunk
    this.cutOff = noBytes
    if (this.decoder !== undefined) return this.decoder.decode(bytes, { stream: true })
    const start = bytes.findIndex((byte) => byte >= 0x80)
    if (start === -1) return latin1(bytes)
    if (start > bytes.length - maxCharacterBytes) {
      // The character may be cut off, so the encoding is detected with the next chunk. Its word is kept for that.
      const wordStart = Math.max(0, start - keptBytes)
      this.cutOff = bytes.slice(wordStart)
      return latin1(bytes.subarray(0, wordStart))
    }
    this.detect(bytes, false)
    return this.write(bytes)
  }

  /** The remaining text. @throws TypeError when the file ends within a character */
  end(): string {
    const { cutOff } = this
    if (this.decoder === undefined && cutOff.length > 0) this.detect(cutOff, true)
    return (this.decoder?.decode(cutOff, { stream: true }) ?? '') + (this.decoder?.decode() ?? '')
  }

  private detect(bytes: Uint8Array, isWhole: boolean): void {
    this.setEncoding(isUtf8(bytes, isWhole) ? 'utf-8' : detectSingleByte(bytes))
  }

  private setEncoding(encoding: Encoding): void {
    this.encoding = encoding
    this.decoder = new TextDecoder(encoding, { fatal: true })
  }
}
