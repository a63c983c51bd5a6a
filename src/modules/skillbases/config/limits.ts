import type { FieldError } from '../../../lib/errors.ts'
import { maxConfigBytes } from './skillbase-config.ts'

/** How deep objects and lists may lie in each other. */
export const maxConfigDepth = 32

/** RFC 6901. */
export const childPointer = (parent: string, name: string | number): string =>
  `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`

export interface LimitCheck {
  /** Neither too large nor too deep: what recurses may go through it. */
  isWithinLimits: boolean
  errors: FieldError[]
}

/**
 * What no config may be, whatever its shape: too large, too deep, holding what the database cannot, or a key. It does
 * not recurse, so that it can go before everything that does.
 */
export function checkLimits(value: unknown): LimitCheck {
  const faults: FieldError[] = []
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }]
  let leastBytes = 0
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    leastBytes += typeof node.value === 'string' ? node.value.length + 2 : 1
    if (leastBytes > maxConfigBytes) return unreadable(tooLarge)
    const detail = wrongWith(node.value)
    if (detail !== undefined) faults.push({ pointer: node.pointer, detail })
    if (typeof node.value !== 'object' || node.value === null) continue
    if (node.depth === maxConfigDepth) {
      return unreadable({ pointer: node.pointer, detail: `lies deeper than ${maxConfigDepth} levels` })
    }
    for (const [name, inner] of Object.entries(node.value)) {
      if (!Array.isArray(node.value)) leastBytes += name.length
      if (unstorable.test(name))
        faults.push({ pointer: node.pointer, detail: `has a name that ${unwritable}` })
      open.push({ value: inner, pointer: childPointer(node.pointer, name), depth: node.depth + 1 })
    }
  }
  if (bytesOf(value) > maxConfigBytes) return unreadable(tooLarge)
  return { isWithinLimits: true, errors: faults.reverse() }
}

const unreadable = (fault: FieldError): LimitCheck => ({ isWithinLimits: false, errors: [fault] })

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

const tooLarge: FieldError = { pointer: '', detail: `is longer than ${maxConfigBytes / 1024} KiB of JSON` }

/** NUL and halves of a surrogate pair: JSON can write them, PostgreSQL cannot hold them. */
const unstorable = /[\0\p{Surrogate}]/u
const unwritable = 'holds a NUL or half a character'

function wrongWith(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'is too large a number'
  if (typeof value !== 'string') return undefined
  if (unstorable.test(value)) return unwritable
  return secretShapes.test(value)
    ? 'looks like a key: a config is kept for ever, name the secret instead'
    : undefined
}

/** What keys of well-known services look like. Somebody pasted one; every version would keep it. */
const secretShapes =
  /\b(sk-[A-Za-z0-9_-]{20,}|(gsk|ghp|xai|pplx)_[A-Za-z0-9]{20,}|xox[abp]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|AIza[A-Za-z0-9_-]{35}|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,})/
