import { isContactName } from '../../../lib/contact-names.ts'
import type { FieldError } from '../../../lib/errors.ts'
import { childPointer } from '../../../lib/schema/json-pointer.ts'
import { parseTemplate, similarName, type TemplatePart } from '../../../lib/template.ts'
import { mapTexts } from './map-texts.ts'
import type { SkillbaseConfig } from './skillbase-config.ts'

/** Variables that need no key in `contact_data`, and what they need instead. A key of the same name overrides them. */
export const builtInVariables = {
  company_name: 'nothing',
  contact_name: 'contact_name',
  current_date: 'nothing',
  current_time: 'nothing',
  current_timezone: 'nothing',
  current_weekday: 'nothing',
  name: 'contact_name',
  phone_extension: 'phone_extension',
  phone_number: 'nothing',
} as const satisfies Record<string, 'nothing' | 'contact_name' | 'phone_extension'>

export type BuiltInVariable = keyof typeof builtInVariables

/**
 * The built-in variable of this name, ignoring case and white space; undefined when there is none. Call lists store a column such
 * as "First Name" as the contact_name, so a variable of such a name is built in too.
 */
export const findBuiltIn = (name: string): BuiltInVariable | undefined => {
  const similar = similarName(name)
  if (Object.hasOwn(builtInVariables, similar)) return similar as BuiltInVariable
  return isContactName(name) ? 'contact_name' : undefined
}

/** A variable that the texts of a config use. */
export interface TemplateVariable {
  name: string
  /** Whether it is used anywhere without a default. */
  needsValue: boolean
}

/** The variables in all texts of a config, each once, in order of appearance. Accepts any JSON value. */
export function templateVariables(config: unknown): TemplateVariable[] {
  const variables = new Map<string, TemplateVariable>()
  const addPart = (part: TemplatePart) => {
    if (part.kind !== 'variable') return
    const { name, fallback } = part
    const needsValue = fallback === undefined || variables.get(name)?.needsValue === true
    variables.set(name, { name, needsValue })
  }
  for (const { text } of textsIn(config)) parseTemplate(text).parts.forEach(addPart)
  return [...variables.values()]
}

/** All texts in a JSON value in order, also the names of members. Iterative: the value may be nested deeply. */
function* textsIn(root: unknown): Generator<{ text: string; pointer: string }> {
  const pending: { value: unknown; pointer: string }[] = [{ value: root, pointer: '' }]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { value, pointer } = node
    if (typeof value === 'string') yield { text: value, pointer }
    if (typeof value !== 'object' || value === null) continue
    for (const [name, child] of Object.entries(value).reverse()) {
      const at = childPointer(pointer, name)
      if (!Array.isArray(value)) yield { text: name, pointer: at }
      pending.push({ value: child, pointer: at })
    }
  }
}

const notFilled =
  'Variables are not filled in this field: it is the name of something, or an address. It is used as it is written.'

/** Braces that are not understood, and variables where none are filled. */
export function templateWarnings(config: SkillbaseConfig): FieldError[] {
  const warnings: FieldError[] = []
  const filled = new Set<string>()
  mapTexts(config, (text, _, pointer) => {
    filled.add(pointer)
    for (const { position, detail } of parseTemplate(text).problems)
      warnings.push({ pointer, detail: `At character ${position}: ${detail}` })
    return text
  })
  for (const { text, pointer } of textsIn(config))
    if (!filled.has(pointer) && text.includes('{{')) warnings.push({ pointer, detail: notFilled })
  return warnings
}
