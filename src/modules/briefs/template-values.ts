import { truncate } from '../../lib/text.ts'
import { replaceVariables } from '../skillbases/index.ts'

/** The contact of a call, and the company that calls. */
export interface Contact {
  company_name: string
  contact_name?: string | null | undefined
  phone_number?: string | null | undefined
  phone_extension?: string | null | undefined
  contact_data?: Readonly<Record<string, unknown>> | null | undefined
}

/** Values of template variables ({{name}} in the texts of a config), by variable name. */
export type TemplateValues = ReadonlyMap<string, string>

/** Values come from uploaded lists. A short line without control characters cannot look like a section of the prompt. */
const maxValueLength = 500
const toOneLine = (text: string) => {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').replaceAll('{{', '{ {')
  return truncate(line.trim(), maxValueLength)
}

/**
 * The variables `company_name`, `phone_number`, `phone_extension`, `name`, `contact_name` and every string, number and
 * boolean of contact_data by its key; a key of contact_data overrides the others. Null, empty and nested values have no variable.
 */
export function templateValuesOf({
  company_name,
  contact_name,
  phone_number,
  phone_extension,
  contact_data,
}: Contact): TemplateValues {
  const candidates = {
    company_name,
    phone_number,
    phone_extension,
    name: contact_name,
    contact_name,
    ...contact_data,
  }
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(candidates)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) continue
    const text = toOneLine(String(value))
    if (text !== '') values.set(name, text)
  }
  return values
}

/** Fills a text for the model. A variable without a value becomes `unknownText`, such as "(not known)". */
export const fillTemplate = (text: string, values: TemplateValues, unknownText: string): string =>
  replaceVariables(text, (name) => values.get(name) ?? unknownText)

const withoutCommaAtEnd = (text: string) => text.trimEnd().replace(/,$/, '').trimEnd()

/** Marks the place of a variable without a value. */
const gap = '\u0000'

/**
 * Fills a text that the bot speaks. A variable without a value is left out together with the comma and space before it,
 * so "Hello, {{name}}!" becomes "Hello!"; at the start of the text, together with the punctuation after it.
 */
export function fillSpokenTemplate(text: string, values: TemplateValues): string {
  const marked = replaceVariables(text, (name) => values.get(name) ?? gap)
  if (!marked.includes(gap)) return marked
  const pieces = marked.replace(/^[\s\0]*\0[\s,.:;!?-]*/u, '').split(gap)
  const last = pieces.pop() ?? ''
  const spoken = [...pieces.map(withoutCommaAtEnd), last].join('').trim()
  return marked.startsWith(gap) ? spoken.slice(0, 1).toUpperCase() + spoken.slice(1) : spoken
}
