/** A provider and model under the names of the price book. An empty model means any. */
export interface ModelName {
  provider: string
  model: string
}

/**
 * Known provider shapes: how agents report providers, and the name that skillbases and the price book use. This is the only
 * place that reads reported names. Compared without case, spaces and punctuation.
 */
const knownNames: Readonly<Record<string, string>> = {
  amazonbedrock: 'bedrock',
  aws: 'aws',
  awsbedrock: 'bedrock',
  azureai: 'azure',
  azureopenai: 'azure',
  eleven: 'elevenlabs',
  elevenlabs: 'elevenlabs',
  fireworksai: 'fireworks',
  gemini: 'google',
  googlecloud: 'google',
  googlevertexai: 'google',
  metallama: 'meta',
  microsoft: 'azure',
  mistralai: 'mistral',
  moonshotai: 'moonshot',
  togetherai: 'together',
  vertex: 'google',
  vertexai: 'google',
  xai: 'xai',
  yandexcloud: 'yandex',
}

/** The provider of every host that ends with one of these names: regions, resources and API versions come before it. */
const knownHosts: Readonly<Record<string, string>> = {
  'anthropic.com': 'anthropic',
  'api.nvidia.com': 'nvidia',
  'assemblyai.com': 'assemblyai',
  'azure.com': 'azure',
  'bedrock.amazonaws.com': 'bedrock',
  'cartesia.ai': 'cartesia',
  'cerebras.ai': 'cerebras',
  'cognitive.microsoft.com': 'azure',
  'deepgram.com': 'deepgram',
  'deepinfra.com': 'deepinfra',
  'deepseek.com': 'deepseek',
  'elevenlabs.io': 'elevenlabs',
  'fireworks.ai': 'fireworks',
  'gladia.io': 'gladia',
  'googleapis.com': 'google',
  'groq.com': 'groq',
  'livekit.cloud': 'livekit',
  'mistral.ai': 'mistral',
  'moonshot.ai': 'moonshot',
  'openai.com': 'openai',
  'openrouter.ai': 'openrouter',
  'perplexity.ai': 'perplexity',
  'rime.ai': 'rime',
  'sarvam.ai': 'sarvam',
  'sber.ru': 'salutespeech',
  'sberbank.ru': 'gigachat',
  'soniox.com': 'soniox',
  'speech.microsoft.com': 'azure',
  'speechmatics.com': 'speechmatics',
  'together.ai': 'together',
  'together.xyz': 'together',
  'x.ai': 'xai',
  'yandex.net': 'yandex',
}

/** Providers that serve models of others, whose names contain the vendor: openai/gpt-4o, anthropic.claude-sonnet-4. */
const gateways: ReadonlySet<string> = new Set([
  'aws',
  'bedrock',
  'cloudflare',
  'google',
  'livekit',
  'openrouter',
  'vercel',
])

/** A name under which the price of a model is looked up. */
export interface PriceName extends ModelName {
  /** The alias of the company that gives this name. */
  alias_id?: string
}

/** An alias of a company: reported names, in lower case, and those of the price book. Empty models mean any, and the same. */
export interface Alias {
  id: string
  provider: string
  model: string
  price_provider: string
  price_model: string
}

/**
 * The names under which the price of a reported model can be in the price book, most specific first: those that an alias of
 * the company gives, as it was reported, the known name of the provider, the vendor behind a gateway; each with the exact
 * model and then without its date. A provider of no known shape, such as a private host, has the name that the skillbase
 * configures.
 */
export function priceNames(
  reported: { provider: string; model?: string },
  configured?: { provider: string; model?: string },
  aliases: readonly Alias[] = [],
): PriceName[] {
  const provider = normaliseProvider(reported.provider)
  const models = modelVariants(reported.model ?? '')
  const own = [...new Set([reported.provider.trim().toLowerCase(), provider ?? configured?.provider])]
  const names: PriceName[] = aliasedNames(reported, aliases)
  names.push(...own.flatMap((name) => (name ? models.map((model) => ({ provider: name, model })) : [])))
  if (provider !== undefined && gateways.has(provider)) names.push(...vendorNames(reported.model ?? ''))
  if (provider === undefined && configured !== undefined)
    names.push({ provider: configured.provider, model: configured.model ?? '' })
  return names
}

/** The names of the aliases of a reported model: first those of this model, then those of any model of its provider. */
function aliasedNames(
  reported: { provider: string; model?: string },
  aliases: readonly Alias[],
): PriceName[] {
  const providers = aliasProviders(reported.provider)
  const models = [...modelVariants(reported.model ?? ''), '']
  const order = ({ provider, model }: Alias) =>
    models.indexOf(model) * providers.length + providers.indexOf(provider)
  return aliases
    .filter(({ provider, model }) => providers.includes(provider) && models.includes(model))
    .sort((a, b) => order(a) - order(b))
    .flatMap(({ id, price_provider, price_model }) =>
      modelVariants(price_model === '' ? (reported.model ?? '') : price_model).map((model) => ({
        provider: price_provider,
        model,
        alias_id: id,
      })),
    )
}

/** The texts that the provider of an alias is compared with: as it was reported, its host, and its known name. */
export function aliasProviders(reported: string): string[] {
  const known = normaliseProvider(reported)
  return [
    ...new Set([reported.trim().toLowerCase(), hostOf(reported), ...(known === undefined ? [] : [known])]),
  ]
}

/** A text without scheme, path and port, in lower case. */
const hostOf = (reported: string) =>
  reported
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#][\s\S]*$/, '')
    .replace(/:\d+$/, '')

/**
 * The known name of a provider: "Deepgram", "api.eu.deepgram.com:443" and "wss://api.deepgram.com/v1" are deepgram. Undefined
 * for a host of no known shape. Any other text is a name of its own.
 */
export function normaliseProvider(reported: string): string | undefined {
  const text = reported.trim().toLowerCase()
  const host = hostOf(reported)
  const knownHost = Object.keys(knownHosts).find((suffix) => host === suffix || host.endsWith(`.${suffix}`))
  if (knownHost !== undefined) return knownHosts[knownHost]
  // Bedrock and the speech services of AWS have the region between the service and the domain.
  if (host.endsWith('.amazonaws.com')) return /(?:^|\.)bedrock/.test(host) ? 'bedrock' : 'aws'
  if (/^bedrock[-.]/.test(host)) return 'bedrock'
  if (host !== text || /[.:]/.test(host) || host === 'localhost') return undefined
  return knownNames[host.replace(/[^a-z0-9]+/g, '')] ?? host.replace(/[^a-z0-9_-]+/g, '-')
}

/** A model in lower case, without the path of its resource, and then without its date. */
function modelVariants(reported: string): string[] {
  const name = withoutPath(reported)
  return [...new Set([reported.trim().toLowerCase(), name, withoutDate(name)])]
}

/** The last part of a resource of AWS or Google: arn:aws:bedrock:...:inference-profile/NAME, publishers/google/models/NAME. */
function withoutPath(reported: string): string {
  const model = reported.trim().toLowerCase()
  const isResource = model.startsWith('arn:') || /^(?:projects|publishers|models)\//.test(model)
  return isResource ? model.slice(model.lastIndexOf('/') + 1) : model
}

/** gpt-4o-2024-11-20, claude-sonnet-4-20250514, gemini-2.0-flash-001, claude-3-5-sonnet@20240620, gpt-4o-latest. */
const withoutDate = (model: string) =>
  model.replace(/(?:-|@)(?:\d{4}-\d\d-\d\d|\d{8}|\d{4}|\d{3}|latest|default)(?:-v\d+)?(?::\d+)?$/, '')

/** The vendor and model in the model name of a gateway; none when it has no vendor. */
function vendorNames(reported: string): ModelName[] {
  const model = withoutPath(reported)
  // OpenRouter and LiveKit: vendor/model, with a variant or a language after a colon.
  const path = /^([^/:]+)\/([^:]+)/.exec(model)
  // Bedrock: a region or its group, vendor.model, and a version.
  const dotted =
    /^(?:(?:[a-z]{2}|apac|global|us-gov)\.)?([a-z][a-z0-9]*)\.([a-z][^:]*?)(?:-v\d+)?(?::\d+)?$/.exec(model)
  const [, vendor, name] = path ?? dotted ?? []
  const provider = vendor === undefined ? undefined : normaliseProvider(vendor)
  return provider === undefined || name === undefined
    ? []
    : modelVariants(name).map((variant) => ({ provider, model: variant }))
}
