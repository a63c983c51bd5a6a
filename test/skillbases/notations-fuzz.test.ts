import { test } from 'tap'
import { configHash, configReport } from '../../src/modules/skillbases/config/validate-config.ts'
import { checkConfig, exampleConfig } from '../../src/modules/skillbases/index.ts'
import { createRandom } from '../contract/fuzz.ts'
import type { Json } from './configs.ts'

const seed = Number(process.env.FUZZ_SEED ?? 1)
const rounds = Number(process.env.FUZZ_ROUNDS ?? 2_000)

/** Random configs in all notations, valid and invalid. */
function createGenerator(randomSeed: number) {
  const { next, pick } = createRandom(randomSeed)
  const chance = (share: number) => next() < share
  const names = [
    'a',
    'b',
    'c',
    'Привет',
    'привет',
    ' Привет ',
    'Запись',
    'Имя',
    'Адрес',
    'Прощание',
    'end',
    'é',
    '你好',
    'a b',
    'A',
    'Шаг 1',
    'Шаг 2',
  ]
  const oddValues = (): unknown =>
    pick([
      null,
      7,
      true,
      [],
      {},
      '',
      '__proto__',
      'constructor',
      ['a', null],
      { to: 'a' },
      { __proto__: null, to: 'b' },
    ])
  const name = (): unknown => (chance(0.02) ? oddValues() : pick(names))
  const list = <T>(max: number, make: () => T): T[] =>
    Array.from({ length: Math.floor(next() * (max + 1)) }, make)
  const fields = (entries: [string, number, () => unknown][]): Json =>
    Object.fromEntries(entries.filter(([, share]) => chance(share)).map(([key, , make]) => [key, make()]))
  const target = (): unknown => (chance(0.3) ? transition() : name())
  const transition = (): Json => {
    const [from, to] = chance(0.5) ? ['from', 'to'] : ['from_state', 'to_state']
    const share = chance(0.8) ? 1 : 0.6
    return fields([
      [from, share, name],
      [to, share, name],
      ['to', 1 - share, name],
      ['condition', 0.3, () => (chance(0.1) ? 5 : pick(['да', 'нет', null]))],
    ])
  }
  const state = (): unknown =>
    chance(0.4)
      ? name()
      : fields([
          ['id', 0.7, name],
          ['name', 0.5, name],
          ['prompt', 0.3, () => (chance(0.1) ? 1 : pick(['Поздоровайтесь.', null]))],
          ['next', 0.5, () => (chance(0.3) ? list(3, target) : target())],
        ])
  const toolFields = (): Json =>
    fields([
      ['api_url', 0.4, () => (chance(0.1) ? 5 : pick(['https://a.example', null]))],
      ['url', 0.3, () => pick(['https://a.example', 'https://b.example'])],
      ['targets', 0.2, () => pick([{}, { a: 'sip:a@a.example' }, { a: 'x', b: 'y' }])],
      ['phone_number', 0.1, () => '+79991234567'],
      ['description', 0.3, () => pick(['', 'Ищет.', null])],
      ['constructor', 0.03, () => 1],
    ])
  const tool = (): unknown =>
    chance(0.05)
      ? oddValues()
      : {
          ...fields([
            ['name', 0.95, () => pick(['calendar', 'transfer', 'end_call', 'crm'])],
            ['type', 0.1, () => pick(['http', 'handoff', 'end_call', 'other'])],
            ['config', 0.7, () => (chance(0.1) ? oddValues() : toolFields())],
            ['enabled', 0.5, () => (chance(0.05) ? 'yes' : pick([true, false]))],
          ]),
          ...(chance(0.2) && toolFields()),
        }
  return {
    pick,
    config: (): Json => ({
      ...exampleConfig,
      flow: {
        ...fields([
          ['initial', 0.2, name],
          ['transitions', 0.7, () => (chance(0.05) ? oddValues() : list(3, transition))],
        ]),
        type: pick(['linear', 'linear', 'graph', 'graph', 'tree']),
        states: chance(0.03) ? oddValues() : list(4, state),
      },
      tools: chance(0.03) ? oddValues() : list(1, tool),
    }),
  }
}

/** Every object inside a value that the reader may convert, with its pointer. */
function* objectsIn(value: unknown, pointer: string): Generator<[object: Json, pointer: string]> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield [value as Json, pointer]
  for (const [name, child] of Object.entries(value)) yield* objectsIn(child, `${pointer}/${name}`)
}

test(`Random configs are read or rejected, and never partly dropped (repeat with FUZZ_SEED=${seed})`, async (t) => {
  const generator = createGenerator(seed)
  let valid = 0
  const failures: unknown[] = []
  for (let round = 0; round < rounds; round++) {
    const config = generator.config()
    const sent = JSON.stringify(config)
    const report = configReport(config)
    const check = (condition: boolean, what: string) => condition || failures.push([what, sent, report])
    check(JSON.stringify(config) === sent, 'the config that was sent is unchanged')
    for (const { pointer, detail } of [...report.errors, ...report.conversions])
      check(
        pointer.startsWith('/config') && /[.!]$/.test(detail),
        'errors and conversions are sentences with a pointer',
      )
    const places = [...objectsIn(config.flow, '/config/flow'), ...objectsIn(config.tools, '/config/tools')]
    for (const { pointer } of [...report.errors, ...report.conversions].filter(({ pointer }) =>
      /flow|tools/.test(pointer),
    ))
      check(parentExists(config, pointer), `the pointer ${pointer} leads into what was sent`)
    if (report.valid) {
      valid++
      const canonical = report.canonical_config
      const again = configReport(canonical)
      check(again.valid && again.conversions.length === 0, 'the canonical form is valid and is not converted')
      check(
        JSON.stringify(again.canonical_config) === JSON.stringify(canonical),
        'the canonical form is unchanged',
      )
      check(configHash(config) === configHash(canonical), 'both notations have the same hash')
      const [object, pointer] = generator.pick(places)
      object.zz_unknown = 1
      const { errors } = checkConfig(config)
      const isReported = errors.some((error) => `/config${error.pointer}`.startsWith(pointer))
      check(isReported || acceptsAnyField(pointer), `an unknown field in ${pointer} is reported`)
    }
  }
  t.same(failures.slice(0, 2), [], `${failures.length} failures`)
  t.ok(valid > rounds / 50, `${valid} of ${rounds} configs are valid`)
})

/** In `targets` of a tool every name stands for a destination. */
const acceptsAnyField = (pointer: string) => pointer.endsWith('/config/targets')

/** Whether the pointer, or what contains the field that it names, exists in the body {config}. */
function parentExists(config: unknown, pointer: string): boolean {
  const path = pointer.split('/').slice(2, -1)
  let value: unknown = config
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false
    value = (value as Json)[step]
  }
  return true
}
