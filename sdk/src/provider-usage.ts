import { mergeTurnFields, usageFieldsOf } from './telemetry/turn-fields.ts'
import type { AdditionalProvider, Completion, TurnFields } from './telemetry/wire.ts'

const kinds = ['stt', 'llm', 'tts'] as const
export type Component = (typeof kinds)[number]

type Providers = NonNullable<Completion['providers']>
interface Part {
  kind: Component
  provider: string
  model: string
  usage: TurnFields
}

/** Usage of a call by who served it, so that each is paid by its own price. */
export class ProviderUsage {
  private readonly parts = new Map<string, Part>()

  add(kind: Component, provider: string, model: string, fields: TurnFields): void {
    const name = nameOf(provider)
    if (name === undefined) return
    const key = `${kind} ${name} ${model}`
    const part = this.parts.get(key) ?? { kind, provider: name, model, usage: {} }
    part.usage = mergeTurnFields(part.usage, usageFieldsOf(fields))
    this.parts.set(key, part)
  }

  /**
   * Who served the call, for its completion. `named` says how the price book names a service: the one whose model it has,
   * or that served alone. Where several served, the rest of a call's usage is of the one that served most.
   */
  providers(named: Providers = {}): Providers {
    const found: Providers = {}
    const also: AdditionalProvider[] = []
    for (const kind of kinds) {
      const parts = [...this.parts.values()].filter((part) => part.kind === kind)
      const given = named[kind]
      const its = parts.length === 1 ? parts[0] : parts.find(({ model }) => given && model === given.model)
      if (its !== undefined && given !== undefined) Object.assign(its, given)
      const [main, ...others] = parts.toSorted((a, b) => sizeOf(b) - sizeOf(a))
      if (main !== undefined) found[kind] = servedOf(main)
      else if (given !== undefined) found[kind] = given
      also.push(...others.map((part) => ({ component: kind, ...servedOf(part), ...part.usage })))
    }
    return also.length === 0 ? found : { ...found, also }
  }
}

const servedOf = ({ provider, model }: Part) => ({ provider, ...(model !== '' && { model }) })

const sizeOf = ({ usage }: Part): number =>
  Object.values(usage).reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0)

/** "Deepgram" is deepgram, "api.groq.com" is groq; undefined: LiveKit does not know. */
function nameOf(provider: string): string | undefined {
  const plain = provider.trim().toLowerCase()
  const host = /^(?:api\.)?([^.]+)(?:\.[^.]+)*\.[a-z]+$/.exec(plain)?.[1]
  const name = (host ?? plain).replace(/[^a-z0-9_.-]+/g, '-').replace(/^[^a-z0-9]+|-+$/g, '')
  return name === '' || name === 'unknown' ? undefined : name
}
