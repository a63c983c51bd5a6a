/**
 * Templates: texts with variables, `{{name}}` or `{{name | default: "there"}}`.
 *
 * Written here instead of taken from LiquidJS, whose names have neither spaces nor letters other than Latin ones without an
 * escape, and whose tags and loops would need limits of time and output. This parser reads each character a fixed number of
 * times.
 */

/** Maximum length of the name of a variable, characters. */
export const maxNameLength = 200
/** Maximum length between the braces: a name, a default and space for filters, characters. */
const maxExpressionLength = 1_000
/** Maximum number of objects within objects that a name leads through: `{{a.b.c}}` leads through two. */
export const maxPathDepth = 8

export type TemplatePart =
  | { kind: 'text'; text: string }
  /** `fallback` replaces a missing value; undefined: the template has no default. */
  | { kind: 'variable'; name: string; fallback: string | undefined }
  /** Braces whose contents are not understood, as they are written. */
  | { kind: 'unknown'; text: string }

/** A part of a template that is not understood. */
interface TemplateProblem {
  /** Position of its first character, starting at 1. */
  position: number
  /** A sentence, without the text itself. */
  detail: string
}

interface Template {
  parts: TemplatePart[]
  problems: TemplateProblem[]
}

const unclosed = 'The braces {{ are not closed by }}.'
const notAVariable =
  'This is not a variable. Write {{name}} or {{name | default: "text"}}, where the name has letters, digits, spaces, "_", "-" and ".".'
const noSuchFilter =
  'This filter is not supported and is left out. Only default is: {{name | default: "text"}}.'
const badDefault =
  'This default is left out: it must be a text in quotes or a number, such as default: "text".'
const noTags = 'Tags such as {% if %} are not supported. They stay in the text.'

/** Splits a text into texts and tags, by turns. */
const tags = /(\{%[^%]{0,500}%\})/

/** Parses a template. Never fails: what is not understood is a part of kind `unknown`, and a problem. */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = []
  const problems: TemplateProblem[] = []
  const addText = (from: number, to: number) => {
    for (const [i, piece] of text.slice(from, to).split(tags).entries())
      if (piece !== '') parts.push({ kind: i % 2 === 1 ? 'unknown' : 'text', text: piece })
  }
  const addUnclosed = (open: number) => {
    parts.push({ kind: 'unknown', text: '{{' })
    problems.push({ position: open + 1, detail: unclosed })
  }
  let end = 0
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', end)) {
    addText(end, open)
    end = open + 2
    const close = text.indexOf('}}', end)
    // Of `{{ a {{b}}`, the braces before b belong to the closing ones. `{{{name}}}` of Handlebars is the same as `{{name}}`.
    const inner = text.lastIndexOf('{{', close - 2)
    const isTriple = inner === open + 1 && text[close + 2] === '}'
    if (close === -1 || inner > open + 1) addUnclosed(open)
    if (close === -1) break
    const start = isTriple ? open : inner
    addText(inner > open + 1 ? end : open, start)
    end = close + (isTriple ? 3 : 2)
    const { part, problem } = parseExpression(text.slice(inner + 2, close), text.slice(start, end))
    parts.push(part)
    if (problem !== undefined) problems.push({ position: start + 1, detail: problem })
  }
  addText(end, text.length)
  const tag = text.indexOf('{%')
  if (tag !== -1) problems.push({ position: tag + 1, detail: noTags })
  return { parts, problems }
}

/** Letters of any script, digits, and the characters in names of columns: "№ договора", "Sum, EUR", "E-mail". */
const namePattern = /^[\p{L}\p{N}_№$@][\p{L}\p{M}\p{N}\p{Sc}\s_.,:'’()№#%&+@/\p{Join_Control}-]*$/u

/** @param written the expression with its braces */
function parseExpression(expression: string, written: string): { part: TemplatePart; problem?: string } {
  if (expression.length > maxExpressionLength)
    return { part: { kind: 'unknown', text: written }, problem: notAVariable }
  const bar = expression.indexOf('|')
  const name = (bar === -1 ? expression : expression.slice(0, bar)).trim().replace(/\s+/g, ' ')
  if (name.length > maxNameLength || !namePattern.test(name))
    return { part: { kind: 'unknown', text: written }, problem: notAVariable }
  const { fallback, problem } = parseFilters(bar === -1 ? '' : expression.slice(bar))
  return { part: { kind: 'variable', name, fallback }, problem }
}

/** The quotes that close a text, by the one that opens it. Word processors replace straight quotes by others. */
const closingQuotes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '”': '”',
  '„': '“”',
  '«': '»',
  '‘': '’',
  '’': '’',
}

/** Liquid's `default: "x"`, and `default("x")` of Jinja and Nunjucks. */
const defaultFilter = /^\|\s*default\s*[:(=]?\s*/i
const numberLiteral = /^-?\d{1,30}(?:[.,]\d{1,30})?/
const afterLiteral = /^[\s)]*$/

/** Reads `| default: "x"`. Of several defaults the first counts; other filters are left out. */
function parseFilters(filters: string): { fallback?: string; problem?: string } {
  let fallback: string | undefined
  let problem: string | undefined
  for (let rest = filters; rest !== ''; ) {
    const start = defaultFilter.exec(rest)?.[0].length
    const value = start === undefined ? undefined : readLiteral(rest, start)
    const bar = rest.indexOf('|', value?.end ?? 1)
    const end = bar === -1 ? rest.length : bar
    if (value !== undefined && afterLiteral.test(rest.slice(value.end, end))) fallback ??= value.text
    else problem ??= start === undefined ? noSuchFilter : badDefault
    rest = rest.slice(end)
  }
  return { fallback, problem }
}

/** The text or number at an index, and the index after it. Undefined when there is none, or its quote is not closed. */
function readLiteral(text: string, start: number): { text: string; end: number } | undefined {
  const closing = closingQuotes[text[start] ?? '']
  if (closing !== undefined) {
    const ends = [...closing].map((quote) => text.indexOf(quote, start + 1)).filter((index) => index !== -1)
    const end = Math.min(...ends)
    return ends.length === 0 ? undefined : { text: text.slice(start + 1, end), end: end + 1 }
  }
  const number = numberLiteral.exec(text.slice(start))?.[0]
  return number === undefined ? undefined : { text: number, end: start + number.length }
}

/** The same for names that differ only in case, white space and the Unicode form of their letters. */
export const similarName = (name: string): string =>
  name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

/** The names by which the value of a variable is looked up: `{{contact.city}}` also means `city`. */
export function lookupNames(name: string): string[] {
  const inContact = name.replace(/^contact(?:_data)?\.(?=.)/i, '')
  return inContact === name ? [name] : [name, inContact]
}

/**
 * The names of variables for which no key can have a value. A key can have an object, and so the values of all paths that begin
 * with it.
 */
export function namesWithoutKey(names: readonly string[], keys: readonly string[]): string[] {
  const known = new Set(keys.map(similarName))
  const hasKey = (name: string) =>
    known.has(similarName(name)) || known.has(similarName(name.split('.', 1)[0] ?? ''))
  return names.filter((name) => !lookupNames(name).some(hasKey))
}

/** Values by name, found also by a name that differs only in case and white space. */
export class NamedValues<T> {
  private readonly values: ReadonlyMap<string, T>
  /** Undefined for names that several values have. Built when it is first needed. */
  private valuesBySimilarName: Map<string, T | undefined> | undefined

  constructor(values: ReadonlyMap<string, T>) {
    this.values = values
  }

  /** The value of exactly this name. */
  exact(name: string): T | undefined {
    return this.values.get(name)
  }

  /** The value of the only name that is similar; undefined when there are several. */
  similar(name: string): T | undefined {
    if (this.valuesBySimilarName === undefined) {
      this.valuesBySimilarName = new Map()
      for (const [other, value] of this.values) {
        const key = similarName(other)
        this.valuesBySimilarName.set(key, this.valuesBySimilarName.has(key) ? undefined : value)
      }
    }
    return this.valuesBySimilarName.get(similarName(name))
  }
}

/** Matches a text that is heard or seen. */
const visible = /[^\s\p{Cc}\p{Cf}]/u

/** The values of an object and of the objects within it, by their dotted paths. Null, blank texts and lists are left out. */
export function flattenValues(data: Readonly<Record<string, unknown>>): Map<string, string> {
  const values = new Map<string, string>()
  const pending = [{ prefix: '', object: data, depth: 0 }]
  for (const { prefix, object, depth } of pending) {
    for (const [key, value] of Object.entries(object)) {
      const path = prefix + key
      // No variable has a longer name.
      if (path.length > maxNameLength) continue
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        if (depth < maxPathDepth)
          pending.push({ prefix: `${path}.`, object: value as Record<string, unknown>, depth: depth + 1 })
        continue
      }
      if (!['string', 'number', 'boolean'].includes(typeof value) || values.has(path)) continue
      if (visible.test(String(value))) values.set(path, String(value))
    }
  }
  return values
}
