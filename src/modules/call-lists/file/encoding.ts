import { TextDecoder } from 'node:util'

/** Encodings that a file may be in; the labels are those of the WHATWG. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1251', 'koi8-r', 'ibm866'] as const
export type Encoding = (typeof encodings)[number]

/** How often letters come in Russian text, most frequent first; upper case is rarer by far in a running text. */
const frequent = 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё'
const weights = new Map([...frequent].map((letter, i) => [letter, (frequent.length - i) / frequent.length]))

/** A mark at the beginning says the encoding, and is no part of the text. */
export function detectByteOrderMark(bytes: Uint8Array): { encoding: Encoding; length: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 }
  return undefined
}

/** UTF-16 without its mark: every other byte of plain text is zero. */
export function detectUtf16(bytes: Uint8Array): Encoding | undefined {
  const sample = bytes.subarray(0, 4_000)
  let [even, odd] = [0, 0]
  for (const [i, byte] of sample.entries()) if (byte === 0) i % 2 === 0 ? even++ : odd++
  const many = sample.length / 5
  if (odd > many && even < many / 10) return 'utf-16le'
  if (even > many && odd < many / 10) return 'utf-16be'
  return undefined
}

/** Whether every byte is the same in all encodings of one byte a letter, and in UTF-8. */
export const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80)

/** Whether it is UTF-8, but for a letter that is cut off at its end. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/**
 * The Cyrillic encoding in which a text reads most like Russian: share of frequent lower-case letters among all that
 * are not ASCII. Detectors of many languages take short lists of names for Hebrew or Greek.
 */
export function detectCyrillic(bytes: Uint8Array): Encoding {
  const candidates = ['windows-1251', 'koi8-r', 'ibm866'] as const
  const letters = bytes.filter((byte) => byte >= 0x80)
  const scores = candidates.map((encoding) => {
    let score = 0
    for (const letter of new TextDecoder(encoding).decode(letters)) {
      const weight = weights.get(letter) ?? 0
      const capital = weights.get(letter.toLowerCase())
      score += weight > 0 ? weight : capital === undefined ? -0.5 : capital * 0.3
    }
    return score
  })
  return candidates[scores.indexOf(Math.max(...scores))] as Encoding
}

/**
 * Text of a file that comes in pieces. What is plain ASCII needs no decision; the first letter beyond it decides, by
 * the piece it is in: UTF-8 where it is, else the likeliest Cyrillic encoding.
 */
export class StreamDecoder {
  encoding: Encoding | undefined
  private decoder: TextDecoder | undefined

  constructor(said: Encoding | undefined) {
    if (said !== undefined) this.decide(said)
  }

  /** @throws TypeError when bytes are none of the encoding */
  write(bytes: Uint8Array): string {
    if (this.decoder === undefined && !isAscii(bytes))
      this.decide(isUtf8(bytes) ? 'utf-8' : detectCyrillic(bytes))
    return this.decoder === undefined
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
      : this.decoder.decode(bytes, { stream: true })
  }

  /** What was cut off at the end. @throws TypeError when something was */
  end(): string {
    return this.decoder?.decode() ?? ''
  }

  private decide(encoding: Encoding): void {
    this.encoding = encoding
    this.decoder = new TextDecoder(encoding, { fatal: true })
  }
}
