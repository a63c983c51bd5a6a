import type { FieldError } from '../../../lib/errors.ts'
import { flowWarnings } from './flow-rules.ts'
import { knownProviders, type ProviderRole, retiredModels } from './known-providers.ts'
import type { SkillbaseConfig } from './skillbase-config.ts'
import { toolWarnings } from './tool-rules.ts'

/** What is allowed in a config and hardly meant. Nothing here refuses it. */
export function configWarnings(config: SkillbaseConfig): FieldError[] {
  return [
    ...contextWarnings(config),
    ...flowWarnings(config.flow),
    ...handoffWarnings(config),
    ...toolWarnings(config.tools),
    ...providerWarnings(config),
  ]
}

function contextWarnings({ context, voice }: SkillbaseConfig): FieldError[] {
  const warnings = [
    ...repeats(context.safety_rules, '/context/safety_rules'),
    ...repeats(context.facts, '/context/facts'),
  ]
  if (context.safety_rules.length === 0) {
    warnings.push({
      pointer: '/context/safety_rules',
      detail: 'is empty: nothing tells the bot what it must not say',
    })
  }
  if (context.language !== undefined && primary(context.language) !== primary(voice.stt_language)) {
    warnings.push({ pointer: '/voice/stt_language', detail: 'is another language than /context/language' })
  }
  return warnings
}

const primary = (language: string) => language.split('-')[0]

function repeats(texts: string[], at: string): FieldError[] {
  const first = new Map<string, number>()
  const warnings: FieldError[] = []
  for (const [i, text] of texts.entries()) {
    const earlier = first.get(text.trim())
    if (earlier === undefined) first.set(text.trim(), i)
    else warnings.push({ pointer: `${at}/${i}`, detail: `repeats ${at}/${earlier}` })
  }
  return warnings
}

function handoffWarnings({ agent, tools }: SkillbaseConfig): FieldError[] {
  const canHandOver = tools.some(({ type, enabled }) => type === 'handoff' && enabled)
  if (canHandOver || Object.keys(agent.handoff_criteria).length === 0) return []
  return [
    { pointer: '/agent/handoff_criteria', detail: 'are not used: there is no enabled tool of type handoff' },
  ]
}

function providerWarnings({ voice, llm }: SkillbaseConfig): FieldError[] {
  const named: [ProviderRole, string, string, string | undefined][] = [
    ['tts', voice.tts_provider, '/voice/tts', voice.tts_model],
    ['stt', voice.stt_provider, '/voice/stt', voice.stt_model],
    ['llm', llm.provider, '/llm/', llm.model],
  ]
  return named.flatMap(([role, provider, at, model]) => {
    const field = (name: string) => (role === 'llm' ? `${at}${name}` : `${at}_${name}`)
    const warnings: FieldError[] = []
    if (!knownProviders[role].includes(provider)) {
      warnings.push({
        pointer: field('provider'),
        detail: 'is a provider that is not known here: is it spelled right?',
      })
    }
    const retired = retiredModels.find((m) => m.role === role && m.provider === provider && m.model === model)
    if (retired !== undefined) {
      const detail = `was shut down on ${retired.retired_on}: use ${retired.replacement}`
      warnings.push({ pointer: field('model'), detail })
    }
    return warnings
  })
}
