import type { FieldError } from '../../../lib/errors.ts'
import { childPointer } from '../../../lib/schema/json-pointer.ts'
import { isStorable } from '../../../lib/text.ts'
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
}

/**
 * Checks the limits of any JSON value: its size, depth and number of values, that PostgreSQL can store it, and that it contains no secret.
 * Iterative, so that it can run before all checks that recurse.
 */
export function checkLimits(value: unknown): LimitCheck {
  const errors: FieldError[] = []
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
      pending.push({ value: child, pointer: childPointer(node.pointer, name), depth: node.depth + 1 })
    }
  }
  if (bytesOf(value) > maxConfigBytes) return overLimit(tooLarge)
  // Children were taken from the end of the list, so the errors are in reverse order.
  return { isWithinLimits: true, errors: errors.reverse() }
}

const overLimit = (error: FieldError): LimitCheck => ({ isWithinLimits: false, errors: [error] })

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

const unstorableText = 'contains a NUL character or an unpaired surrogate, which cannot be stored.'

function scalarError(value: unknown): string | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value)
      ? undefined
      : 'The number is too large: its absolute value must be below 1.8e308.'
  if (typeof value !== 'string') return undefined
  if (!isStorable(value)) return `The text ${unstorableText}`
  return secretFormats.test(value) || jsonWebToken.test(value)
    ? 'The text looks like an API key. Remove it, because every version of a config is kept, and give the name of a secret instead.'
    : undefined
}

/** The starts of key formats of well-known services. A key pasted by mistake would stay readable in every version. */
const secretFormats =
  /\b(?:sk-[\w-]{20}|(?:gsk|ghp|xai|pplx)_[A-Za-z0-9]{20}|xox[abp]-[A-Za-z0-9-]{10}|AKIA[0-9A-Z]{16}|AIza[\w-]{35})/
/**
 * A JWT: two parts that start with eyJ, the base64 of `{"`. Searches for the dot between them, and then backwards: a search
 * for the first part would read the rest of the text again for each eyJ.
 */
const jsonWebToken = /\.(?<=\beyJ[\w-]{10,}\.)eyJ[\w-]{10}/
