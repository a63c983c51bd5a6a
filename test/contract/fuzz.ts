import { objectsIn, withValueAt } from './body-objects.ts'
import type { ApiDocument, Operation } from './document.ts'
import type { Sample } from './recipes.ts'

/** A random generator (mulberry32) that gives the same numbers for the same seed. */
export function createRandom(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T
  return { next, pick }
}

type Random = ReturnType<typeof createRandom>

const nested = (depth: number, open: string, close: string) =>
  JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`)

const hostileValues: readonly (() => unknown)[] = [
  () => null,
  () => '',
  () => ' ',
  () => 0,
  () => -1,
  () => -0.5,
  () => 1e308,
  () => -1e308,
  () => 5e-324,
  () => 2 ** 31,
  () => 2 ** 53,
  () => 2 ** 64,
  () => true,
  () => [],
  () => {
    return {}
  },
  () => [[]],
  () => [null],
  () => nested(200, '[', ']'),
  () => nested(20_000, '[', ']'),
  () => nested(200, '{"a":', '}'),
  () => nested(1_500, '{"a":', '}'),
  () => nested(3_000, '[', ']'),
  () => nested(5_000, '[', ']'),
  () => nested(20_000, '{"a":', '}'),
  () => 'x'.repeat(70_000),
  () => 'Ж'.repeat(300),
  () => '\u0000',
  () => 'a\u0000b',
  () => '\ud800',
  () => 'a\udfffb',
  () => '𝒳\u202e\u200f\ufeff',
  () => '\r\nSet-Cookie: a=b',
  () => "'; drop table calls; --",
  () => '{{7*7}}%s%n',
  () => '../../etc/passwd',
  () => '0001-01-01T00:00:00Z',
  () => '9999-12-31T23:59:60Z',
  () => '2026-02-30',
  () => '00000000-0000-0000-0000-000000000000',
  () => 'NaN',
  () => 'Infinity',
  () => '1e400',
  () => '24:00',
  () => '+7',
  () => Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i])),
  () => ({ constructor: { prototype: { a: 1 } } }),
  () => ({ toString: 1, toJSON: 2, hasOwnProperty: 3, valueOf: 4 }),
  () => ({ '': 1, 'a/b~c': 2, '\u0000': 3, '\ud800': 4 }),
  () => JSON.parse('{"__proto__": {"a": 1}}'),
]

/** JSON of an invalid body: a valid one with a hostile value in one to three places. */
export function hostileBody(
  random: Random,
  document: ApiDocument,
  operation: Operation,
  sample: Sample,
): string {
  let body = sample.body
  const changes = 1 + Math.floor(random.next() * 3)
  for (let i = 0; i < changes && operation.body !== undefined; i++) {
    const objects = [...objectsIn(document, operation.body.schema, body)]
    if (objects.length === 0) break
    const { path, schema, value } = random.pick(objects)
    const names = [...Object.keys(schema.properties ?? {}), ...Object.keys(value), 'zz', '__proto__', 'a/b']
    const name = random.pick(names)
    const target = [...path, name]
    body =
      random.next() < 0.05
        ? random.pick(hostileValues)()
        : changedAt(body, target, random.pick(hostileValues)())
  }
  return jsonOf(body)
}

/** `jsonOf` writes this name as `__proto__`. */
const protoPlaceholder = 'zz_proto'

/** Like `withValueAt`. A field `__proto__` gets a placeholder name, because assigning it would set the prototype. */
function changedAt(body: unknown, path: (string | number)[], value: unknown): unknown {
  if (path.at(-1) !== '__proto__') return withValueAt(body, path, value)
  return withValueAt(body, [...path.slice(0, -1), protoPlaceholder], value)
}

/** JSON of a value of any depth, with numbers (1e400) and names (__proto__) that JSON.stringify does not write. */
function jsonOf(value: unknown): string {
  const parts: string[] = []
  const stack: unknown[] = [{ value }]
  while (stack.length > 0) {
    const top = stack.pop()
    if (typeof top === 'string') {
      parts.push(top)
      continue
    }
    const { value: item } = top as { value: unknown }
    if (Array.isArray(item)) {
      stack.push(']')
      for (let i = item.length - 1; i >= 0; i--) stack.push({ value: item[i] }, i === 0 ? '' : ',')
      parts.push('[')
    } else if (typeof item === 'object' && item !== null) {
      stack.push('}')
      const entries = Object.entries(item)
      for (let i = entries.length - 1; i >= 0; i--) {
        const [name, inner] = entries[i] as [string, unknown]
        const key = name === protoPlaceholder ? '__proto__' : name
        stack.push({ value: inner }, `${i === 0 ? '' : ','}${JSON.stringify(key)}:`)
      }
      parts.push('{')
    } else parts.push(item === 1e308 ? '1e400' : (JSON.stringify(item) ?? 'null'))
  }
  return parts.join('')
}

const hostileText: readonly string[] = [
  '%00',
  '%ED%A0%80',
  '%E0%A4%A',
  '%F0%9D%92%B3',
  "'%20or%201=1--",
  '..%2F..%2Fetc',
  '-1',
  '1e400',
  'NaN',
  '99999999999999999999999',
  '0001-01-01',
  '9999-12-31T23:59:60Z',
  'W10',
  'WzFd',
  'x'.repeat(3000),
  '%5B%5D',
  '__proto__',
  '',
]

const hostileHeaders: readonly Record<string, string>[] = [
  { 'idempotency-key': ' ' },
  { 'idempotency-key': 'é"\\' },
  { 'idempotency-key': 'x'.repeat(3000) },
  { 'if-match': '"' },
  { 'if-match': 'W/"a", *' },
  { 'x-company-id': "'; --" },
  { 'accept-encoding': 'nothing' },
  { accept: 'text/html' },
  { range: 'bytes=5-1' },
]

/** Invalid or unusual headers for one request in five. */
export const hostileHeadersOrNone = (random: Random): Record<string, string> =>
  random.next() < 0.2 ? random.pick(hostileHeaders) : {}

/** A URL with hostile texts in some of its parameters. */
export function hostileUrl(random: Random, operation: Operation, sample: Sample): string {
  const hostileParameter = () => random.pick(hostileText)
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) =>
    // An empty parameter would match another route.
    random.next() < 0.2 ? hostileParameter() || '%20' : encodeURIComponent(sample.params?.[name] ?? name),
  )
  const knownNames = operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name }) => name)
  const query = [...knownNames, 'zz', '__proto__'].filter(() => random.next() < 0.2)
  return query.length === 0
    ? path
    : `${path}?${query.map((name) => `${name}=${hostileParameter()}`).join('&')}`
}
