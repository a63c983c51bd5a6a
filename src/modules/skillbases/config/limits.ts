import type { FieldError } from '../../../lib/errors.ts'
import { childPointer } from '../../../lib/schema/json-pointer.ts'
import { inexactNumberText, isExactNumber, unstorableText } from '../../../lib/schema/storable-json.ts'
import { isStorable } from '../../../lib/text.ts'
import { findSecret } from './secret-formats.ts'
import { maxConfigBytes } from './skillbase-config.ts'

/** Maximum nesting of objects and arrays, levels. */
const maxConfigDepth = 32

/** Maximum number of values: fields, items, objects and arrays. Errors and conversions are made for each of them. */
const maxConfigValues = 10_000

/** Maximum number of uses of variables: each is replaced by up to 500 characters, in every prompt. */
const maxVariableUses = 1_000

interface LimitCheck {
  /** Neither too large nor too deep nor of too many values, so that recursive code can process it. */
  isWithinLimits: boolean
  errors: FieldError[]
  /** Texts and names that look like secrets. */
  secrets: FieldError[]
}

/**
 * Checks the limits of any JSON value: its size, depth and number of values, that it can be stored unchanged, and whether it contains
 * secrets. Iterative, so that it can run before all checks that recurse.
 */
export function checkLimits(value: unknown): LimitCheck {
  const errors: FieldError[] = []
  const secrets: FieldError[] = []
  const pending: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }]
  let minBytes = 0
  let values = 0
  let variableUses = 0
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    minBytes += typeof node.value === 'string' ? node.value.length + 2 : 1
    if (minBytes > maxConfigBytes) return overLimit(tooLarge)
    values++
    if (typeof node.value === 'string') variableUses += node.value.split('{{').length - 1
    if (variableUses > maxVariableUses) return overLimit(tooManyVariables)
    const detail = scalarError(node.value)
    if (detail !== undefined) errors.push({ pointer: node.pointer, detail })
    secrets.push(...secretErrors('text', node.value, node.pointer))
    if (typeof node.value !== 'object' || node.value === null) continue
    if (node.depth === maxConfigDepth) {
      return overLimit({
        pointer: node.pointer,
        detail: `Objects and arrays are nested deeper than ${maxConfigDepth} levels. Send a flatter structure.`,
      })
    }
    const children = Array.isArray(node.value) ? node.value.length : Object.keys(node.value).length
    if (values + pending.length + children > maxConfigValues) return overLimit(tooManyValues)
    for (const [name, child] of Object.entries(node.value)) {
      if (!Array.isArray(node.value)) minBytes += name.length
      if (!isStorable(name)) errors.push({ pointer: node.pointer, detail: `A field name ${unstorableText}` })
      const inName = Array.isArray(node.value) ? [] : secretErrors('name of a field', name, node.pointer)
      secrets.push(...inName)
      const pointer = inName.length > 0 ? node.pointer : childPointer(node.pointer, name)
      pending.push({ value: child, pointer, depth: node.depth + 1 })
    }
  }
  if (bytesOf(value) > maxConfigBytes) return overLimit(tooLarge)
  // Children were taken from the end of the list, so the errors are in reverse order.
  return { isWithinLimits: true, errors: errors.reverse(), secrets: secrets.reverse() }
}

const overLimit = (error: FieldError): LimitCheck => ({ isWithinLimits: false, errors: [error], secrets: [] })

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

const tooLarge: FieldError = {
  pointer: '',
  detail: `The config is larger than ${maxConfigBytes / 1024} KiB of JSON. Shorten its texts or remove fields.`,
}

const tooManyValues: FieldError = {
  pointer: '',
  detail: `The config has more than ${maxConfigValues} values: fields, items, objects and arrays. Remove some.`,
}

const tooManyVariables: FieldError = {
  pointer: '',
  detail: `The texts of the config use variables ({{name}}) more than ${maxVariableUses} times. Use fewer.`,
}

function scalarError(value: unknown): string | undefined {
  if (typeof value === 'number') return isExactNumber(value) ? undefined : `The number ${inexactNumberText}`
  if (typeof value !== 'string') return undefined
  return isStorable(value) ? undefined : `The text ${unstorableText}`
}

/** The error names the place and the kind of a secret, and never the secret. */
function secretErrors(what: string, value: unknown, pointer: string): FieldError[] {
  const kind = typeof value === 'string' ? findSecret(value) : undefined
  if (kind === undefined) return []
  const detail = `The ${what} contains what looks like ${kind}. Remove it, because every version of a config is kept, and give the name of a secret instead.`
  return [{ pointer, detail }]
}
