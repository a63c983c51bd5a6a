import { replaceVariables } from '../skillbases/index.ts'

/** Whom a bot speaks to, and for whom. */
export interface Contact {
  company_name: string
  contact_name?: string | null | undefined
  phone_number?: string | null | undefined
  contact_data?: Readonly<Record<string, unknown>> | null | undefined
}

/** What the variables of a config's texts stand for, by name. */
export type TemplateValues = ReadonlyMap<string, string>

/** A value comes from a list that somebody uploaded: it stays one short line, and cannot pose as a part of the prompt. */
const longest = 500
const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('{{', '{ {')
    .trim()
    .slice(0, longest)

/**
 * Every plain value (text, number, boolean) of contact_data by its key, then `contact_name`, `name`, `phone_number` and
 * `company_name`, unless a key says the same. What is null, empty or an object has no value.
 */
export function templateValuesOf({
  company_name,
  contact_name,
  phone_number,
  contact_data,
}: Contact): TemplateValues {
  const known = { company_name, phone_number, name: contact_name, contact_name, ...contact_data }
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(known)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) continue
    const text = oneLine(String(value))
    if (text !== '') values.set(name, text)
  }
  return values
}

/** A text that is read: what is not known is said to be so, by `unknown`. */
export const fillTemplate = (text: string, values: TemplateValues, unknown: string): string =>
  replaceVariables(text, (name) => values.get(name) ?? unknown)

const gap = '\u0000'

/**
 * A text that is spoken: what is not known is left out, with the comma and the space before it ("Hello, {{name}}!" is
 * "Hello!"), and at the beginning with those behind it.
 */
export function fillSpokenTemplate(text: string, values: TemplateValues): string {
  const marked = replaceVariables(text, (name) => values.get(name) ?? gap)
  if (!marked.includes(gap)) return marked
  const cut = marked
    .replace(/^[\s\0]*\0[\s,.:;!?-]*/u, '')
    .replace(/\s*,?\s*\0/gu, '')
    .trim()
  return marked.startsWith(gap) ? cut.slice(0, 1).toUpperCase() + cut.slice(1) : cut
}
