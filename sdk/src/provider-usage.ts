import { mergeTurnFields, usageFieldsOf } from './telemetry/turn-fields.ts'
import type { AdditionalProvider, Completion, TurnFields } from './telemetry/wire.ts'

const components = ['stt', 'llm', 'tts'] as const
export type Component = (typeof components)[number]

type Providers = NonNullable<Completion['providers']>

interface Entry {
  component: Component
  provider: string
  /** '' when LiveKit does not name one. */
  model: string
  usage: TurnFields
}

/** Usage of a call by component, provider and model, so that each part is priced by its own rate. */
export class ProviderUsage {
  private readonly entries = new Map<string, Entry>()

  /** Adds the usage of one metrics event. Ignored when LiveKit does not know the provider. */
  add(component: Component, provider: string, model: string, fields: TurnFields): void {
    const name = providerName(provider)
    if (name === undefined) return
    const key = `${component} ${name} ${model}`
    const entry = this.entries.get(key) ?? { component, provider: name, model, usage: {} }
    entry.usage = mergeTurnFields(entry.usage, usageFieldsOf(fields))
    this.entries.set(key, entry)
  }

  /**
   * The providers of the call's completion: per component the one that was used most, and the others in `also` with
   * their usage. `configured` contains the names of the price book. They replace LiveKit's names for the entry with the
   * same model, or for the only entry of a component.
   */
  providers(configured: Providers = {}): Providers {
    const main: Providers = {}
    const also: AdditionalProvider[] = []
    for (const component of components) {
      const entries = [...this.entries.values()].filter((entry) => entry.component === component)
      const configuredNames = configured[component]
      const match =
        entries.length === 1
          ? entries[0]
          : entries.find(({ model }) => configuredNames && model === configuredNames.model)
      if (match !== undefined && configuredNames !== undefined) Object.assign(match, configuredNames)
      const [mostUsed, ...others] = entries.toSorted((a, b) => totalOf(b) - totalOf(a))
      if (mostUsed !== undefined) main[component] = namesOf(mostUsed)
      else if (configuredNames !== undefined) main[component] = configuredNames
      also.push(...others.map((entry) => ({ component, ...namesOf(entry), ...entry.usage })))
    }
    return also.length === 0 ? main : { ...main, also }
  }
}

const namesOf = ({ provider, model }: Entry) => ({ provider, ...(model !== '' && { model }) })

const totalOf = ({ usage }: Entry): number =>
  Object.values(usage).reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0)

/** "Deepgram" becomes deepgram, "api.groq.com" becomes groq; undefined when LiveKit does not know the provider. */
function providerName(provider: string): string | undefined {
  const lowerCase = provider.trim().toLowerCase()
  const host = /^(?:api\.)?([^.]+)(?:\.[^.]+)*\.[a-z]+$/.exec(lowerCase)?.[1]
  const name = (host ?? lowerCase).replace(/[^a-z0-9_.-]+/g, '-').replace(/^[^a-z0-9]+|-+$/g, '')
  return name === '' || name === 'unknown' ? undefined : name
}
