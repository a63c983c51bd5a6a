// Costs of random calls are compared with a second calculation in fractions of BigInt, which shares no code with the first.
import { test } from 'tap'
import { applyReportedCosts, calculateCosts } from '../../src/modules/costs/calculate-costs.ts'
import type { UnitPrice } from '../../src/modules/prices/index.ts'
import { price } from './fixtures.ts'

/** A fraction: numerator and positive denominator. */
type Rational = readonly [bigint, bigint]

const rational = (text: string | number): Rational => {
  const [whole = '0', decimals = ''] = String(text).split('.')
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)]
}
const plus = ([a, b]: Rational, [c, d]: Rational): Rational => [a * d + c * b, b * d]
const minus = ([a, b]: Rational, [c, d]: Rational): Rational => [a * d - c * b, b * d]
const times = ([a, b]: Rational, [c, d]: Rational): Rational => [a * c, b * d]
const over = ([a, b]: Rational, [c, d]: Rational): Rational => [a * d, b * c]
const isBelow = ([a, b]: Rational, [c, d]: Rational) => a * d < c * b
const least = (a: Rational, b: Rational) => (isBelow(a, b) ? a : b)
const none: Rational = [0n, 1n]
const atLeastZero = (value: Rational) => (isBelow(value, none) ? none : value)
const ceiling = ([a, b]: Rational): Rational => [(a + b - 1n) / b, 1n]
/** Half up to millionths. */
const micros = ([a, b]: Rational) => (2n * a * 1_000_000n + b) / (2n * b)
const usd = (amount: bigint) => {
  const digits = String(amount).padStart(7, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}
const microsOf = (amount: string | undefined) => BigInt((amount ?? '0').replace('.', ''))

/** A pseudo-random sequence, the same in every run. */
function sequence(seed: number) {
  let state = seed
  const below = (limit: number) => {
    state = (state * 48271) % 2147483647
    return state % limit
  }
  const decimal = (limit: number, places: number) =>
    `${below(limit)}.${String(below(10 ** Math.min(places, 9))).padStart(Math.min(places, 9), '0')}`
  return { below, decimal, isLikely: () => below(4) > 0 }
}
type Random = ReturnType<typeof sequence>

const perMillion = rational(1_000_000)

/** The cost of a quantity: the minimum and whole increments of the rest, times the price of a unit. */
function costOf(quantity: Rational, { price, minimum, increment }: UnitPrice, size: Rational): Rational {
  if (quantity[0] === 0n) return none
  const rest = atLeastZero(minus(quantity, rational(minimum)))
  const step = rational(increment)
  const steps = step[0] === 0n ? rest : times(ceiling(over(rest, step)), step)
  return times(over(plus(rational(minimum), steps), size), rational(price))
}

const randomPrice = (random: Random, fields: Partial<UnitPrice> & Pick<UnitPrice, 'component' | 'unit'>) =>
  price({
    provider: 'x',
    price: random.decimal(200, 9),
    minimum: random.isLikely() ? '0' : random.decimal(90, 6),
    increment: random.isLikely() ? '0' : random.decimal(60, 6),
    ...fields,
  })

test('The costs of 500 random calls equal exact fractions, rounded once for each component', async (t) => {
  const random = sequence(11)
  const differences: unknown[] = []
  for (let i = 0; i < 500; i++) {
    const second = randomPrice(random, { component: 'stt', unit: 'second' })
    const characters = randomPrice(random, { component: 'tts', unit: 'million_characters' })
    const llmPrice = (unit: UnitPrice['unit']) => randomPrice(random, { component: 'llm', unit })
    const [input, cached, audio, cachedAudio, output] = [
      llmPrice('million_input_tokens'),
      llmPrice('million_cached_input_tokens'),
      llmPrice('million_audio_input_tokens'),
      llmPrice('million_cached_audio_input_tokens'),
      llmPrice('million_output_tokens'),
    ]
    const hasCachedPrice = random.isLikely()
    const usage = {
      stt_duration_sec: random.decimal(600, 6),
      tts_characters: random.below(5_000),
      llm_input_tokens: random.below(20_000),
      llm_audio_input_tokens: random.below(25_000),
      llm_cached_audio_input_tokens: random.below(25_000),
      llm_cached_input_tokens: random.below(25_000),
      llm_output_tokens: random.below(3_000),
    }
    const used = (name: keyof typeof usage) => rational(usage[name])
    const audioTokens = least(used('llm_audio_input_tokens'), used('llm_input_tokens'))
    const textTokens = minus(used('llm_input_tokens'), audioTokens)
    const cachedAudioTokens = least(used('llm_cached_audio_input_tokens'), audioTokens)
    const otherCached = atLeastZero(minus(used('llm_cached_input_tokens'), cachedAudioTokens))
    const cachedTextTokens = least(otherCached, textTokens)
    const expected = {
      stt: micros(costOf(used('stt_duration_sec'), second, rational(1))),
      llm: micros(
        [
          costOf(minus(textTokens, cachedTextTokens), input, perMillion),
          costOf(cachedTextTokens, hasCachedPrice ? cached : input, perMillion),
          costOf(minus(audioTokens, cachedAudioTokens), audio, perMillion),
          costOf(cachedAudioTokens, cachedAudio, perMillion),
          costOf(used('llm_output_tokens'), output, perMillion),
        ].reduce(plus, none),
      ),
      tts: micros(costOf(used('tts_characters'), characters, perMillion)),
    }
    const prices = [
      second,
      characters,
      input,
      audio,
      cachedAudio,
      output,
      ...(hasCachedPrice ? [cached] : []),
    ]
    const served = { stt: { provider: 'x' }, llm: { provider: 'x' }, tts: { provider: 'x' } }
    const { amounts, unpriced } = calculateCosts(usage, served, false, prices)
    const total = expected.stt + expected.llm + expected.tts
    const { stt = '0.000000', llm = '0.000000', tts = '0.000000' } = amounts
    const actual = [stt, llm, tts, amounts.total, unpriced.length]
    const wanted = [usd(expected.stt), usd(expected.llm), usd(expected.tts), usd(total), 0]
    if (String(actual) !== String(wanted)) differences.push({ usage, actual, wanted })
  }
  t.same(differences, [])
})

test('The total of a call is never below its parts, whatever is priced and reported, in 1,000 random calls', async (t) => {
  const random = sequence(5)
  const problems: unknown[] = []
  for (let i = 0; i < 1_000; i++) {
    const prices = [
      randomPrice(random, { component: 'stt', unit: 'minute' }),
      randomPrice(random, { component: 'llm', unit: 'million_output_tokens' }),
      randomPrice(random, { component: 'tts', unit: 'million_characters' }),
    ].filter(() => random.isLikely())
    const usage = {
      stt_duration_sec: random.below(60),
      llm_output_tokens: random.below(900),
      tts_characters: random.below(900),
    }
    const costs = calculateCosts(
      usage,
      { stt: { provider: 'x' }, llm: { provider: 'x' }, tts: { provider: 'x' } },
      false,
      prices,
    )
    const reported = Object.fromEntries(
      (['stt', 'llm', 'tts', 'total'] as const)
        .filter(() => !random.isLikely())
        .map((name) => [name, random.decimal(20, 7)]),
    )
    const { total, ...components } = applyReportedCosts(costs, reported)
    const sum = Object.values(components)
      .map(microsOf)
      .reduce((a, b) => a + b, 0n)
    if (total !== undefined && microsOf(total) < sum) problems.push({ costs, reported, total, components })
    const isUnknown = costs.unpriced.some((component) => reported[component] === undefined)
    if (
      (total === undefined) !==
      (reported.total === undefined && (isUnknown || (sum === 0n && Object.keys(components).length === 0)))
    )
      problems.push({ costs, reported, total })
  }
  t.same(problems, [])
})

test('Parts that other providers served add up to the cost of the whole, at the same price', async (t) => {
  const random = sequence(3)
  const problems: unknown[] = []
  const prices = [
    price({ component: 'llm', provider: 'x', unit: 'million_input_tokens', price: '3' }),
    price({ component: 'llm', provider: 'x', unit: 'million_audio_input_tokens', price: '32' }),
    price({ component: 'llm', provider: 'x', unit: 'million_output_tokens', price: '15' }),
  ]
  for (let i = 0; i < 200; i++) {
    const [input, output] = [1 + random.below(9_000), 1 + random.below(900)]
    const audio = random.below(input)
    const usage = { llm_input_tokens: input, llm_audio_input_tokens: audio, llm_output_tokens: output }
    const part = {
      component: 'llm' as const,
      provider: 'X',
      llm_input_tokens: audio,
      llm_audio_input_tokens: audio,
      llm_output_tokens: random.below(2_000),
    }
    const whole = calculateCosts(usage, { llm: { provider: 'x' } }, false, prices).amounts
    const split = calculateCosts(usage, { llm: { provider: 'x' }, also: [part] }, false, prices).amounts
    if (whole.total !== split.total) problems.push({ usage, part, whole, split })
  }
  t.same(problems, [])
})
