import {
  type AdditionalUsage,
  type CostComponent,
  type ProviderComponent,
  type TurnUsageName,
  turnUsageNames,
  type UsageName,
} from '../../db/schema/index.ts'
import {
  add,
  type Fraction,
  isZero,
  parseDecimal,
  smallerOf,
  subtractDownToZero,
  zero,
} from '../../lib/numbers/decimal.ts'
import {
  type Alias,
  type BillingBasis,
  billingBasisOf,
  type ModelName,
  type PriceName,
  priceNames,
  type QuantityUnits,
  type RankedPrice,
  rankPrices,
  type SelectedPrice,
  selectPrice,
  type UnitPrice,
} from '../prices/index.ts'

/**
 * The usage of a call: seconds, tokens and characters. null means not measured. `usageIncludedIn` lists which quantity is
 * part of which.
 */
export type Usage = { [Name in UsageName]?: string | number | null | undefined }

interface Served {
  provider: string
  model?: string
  /** The names of the skillbase, for a provider of no known shape. */
  configured?: ModelName
}

/** The providers of a call, under the names that were reported. */
export type ServedProviders = Partial<Record<ProviderComponent, Served>> & {
  also?: (AdditionalUsage & Served)[]
}

/** The prices that apply at the start of a call, and the company's aliases of the reported names. */
interface Prices {
  prices: readonly UnitPrice[]
  aliases: readonly Alias[]
}

/** A quantity of one component that is billed at a price of its own. */
export interface UsageItem {
  component: CostComponent
  provider: string | null
  model: string
  /** The first unit is shown when there is no price. */
  units: QuantityUnits['units']
  quantity: Fraction
  price: SelectedPrice | undefined
}

/** The quantities of turns that were measured. */
type Quantities = Partial<Record<TurnUsageName, Fraction>>

type Quantity = QuantityUnits & { quantity: Fraction }

/** The billable quantities of a call, each with the provider that served it and its price. Zero quantities are left out. */
export function usageItems(
  usage: Usage,
  providers: ServedProviders,
  isPhone: boolean,
  prices: Prices,
): UsageItem[] {
  const { also = [], ...mainProviders } = providers
  const remaining = quantitiesOf(usage)
  const additionalItems = also.flatMap((part) =>
    componentItems(part.component, part, subtractPart(remaining, part), prices),
  )
  const livekitItem = (model: string) => {
    const quantity = usage.livekit_duration_sec == null ? zero : parseDecimal(usage.livekit_duration_sec)
    const ranked = rankPrices('livekit', [{ provider: 'livekit', model }], prices.prices)
    return pricedItem(
      { component: 'livekit', provider: 'livekit', model },
      { units: timeUnits, quantity },
      ranked,
    )
  }
  return [
    ...(['stt', 'llm', 'tts'] as const).flatMap((component) =>
      componentItems(component, mainProviders[component], remaining, prices),
    ),
    ...additionalItems,
    livekitItem('agent'),
    ...(isPhone ? [livekitItem('sip')] : []),
  ].filter(({ quantity }) => !isZero(quantity))
}

const quantitiesOf = (usage: Usage): Quantities => {
  const quantities: Quantities = {}
  for (const name of turnUsageNames) {
    const value = usage[name]
    if (value != null) quantities[name] = parseDecimal(value)
  }
  return quantities
}

/**
 * Subtracts a part that another provider served from `remaining`, which is changed. Returns the quantities subtracted: at
 * most those that remained, so that no usage is billed twice.
 */
function subtractPart(remaining: Quantities, part: AdditionalUsage): Quantities {
  const subtracted: Quantities = {}
  for (const [name, quantity] of Object.entries(quantitiesOf(part)) as [TurnUsageName, Fraction][]) {
    const rest = remaining[name]
    if (!name.startsWith(part.component) || rest === undefined) continue
    const taken = smallerOf(rest, quantity)
    subtracted[name] = taken
    remaining[name] = subtractDownToZero(rest, taken)
  }
  return subtracted
}

/**
 * The usage items of one component that were served by one provider. The most specific price decides what is billed: time,
 * characters or tokens. When that was not measured, but other usage was, the other usage is returned without a price: the
 * cost is then not known, and not zero.
 */
function componentItems(
  component: ProviderComponent,
  served: Served | undefined,
  used: Quantities,
  { prices, aliases }: Prices,
): UsageItem[] {
  const names: PriceName[] = served === undefined ? [] : priceNames(served, served.configured, aliases)
  const ranked = rankPrices(component, names, prices)
  const billable = billableQuantities[component]
  const reported = { component, provider: served?.provider ?? null, model: served?.model ?? '' }
  const itemsOf = (basis: BillingBasis, applicable: readonly RankedPrice[]) =>
    (billable[basis]?.(used) ?? []).map((quantity) => pricedItem(reported, quantity, applicable))
  const [best] = ranked
  const basis = best && billingBasisOf(best.price.unit)
  if (basis !== undefined && measuredNames[component][basis]?.some((name) => used[name] !== undefined))
    return itemsOf(basis, ranked)
  const bases = Object.keys(billable) as BillingBasis[]
  const measured = bases
    .map((other) => itemsOf(other, []))
    .find((items) => items.some(({ quantity }) => !isZero(quantity)))
  return measured ?? []
}

const pricedItem = (
  reported: Pick<UsageItem, 'component' | 'provider' | 'model'>,
  { quantity, ...units }: Quantity,
  ranked: readonly RankedPrice[],
): UsageItem => ({ ...reported, quantity, units: units.units, price: selectPrice(units, ranked) })

const timeUnits: QuantityUnits['units'] = ['second', 'minute']

/** The quantities without which a basis is not measured. */
const measuredNames: Record<ProviderComponent, Partial<Record<BillingBasis, readonly TurnUsageName[]>>> = {
  stt: { time: ['stt_duration_sec'], tokens: ['stt_input_tokens', 'stt_output_tokens'] },
  llm: { tokens: ['llm_input_tokens', 'llm_output_tokens'], time: ['llm_session_sec'] },
  tts: {
    characters: ['tts_characters'],
    tokens: ['tts_input_tokens', 'tts_output_tokens'],
    time: ['tts_duration_sec'],
  },
}

const itemOf = (quantity: Fraction | undefined, units: QuantityUnits['units']): Quantity => ({
  units,
  quantity: quantity ?? zero,
})

const speechTokens = (input: Fraction | undefined, output: Fraction | undefined) => [
  itemOf(input, ['million_input_tokens']),
  itemOf(output, ['million_output_tokens']),
]

/** The billable quantities of each component by what its provider bills. Without a price, the first that was used is shown. */
const billableQuantities: Record<
  ProviderComponent,
  Partial<Record<BillingBasis, (used: Quantities) => Quantity[]>>
> = {
  stt: {
    time: (used) => [itemOf(used.stt_duration_sec, timeUnits)],
    tokens: (used) => speechTokens(used.stt_input_tokens, used.stt_output_tokens),
  },
  llm: { tokens: llmTokens, time: (used) => [itemOf(used.llm_session_sec, timeUnits)] },
  tts: {
    characters: (used) => [itemOf(used.tts_characters, ['million_characters'])],
    tokens: (used) => speechTokens(used.tts_input_tokens, used.tts_output_tokens),
    time: (used) => [itemOf(used.tts_duration_sec, timeUnits)],
  },
}

/**
 * Splits the tokens of a language model into parts that exclude each other, so that none is billed twice. A part is at most
 * what is left of the quantity that includes it. Cached tokens that are neither audio nor images are text.
 */
function llmTokens(used: Quantities): Quantity[] {
  const [audio, exceptAudio] = split(used.llm_input_tokens, used.llm_audio_input_tokens)
  const [image, text] = split(exceptAudio, used.llm_image_input_tokens)
  const [cachedAudio, newAudio] = split(audio, used.llm_cached_audio_input_tokens)
  const [cachedImage, newImage] = split(image, used.llm_cached_image_input_tokens)
  const [, cached] = split(used.llm_cached_input_tokens, add(cachedAudio, cachedImage))
  const [cachedText, exceptCached] = split(text, cached)
  const [written, newText] = split(exceptCached, used.llm_cache_write_tokens)
  const [writtenFor1h, writtenFor5min] = split(written, used.llm_cache_write_1h_tokens)
  const [audioOutput, exceptAudioOutput] = split(used.llm_output_tokens, used.llm_audio_output_tokens)
  const [imageOutput, textOutput] = split(exceptAudioOutput, used.llm_image_output_tokens)
  return [
    itemOf(newText, ['million_input_tokens']),
    // Cached tokens without a price of their own cost as much as other tokens of their kind.
    itemOf(cachedText, ['million_cached_input_tokens', 'million_input_tokens']),
    // Cache writes cost more than other input, so only the company's own input price replaces theirs.
    { ...itemOf(writtenFor5min, ['million_cache_write_tokens']), ownUnits: ['million_input_tokens'] },
    {
      ...itemOf(writtenFor1h, ['million_cache_write_1h_tokens']),
      ownUnits: ['million_cache_write_tokens', 'million_input_tokens'],
    },
    itemOf(newAudio, ['million_audio_input_tokens']),
    itemOf(cachedAudio, ['million_cached_audio_input_tokens', 'million_audio_input_tokens']),
    itemOf(newImage, ['million_image_input_tokens']),
    itemOf(cachedImage, ['million_cached_image_input_tokens', 'million_image_input_tokens']),
    itemOf(textOutput, ['million_output_tokens']),
    itemOf(audioOutput, ['million_audio_output_tokens']),
    itemOf(imageOutput, ['million_image_output_tokens']),
  ]
}

/** A part, at most the whole, and the rest of the whole. */
function split(whole: Fraction = zero, part: Fraction = zero): [part: Fraction, rest: Fraction] {
  const taken = smallerOf(whole, part)
  return [taken, subtractDownToZero(whole, taken)]
}
