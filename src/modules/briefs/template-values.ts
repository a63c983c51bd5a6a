import { flattenValues, lookupNames, NamedValues, parseTemplate } from '../../lib/template.ts'
import { toOneLine, truncateGraphemes, withoutInvisible } from '../../lib/text.ts'
import { type BuiltInVariable, findBuiltIn } from '../skillbases/index.ts'

/** The contact of a call, and the company that calls. */
export interface Contact {
  company_name: string
  contact_name?: string | null | undefined
  phone_number?: string | null | undefined
  phone_extension?: string | null | undefined
  contact_data?: Readonly<Record<string, unknown>> | null | undefined
}

/** The built-in variables of the time of a call, as texts in the language of the bot. */
export type TimeVariables = Record<Extract<BuiltInVariable, `current_${string}`>, string>

const maxValueLength = 500

/**
 * The value of a variable in a text. Values come from uploaded lists: a short line without control characters, `{{`, the
 * marks of special tokens (`<|`), or the `#` of a heading at its start cannot look like a part of the prompt.
 */
const cleanValue = (value: string): string => {
  const line = toOneLine(value.toWellFormed()).replaceAll('{{', '{ {').replaceAll('<|', '< |')
  return truncateGraphemes(line.replace(/^#+ /, ''), maxValueLength).trim()
}

/** Returns the value of a template variable; undefined when the contact has none. */
export type TemplateValues = (name: string) => string | undefined

/**
 * The values of template variables: of the keys of `contact_data`, also within objects (`{{address.city}}`), and of the
 * built-in variables. Null and blank values count as missing, so they do not hide a built-in one. A key of exactly the name
 * comes first, then a built-in variable, then the only key that differs in case and white space.
 */
export function templateValuesOf(contact: Contact, time?: TimeVariables): TemplateValues {
  const { company_name, contact_name, phone_number, phone_extension, contact_data } = contact
  const builtIns: Partial<Record<BuiltInVariable, string | null | undefined>> = {
    company_name,
    contact_name,
    name: contact_name,
    phone_number,
    phone_extension,
    ...time,
  }
  const ofContact = new NamedValues(flattenValues(contact_data ?? {}))
  const ofCall = flattenValues(builtIns)
  const cleaned = new Map<string, string | undefined>()
  const find = (name: string) =>
    ofContact.exact(name) ??
    ofCall.get(name) ??
    ofContact.similar(name) ??
    ofCall.get(findBuiltIn(name) ?? '')
  return (name) => {
    if (!cleaned.has(name)) {
      const value = lookupNames(name)
        .map(find)
        .find((found) => found !== undefined)
      cleaned.set(name, value === undefined ? undefined : cleanValue(value) || undefined)
    }
    return cleaned.get(name)
  }
}

/**
 * Fills a text for the model. A variable without a value becomes its default, or else `unknownText`, such as "(not known)".
 * What is not understood stays as it is written.
 */
export const fillTemplate = (text: string, values: TemplateValues, unknownText: string): string =>
  parseTemplate(withoutInvisible(text))
    .parts.map((part) =>
      part.kind === 'variable' ? (values(part.name) ?? part.fallback ?? unknownText) : part.text,
    )
    .join('')
