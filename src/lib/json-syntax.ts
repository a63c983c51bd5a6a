/** What is wrong with a text that is not JSON, and where; undefined for JSON. Takes time in proportion to the text. */
export function describeJsonError(text: string): string | undefined {
  const found = new JsonScanner(text).findError()
  if (found === undefined) return undefined
  const before = text.slice(0, found.at)
  const line = before.split('\n').length
  const column = found.at - before.lastIndexOf('\n')
  return `line ${line}, column ${column}: ${found.problem}`
}

interface SyntaxProblem {
  at: number
  problem: string
}

/** What may follow. */
type Expected = 'value' | 'value_or_end' | 'name' | 'name_or_end' | 'colon' | 'comma_or_end'

const literal = /true|false|null/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /[\p{L}_$][\p{L}\p{N}_$]{0,30}/uy
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** Words of programming languages for values of JSON. */
const foreignWords: Record<string, string> = {
  NaN: 'null, or leave the field out',
  Infinity: 'null, or leave the field out',
  undefined: 'null, or leave the field out',
  None: 'null',
  NULL: 'null',
  nil: 'null',
  True: 'true',
  TRUE: 'true',
  False: 'false',
  FALSE: 'false',
}

/** Reads JSON from left to right, without recursion. */
class JsonScanner {
  private readonly text: string
  private at = 0
  /** The closing characters of the open objects and arrays. */
  private readonly open: ('}' | ']')[] = []

  constructor(text: string) {
    this.text = text
    // A byte order mark is ignored, as the parser does.
    if (text.startsWith('\ufeff')) this.at = 1
  }

  /** The first error; undefined when the whole text is one JSON value. */
  findError(): SyntaxProblem | undefined {
    let expected: Expected | undefined = 'value'
    while (expected !== undefined) {
      this.skipSpace()
      if (this.at >= this.text.length)
        return this.problem('the text ends too early. Check that it was sent completely.')
      const next: Expected | SyntaxProblem | 'done' = this.read(expected)
      if (typeof next === 'object') return next
      expected = next === 'done' ? undefined : next
    }
    this.skipSpace()
    if (this.at >= this.text.length) return undefined
    return this.problem('there is text after the end of the JSON value. Send one value.')
  }

  private skipSpace(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++
  }

  private problem(problem: string): SyntaxProblem {
    return { at: this.at, problem }
  }

  private read(expected: Expected): Expected | SyntaxProblem | 'done' {
    const char = this.text[this.at] as string
    const close = this.open.at(-1)
    if (expected === 'colon') {
      if (char !== ':') return this.problem('a colon is missing after the name of a field.')
      this.at++
      return 'value'
    }
    if (char === close && expected !== 'value' && expected !== 'name') {
      this.at++
      this.open.pop()
      return this.afterValue()
    }
    if (expected === 'comma_or_end') {
      if (char !== ',') return this.problem(`a comma or "${close}" is missing here.`)
      this.at++
      return close === '}' ? 'name' : 'value'
    }
    if (expected === 'name' || expected === 'name_or_end') return this.readName(char)
    return this.readValue(char)
  }

  private afterValue(): Expected | 'done' {
    return this.open.length === 0 ? 'done' : 'comma_or_end'
  }

  private readName(char: string): Expected | SyntaxProblem {
    if (char === '"') return this.readString() ?? 'colon'
    if (char === '}') return this.problem('there is a comma before the closing "}". Remove it.')
    return this.problem('the name of a field must be in double quotes.')
  }

  private readValue(char: string): Expected | SyntaxProblem | 'done' {
    if (char === '"') return this.readString() ?? this.afterValue()
    if (char === '{' || char === '[') {
      this.at++
      this.open.push(char === '{' ? '}' : ']')
      return char === '{' ? 'name_or_end' : 'value_or_end'
    }
    const value = this.match(literal) ?? this.match(number)
    if (value !== undefined && !/[\p{L}\p{N}_.]/u.test(this.text[this.at + value.length] ?? '')) {
      this.at += value.length
      return this.afterValue()
    }
    return this.problem(this.describeForeignValue(char))
  }

  private describeForeignValue(char: string): string {
    if (char === ']' || char === '}')
      return this.text.slice(0, this.at).trimEnd().endsWith(',')
        ? `there is a comma before the closing "${char}". Remove it.`
        : `a value is missing before "${char}".`
    if (char === ',') return 'a value is missing before the comma.'
    if (char === "'") return 'texts must be in double quotes.'
    if (char === '/') return 'JSON has no comments. Remove it.'
    if (/[-+.\d]/.test(char))
      return 'the number is not written as in JSON: digits without leading zeros, such as -0.5 or 1e3.'
    const found = this.match(word)
    if (found === undefined) return 'a value must not start with this character.'
    return Object.hasOwn(foreignWords, found)
      ? `"${found}" is not a value of JSON. Send ${foreignWords[found]}.`
      : 'texts must be in double quotes.'
  }

  private match(expression: RegExp): string | undefined {
    expression.lastIndex = this.at
    return expression.exec(this.text)?.[0]
  }

  /** Moves behind a string; undefined when it is well-formed. */
  private readString(): SyntaxProblem | undefined {
    for (this.at++; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at)
      if (code === 34) {
        this.at++
        return undefined
      }
      if (code < 32)
        return this.problem(
          'a text contains a control character or a line break. Write it as an escape such as \\n.',
        )
      if (code !== 92) continue
      const sequence = this.match(escapeSequence)
      if (sequence === undefined)
        return this.problem('a text contains an invalid escape sequence. Write a backslash as \\\\.')
      this.at += sequence.length - 1
    }
    return this.problem('a text has no closing quote. Check that the body was sent completely.')
  }
}
