import type { FieldError } from '../../../lib/errors.ts'
import { flowWarnings } from './flow-rules.ts'
import { knownProviders, type ProviderRole, retiredModels } from './known-providers.ts'
import type { SkillbaseConfig } from './skillbase-config.ts'
import { templateWarnings } from './template-variables.ts'
import { toolWarnings } from './tool-rules.ts'

/** Parts of a valid config that are probably a mistake. A config with warnings can be stored and used. */
export function configWarnings(config: SkillbaseConfig): FieldError[] {
  return [
    ...contextWarnings(config),
    ...flowWarnings(config.flow),
    ...handoffWarnings(config),
    ...toolWarnings(config.tools),
    ...templateWarnings(config),
    ...providerWarnings(config),
  ]
}

function contextWarnings({ context, voice }: SkillbaseConfig): FieldError[] {
  const warnings = [
    ...repeatedTexts(context.safety_rules, '/context/safety_rules'),
    ...repeatedTexts(context.facts, '/context/facts'),
  ]
  if (context.safety_rules.length === 0) {
    const detail = 'There are no safety rules, so nothing limits what the bot may say.'
    warnings.push({ pointer: '/context/safety_rules', detail })
  }
  const { language } = context
  if (language !== undefined && primarySubtag(language) !== primarySubtag(voice.stt_language)) {
    const detail = `Speech recognition expects ${voice.stt_language}, but the bot speaks ${language} (/context/language).`
    warnings.push({ pointer: '/voice/stt_language', detail })
  }
  return warnings
}

const primarySubtag = (language: string) => language.split('-')[0]

function repeatedTexts(texts: string[], pointer: string): FieldError[] {
  const firstIndexByText = new Map<string, number>()
  const warnings: FieldError[] = []
  for (const [i, text] of texts.entries()) {
    const earlier = firstIndexByText.get(text.trim())
    if (earlier === undefined) firstIndexByText.set(text.trim(), i)
    else warnings.push({ pointer: `${pointer}/${i}`, detail: `The text repeats ${pointer}/${earlier}.` })
  }
  return warnings
}

function handoffWarnings({ agent, tools }: SkillbaseConfig): FieldError[] {
  const canHandOff = tools.some(({ type, enabled }) => type === 'handoff' && enabled)
  if (canHandOff || Object.keys(agent.handoff_criteria).length === 0) return []
  const detail = 'Ignored: the config has no enabled tool of type handoff.'
  return [{ pointer: '/agent/handoff_criteria', detail }]
}

function providerWarnings({ voice, llm }: SkillbaseConfig): FieldError[] {
  return [
    ...warningsForProvider('tts', voice.tts_provider, voice.tts_model, '/voice/tts_'),
    ...warningsForProvider('stt', voice.stt_provider, voice.stt_model, '/voice/stt_'),
    ...warningsForProvider('llm', llm.provider, llm.model, '/llm/'),
  ]
}

/** @param prefix start of the pointers: `provider` or `model` is appended to it */
function warningsForProvider(
  role: ProviderRole,
  provider: string,
  model: string | undefined,
  prefix: string,
): FieldError[] {
  const warnings: FieldError[] = []
  if (!knownProviders[role].includes(provider)) {
    const detail = `Unknown provider "${provider}": check the spelling. Known: ${knownProviders[role].join(', ')}.`
    warnings.push({ pointer: `${prefix}provider`, detail })
  }
  const retired = retiredModels.find(
    (entry) => entry.role === role && entry.provider === provider && entry.model === model,
  )
  if (retired !== undefined) {
    const detail = `This model was shut down by ${provider} on ${retired.retired_on}. Use ${retired.replacement}.`
    warnings.push({ pointer: `${prefix}model`, detail })
  }
  return warnings
}
