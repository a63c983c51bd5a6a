import { TextDecoder } from 'node:util'

/** Supported encodings of a file, by their WHATWG labels. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1251', 'koi8-r', 'ibm866'] as const
export type Encoding = (typeof encodings)[number]

/** The letters of Russian text in order of frequency. */
const lettersByFrequency = 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё'
/** Weight per lower-case letter: 1 for the most frequent one, near 0 for the rarest. */
const letterWeights = new Map(
  [...lettersByFrequency].map((letter, i) => [
    letter,
    (lettersByFrequency.length - i) / lettersByFrequency.length,
  ]),
)
/** Capital letters are rarer, so they score less. Characters that are not Russian letters lower the score. */
const capitalFactor = 0.3
const otherCharacterScore = -0.5

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

/** Whether all bytes are ASCII: the text is the same in UTF-8 and in every supported single-byte encoding. */
const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80)

/** Whether the bytes are valid UTF-8; a character that is cut off at the end is accepted. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/**
 * The Cyrillic encoding in which the bytes look most like Russian text: characters outside of ASCII are scored by the
 * frequency of the letter. General-purpose detectors are not used: they mistake a short list of names for Hebrew or Greek.
 */
function detectCyrillic(bytes: Uint8Array): Encoding {
  const candidates = ['windows-1251', 'koi8-r', 'ibm866'] as const
  const nonAscii = bytes.filter((byte) => byte >= 0x80)
  const scores = candidates.map((encoding) => {
    let score = 0
    for (const character of new TextDecoder(encoding).decode(nonAscii)) score += scoreOf(character)
    return score
  })
  return candidates[scores.indexOf(Math.max(...scores))] as Encoding
}

function scoreOf(character: string): number {
  const weight = letterWeights.get(character)
  if (weight !== undefined) return weight
  const weightOfCapital = letterWeights.get(character.toLowerCase())
  return weightOfCapital === undefined ? otherCharacterScore : weightOfCapital * capitalFactor
}

/**
 * Decodes a file that arrives in chunks. When no encoding is given, it is detected from the first chunk that is not
 * ASCII: UTF-8 if the chunk is valid UTF-8, else the most likely Cyrillic encoding.
 */
export class StreamDecoder {
  /** Undefined as long as all chunks are ASCII. */
  encoding: Encoding | undefined
  private decoder: TextDecoder | undefined

  /** @param encoding undefined: detected */
  constructor(encoding: Encoding | undefined) {
    if (encoding !== undefined) this.setEncoding(encoding)
  }

  /** The text of a chunk. @throws TypeError when bytes are not valid in the encoding */
  write(bytes: Uint8Array): string {
    if (this.decoder === undefined && !isAscii(bytes))
      this.setEncoding(isUtf8(bytes) ? 'utf-8' : detectCyrillic(bytes))
    return this.decoder === undefined
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
      : this.decoder.decode(bytes, { stream: true })
  }

  /** The remaining text. @throws TypeError when the file ends within a character */
  end(): string {
    return this.decoder?.decode() ?? ''
  }

  private setEncoding(encoding: Encoding): void {
    this.encoding = encoding
    this.decoder = new TextDecoder(encoding, { fatal: true })
  }
}
