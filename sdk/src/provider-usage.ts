import type { Component } from './model-layers.ts'
import { mergeTurnFields, usageFieldsOf } from './telemetry/turn-fields.ts'
import type { AdditionalProvider, Completion, TurnFields } from './telemetry/wire.ts'

const components = ['stt', 'llm', 'tts'] as const

type Providers = NonNullable<Completion['providers']>

interface Entry {
  component: Component
  /** As LiveKit reports them; '' when it does not name one. */
  provider: string
  model: string
  usage: TurnFields
}

/** Usage of a call by component, provider and model, so that each part is priced by its own rate. */
export class ProviderUsage {
  private readonly entries = new Map<string, Entry>()

  /** Adds the usage of one request, under the names that LiveKit reports. "unknown" counts as no name. */
  add(
    component: Component,
    reportedProvider: string | undefined,
    reportedModel: string | undefined,
    fields: TurnFields,
  ): void {
    const [provider, model] = [nameOf(reportedProvider), nameOf(reportedModel)]
    const key = `${component} ${provider} ${model}`
    const entry = this.entries.get(key) ?? { component, provider, model, usage: {} }
    entry.usage = mergeTurnFields(entry.usage, usageFieldsOf(fields))
    this.entries.set(key, entry)
  }

  /**
   * The providers of the call's completion: per component the one that was used most, and the others in `also` with
   * their usage. When a provider has no name, all others are in `also`, and the main one is that of `unnamed`, or is left
   * to the service, which uses the names of the skillbase.
   */
  providers(unnamed: Providers = {}): Providers {
    const main: Providers = {}
    const also: AdditionalProvider[] = []
    for (const component of components) {
      const entries = [...this.entries.values()].filter((entry) => entry.component === component)
      const named = entries
        .filter(({ provider }) => provider !== '')
        .toSorted((a, b) => totalOf(b) - totalOf(a))
      const [mostUsed, ...others] = named
      const isNamed = mostUsed !== undefined && named.length === entries.length
      const names = isNamed ? namesOf(mostUsed) : unnamed[component]
      if (names !== undefined) main[component] = names
      also.push(
        ...(isNamed ? others : named).map((entry) => ({ component, ...namesOf(entry), ...entry.usage })),
      )
    }
    return also.length === 0 ? main : { ...main, also }
  }
}

const nameOf = (name = '') => (name.trim().toLowerCase() === 'unknown' ? '' : name.trim())

const namesOf = ({ provider, model }: Entry) => ({ provider, ...(model !== '' && { model }) })

const totalOf = ({ usage }: Entry): number =>
  Object.values(usage).reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0)
