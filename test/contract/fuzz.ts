import type { ApiDocument, Operation } from './document.ts'
import { placesIn, withAt } from './places.ts'
import type { Sample } from './recipes.ts'

/** A repeatable source of chance (mulberry32): the same seed, the same numbers. */
export function chanceOf(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T
  return { next, pick }
}

type Chance = ReturnType<typeof chanceOf>

const nested = (depth: number, open: string, close: string) =>
  JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`)

const hostile: readonly (() => unknown)[] = [
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

/** A body that hardly fits: one that does, changed in one to three places. Its JSON text. */
export function hostileBody(
  chance: Chance,
  document: ApiDocument,
  operation: Operation,
  sample: Sample,
): string {
  let body = sample.body
  const changes = 1 + Math.floor(chance.next() * 3)
  for (let i = 0; i < changes && operation.body !== undefined; i++) {
    const places = [...placesIn(document, operation.body.schema, body)]
    if (places.length === 0) break
    const { path, schema, value } = chance.pick(places)
    const names = [...Object.keys(schema.properties ?? {}), ...Object.keys(value), 'zz', '__proto__', 'a/b']
    const name = chance.pick(names)
    const at = [...path, name]
    body = chance.next() < 0.05 ? chance.pick(hostile)() : changedAt(body, at, chance.pick(hostile)())
  }
  return textOf(body)
}

/** As `withAt`; a property called __proto__ is one. */
function changedAt(body: unknown, path: (string | number)[], value: unknown): unknown {
  if (path.at(-1) !== '__proto__') return withAt(body, path, value)
  const within = path.slice(0, -1)
  return withAt(body, [...within, 'zz_proto'], value)
}

/** JSON of a value however deep it is, with numbers and names that JSON.stringify would not write. */
function textOf(value: unknown): string {
  const parts: string[] = []
  const stack: unknown[] = [{ value }]
  while (stack.length > 0) {
    const top = stack.pop()
    if (typeof top === 'string') {
      parts.push(top)
      continue
    }
    const { value: one } = top as { value: unknown }
    if (Array.isArray(one)) {
      stack.push(']')
      for (let i = one.length - 1; i >= 0; i--) stack.push({ value: one[i] }, i === 0 ? '' : ',')
      parts.push('[')
    } else if (typeof one === 'object' && one !== null) {
      stack.push('}')
      const entries = Object.entries(one)
      for (let i = entries.length - 1; i >= 0; i--) {
        const [name, inner] = entries[i] as [string, unknown]
        const key = name === 'zz_proto' ? '__proto__' : name
        stack.push({ value: inner }, `${i === 0 ? '' : ','}${JSON.stringify(key)}:`)
      }
      parts.push('{')
    } else parts.push(one === 1e308 ? '1e400' : (JSON.stringify(one) ?? 'null'))
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

/** Headers that hardly fit, now and then. */
export const someHeaders = (chance: Chance): Record<string, string> =>
  chance.next() < 0.2 ? chance.pick(hostileHeaders) : {}

/** An address that hardly fits: some of its parameters are anything. */
export function hostileUrl(chance: Chance, operation: Operation, sample: Sample): string {
  const wild = () => chance.pick(hostileText)
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) =>
    // An empty one would be another route.
    chance.next() < 0.2 ? wild() || '%20' : encodeURIComponent(sample.params?.[name] ?? name),
  )
  const known = operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name)
  const query = [...known, 'zz', '__proto__'].filter(() => chance.next() < 0.2)
  return query.length === 0 ? path : `${path}?${query.map((name) => `${name}=${wild()}`).join('&')}`
}
