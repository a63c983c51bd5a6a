import { TextDecoder } from 'node:util'
import { type Alphabet, wordsByAlphabet } from './encoding-words.ts'

/**
 * Single-byte encodings that are detected, with the alphabet that they are used for, and a score that makes up for how rare
 * they are. Of equal scores the first wins.
 */
const candidates: readonly (readonly [encoding: string, alphabet: Alphabet, score: number])[] = [
  ['windows-1251', 'cyrillic', 0],
  ['windows-1252', 'western', 0],
  ['windows-1250', 'central', 0],
  ['windows-1254', 'turkish', 0],
  ['koi8-r', 'cyrillic', -2],
  ['koi8-u', 'cyrillic', -2],
  ['ibm866', 'cyrillic', -2],
  ['x-mac-cyrillic', 'cyrillic', -5],
  ['iso-8859-5', 'cyrillic', -5],
  ['macintosh', 'western', -5],
  ['iso-8859-2', 'central', -5],
]

/** Letters of words, in lower case, and pairs of them, with how often they occur in the words of the alphabet. */
interface Model {
  letters: Map<string, number>
  pairs: Map<string, number>
  total: number
}

const models = new Map<Alphabet, Model>()

/** A capital İ is taken for i: its own lower case has two characters. */
const lowerCase = (text: string) => text.replaceAll('İ', 'i').toLowerCase()

function modelOf(alphabet: Alphabet): Model {
  let model = models.get(alphabet)
  if (model !== undefined) return model
  model = { letters: new Map(), pairs: new Map(), total: 0 }
  for (const word of wordsByAlphabet[alphabet].split(/\s+/)) {
    const letters = [...` ${lowerCase(word)} `]
    for (const [i, letter] of letters.entries()) {
      if (letter === ' ') continue
      model.total++
      for (const [map, key] of [
        [model.letters, letter],
        [model.pairs, `${letters[i - 1]}${letter}`],
      ] as const)
        map.set(key, (map.get(key) ?? 0) + 1)
    }
    const last = `${letters.at(-2)} `
    model.pairs.set(last, (model.pairs.get(last) ?? 0) + 1)
  }
  models.set(alphabet, model)
  return model
}

/** Scores in units of log2, relative to a letter of average frequency. They were set by the cases of encodings.test.ts. */
const foreignLetterScore = -12
const symbolInWordScore = -10
const controlScore = -20
const caseErrorScore = -8
const mixedScriptScore = -12
const pairWeight = 0.7
const unseenCount = 0.04

/**
 * The single-byte encoding in which the words with letters outside of ASCII look most like names and places of a language
 * that uses the encoding. General-purpose detectors are not used: they expect prose, and take a short list of names for
 * Hebrew or Greek.
 *
 * @param bytes text that is not UTF-8
 */
export function detectSingleByte(bytes: Uint8Array): string {
  const words = wordsWithHighBytes(bytes)
  const scores = candidates.map(([encoding, alphabet, rarity]) => {
    const decoder = new TextDecoder(encoding)
    const model = modelOf(alphabet)
    let score = rarity
    for (const word of words) score += wordScore(decoder.decode(word), model)
    return score
  })
  return (candidates[scores.indexOf(Math.max(...scores))] as (typeof candidates)[number])[0]
}

const maxWords = 2_000
const isAsciiLetter = (byte: number) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)

/** Runs of letters and high bytes that contain a high byte. */
function wordsWithHighBytes(bytes: Uint8Array): Uint8Array[] {
  const words: Uint8Array[] = []
  let start = -1
  let hasHighByte = false
  for (let i = 0; i <= bytes.length && words.length < maxWords; i++) {
    const byte = bytes[i] ?? 0
    if (byte >= 0x80 || isAsciiLetter(byte)) {
      if (start === -1) start = i
      hasHighByte ||= byte >= 0x80
      continue
    }
    if (hasHighByte) words.push(bytes.subarray(start, i))
    start = -1
    hasHighByte = false
  }
  return words
}

/** The score of the characters of a word that are not ASCII: their frequency, their neighbours, and upper or lower case. */
function wordScore(word: string, model: Model): number {
  const characters = [...word]
  let score = 0
  for (const [i, character] of characters.entries()) {
    if (character < '\u0080') continue
    if (!/\p{L}/u.test(character)) {
      score += symbolScore(character, characters.length > 1)
      continue
    }
    const lower = lowerCase(character)
    const previous = characters[i - 1] ?? ' '
    const next = characters[i + 1] ?? ' '
    const count = model.letters.get(lower)
    if (count === undefined) score += foreignLetterScore
    else {
      score += Math.log2((count * 100) / model.total)
      score += pairWeight * pairScore(lowerCase(previous) + lower, count, model)
      score += pairWeight * pairScore(lower + lowerCase(next), count, model)
    }
    if (isCyrillic(character) && [previous, next].some(isAsciiText)) score += mixedScriptScore
    const isUpper = character !== lower
    if (isUpper && /\p{Ll}/u.test(previous)) score += caseErrorScore
  }
  return score
}

const isCyrillic = (character: string) => /\p{Script=Cyrillic}/u.test(character)
const isAsciiText = (character: string) => /[a-z]/i.test(character)

/** How much more often a pair occurs than its letter would by chance with one of 30 neighbours. */
const pairScore = (pair: string, count: number, model: Model): number =>
  Math.log2(((model.pairs.get(pair) ?? unseenCount) * 30) / count)

/** Quotes, dashes and signs such as № stand beside words, not within them. */
function symbolScore(symbol: string, isInWord: boolean): number {
  if (/[\u0080-\u009f\ufffd]/.test(symbol)) return controlScore
  if (/[\u00a0«»“”„‘’–—…№€£°ºª·•]/.test(symbol))
    return isInWord && /[№£°ºª·•]/.test(symbol) ? symbolInWordScore : 0
  return symbolInWordScore
}
