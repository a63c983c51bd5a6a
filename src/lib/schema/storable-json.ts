import { isStorable } from '../text.ts'
import { childPointer } from './json-pointer.ts'

/*
 * What JSON from a caller must not contain, because it would be stored as something else: texts that PostgreSQL cannot store, and
 * numbers that JavaScript has changed when it parsed them.
 */

/** Whether a number is the one that was sent. Beyond 2^53, JavaScript rounds integers; beyond 1.8e308 a number is infinite. */
export const isExactNumber = (value: number): boolean => Math.abs(value) <= Number.MAX_SAFE_INTEGER

export const inexactNumberText = `is beyond ${Number.MAX_SAFE_INTEGER} (2^53 - 1), so JSON parsers change its digits. Send it as a string.`
export const unstorableText =
  'contains a NUL character or half of a surrogate pair, which cannot be stored. Remove it.'

/** Whether a value contains a number that is not exact. Runs for every object of free JSON, so it makes no pointers. */
export function hasInexactNumber(value: unknown): boolean {
  if (typeof value === 'number') return !isExactNumber(value)
  if (typeof value !== 'object' || value === null) return false
  for (const name in value) if (hasInexactNumber((value as Record<string, unknown>)[name])) return true
  return false
}

/** The JSON pointer to a number of a value that is not exact; undefined when all are. */
export const findInexactNumber = (value: unknown): string | undefined =>
  findPointer(value, (part) => typeof part === 'number' && !isExactNumber(part))

/** The JSON pointer to a text of a value, or to an object with a name, that PostgreSQL cannot store; undefined without any. */
export const findUnstorableText = (value: unknown): string | undefined =>
  findPointer(value, (part) => typeof part === 'string' && !isStorable(part))

/** The JSON pointer to a part of a value for which `matches`, or to an object with such a name. Iterative: values may be deep. */
function findPointer(value: unknown, matches: (part: unknown) => boolean): string | undefined {
  const pending: { value: unknown; pointer: string }[] = [{ value, pointer: '' }]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (matches(node.value)) return node.pointer
    if (typeof node.value !== 'object' || node.value === null) continue
    const isList = Array.isArray(node.value)
    for (const [name, child] of Object.entries(node.value)) {
      if (!isList && matches(name)) return node.pointer
      if (typeof child === 'object' ? child !== null : matches(child))
        pending.push({ value: child, pointer: childPointer(node.pointer, name) })
    }
  }
  return undefined
}

/** A copy of a JSON value with null in place of each number that is not exact. */
export function withoutInexactNumbers<T>(value: T): T {
  if (typeof value === 'number') return (isExactNumber(value) ? value : null) as T
  if (Array.isArray(value)) return value.map(withoutInexactNumbers) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutInexactNumbers(member)]),
  ) as T
}
