import { parseTemplate, similarName } from '../../lib/template.ts'
import { withoutInvisible } from '../../lib/text.ts'
import type { TemplateValues } from './template-values.ts'

/** Mark the places of values, and of what has no value. Control characters, which were removed from the text. */
const filled = '\u0001'
const gap = '\u0000'

/** A sentence with more gaps is left out without a closer look. */
const maxGaps = 10

/**
 * Fills a text that the bot speaks. What has no value becomes its default. Without a default, a form of address is left out
 * with its comma: "Hello, {{name}}!" becomes "Hello!". Any other sentence would be incomplete, so it is left out as a whole:
 * nothing remains of "Your visit is on {{date}}." Empty when no sentence remains.
 */
export function fillSpokenTemplate(text: string, values: TemplateValues): string {
  const found: string[] = []
  const marked = parseTemplate(withoutInvisible(text)).parts.map((part) => {
    if (part.kind === 'text') return part.text
    const value = part.kind === 'variable' ? (values(part.name) ?? part.fallback) : undefined
    if (!value) return gap
    found.push(value)
    return filled
  })
  let used = 0
  const spoken = sentencesOf(marked.join('')).map((sentence) => {
    const first = used
    used += sentence.split(filled).length - 1
    const [start = '', ...rest] = withoutGaps(sentence).split(filled)
    return start + rest.map((piece, i) => found[first + i] + piece).join('')
  })
  return spoken.join('').trim()
}

const sentenceEnds = '.!?…'
/** Sentences of Chinese and Japanese are not followed by a space. */
const sentenceEndsWithoutSpace = '。！？'
const closingMarks = '"\'»”’)]'

/** Splits a text into sentences, each with the white space after it. In case of doubt sentences are not separated. */
function sentencesOf(text: string): string[] {
  const sentences: string[] = []
  let start = 0
  let hasEnded = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    const isBoundary =
      char === '\n' || sentenceEndsWithoutSpace.includes(char) || (hasEnded && /\s/.test(char))
    if (isBoundary) {
      sentences.push(text.slice(start, i + 1))
      start = i + 1
      hasEnded = false
    } else if (sentenceEnds.includes(char)) hasEnded = char !== '.' || !isAbbreviation(text, i)
    else if (!closingMarks.includes(char)) hasEnded = false
  }
  return [...sentences, text.slice(start)]
}

/** Whether the word before a full stop is as short as most abbreviations are: "Dr.", "ул." */
const isAbbreviation = (text: string, stop: number): boolean =>
  /(?:^|[^\p{L}\p{M}])\p{L}{1,3}$/u.test(text.slice(Math.max(0, stop - 5), stop))

/** Greetings after which a name is often written without a comma. */
const greetings: ReadonlySet<string> = new Set([
  ...['hello', 'hello there', 'hi', 'hi there', 'hey', 'good day', 'good morning', 'good afternoon'],
  ...['good evening', 'greetings', 'здравствуйте', 'здравствуй', 'привет', 'приветствую', 'алло'],
  ...['добрый день', 'добрый вечер', 'доброе утро', 'доброго дня', 'вітаю', 'добрий день', 'сәлем'],
  ...['hallo', 'guten tag', 'guten morgen', 'guten abend', 'hola', 'buenos días', 'buenas tardes'],
  ...['bonjour', 'bonsoir', 'ciao', 'buongiorno', 'buonasera', 'olá', 'bom dia', 'boa tarde', 'merhaba'],
])

/** Leaves out the gaps of a sentence that are forms of address; the whole sentence when it has another gap. */
function withoutGaps(sentence: string): string {
  const [start = '', ...others] = sentence.split(gap)
  if (others.length > maxGaps) return ''
  let text = start
  for (const after of others) {
    const before = text.trimEnd()
    const isAfterEnd = before === '' || sentenceEnds.includes(before.slice(-1))
    const isAddress =
      (isAfterEnd || before.endsWith(',') || greetings.has(similarName(before))) &&
      /^\s*(?:[,.!?…]|$)/.test(after)
    if (!isAddress) return ''
    if (isAfterEnd) {
      const rest = upperFirst(after.replace(/^[\s,.!?…]+/, ''))
      text = before === '' ? rest : `${before} ${rest}`
    } else text = before.replace(/,$/, '').trimEnd() + after.trimStart()
  }
  return text.includes(filled) || /[\p{L}\p{N}]/u.test(text) ? text : ''
}

const upperFirst = (text: string): string => {
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length)
}
