import { mapTexts, type SkillbaseConfig } from '../skillbases/index.ts'
import type { CallTime } from './call-time.ts'
import { buildFlowGraph, type FlowGraph } from './flow-graph.ts'
import { localeOf, type PromptLocale } from './locale.ts'
import { fillSpokenTemplate } from './spoken-text.ts'
import { fillTemplate, type TemplateValues } from './template-values.ts'

/** The language that the bot speaks, BCP 47: `context.language`, or else the language of speech recognition. */
export const languageOf = ({ context, voice }: SkillbaseConfig): string =>
  context.language ?? voice.stt_language

/** Fills the variables in every text of a config. A text that the bot speaks is empty when no sentence of it remains. */
export function fillTexts(config: SkillbaseConfig, values: TemplateValues): SkillbaseConfig {
  const { unknownValue } = localeOf(languageOf(config))
  return mapTexts(config, (text, use) =>
    use === 'spoken' ? fillSpokenTemplate(text, values) : fillTemplate(text, values, unknownValue),
  )
}

/**
 * Builds the system prompt: role, style, facts, flow, handoff criteria, the time, and at the end, where models weigh it most,
 * the safety rules. Deterministic: the same arguments give the same text.
 *
 * @param config with its variables filled
 */
export function buildSystemPrompt(config: SkillbaseConfig, callTime: CallTime): string {
  const locale = localeOf(languageOf(config))
  const { context, flow, agent } = config
  const sections = [
    context.role,
    section(locale.styleHeading, [context.style, locale.languageRule, locale.phoneRules]),
    section(locale.factsHeading, context.facts.map(listItem)),
    section(locale.flowHeading, [
      flow.type === 'linear' ? locale.linearFlowRule : locale.graphFlowRule,
      '',
      ...flowLines(buildFlowGraph(flow), locale),
    ]),
    section(
      locale.handoffHeading,
      Object.entries(agent.handoff_criteria).toSorted(byName).map(criterionLine),
    ),
    section(locale.timeHeading, [locale.timeText(callTime)]),
    section(locale.safetyHeading, [...context.safety_rules.map(listItem), locale.noInventionRule]),
  ]
  return sections.filter((text) => text !== '').join('\n\n')
}

const section = (heading: string, lines: string[]): string =>
  lines.length === 0 ? '' : `# ${heading}\n\n${lines.join('\n')}`

const listItem = (text: string) => `- ${text}`

/** jsonb does not keep the order of keys, so they are sorted. */
const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)

/** A criterion whose value is `true` is stated by its name alone. */
const criterionLine = ([name, value]: [string, unknown]) =>
  value === true ? `- ${name}` : `- ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`

/** The states as a numbered list: in order for a linear flow; for a graph the initial state first, each with its transitions. */
function flowLines({ type, initial, states }: FlowGraph, locale: PromptLocale): string[] {
  const ordered = [...states.filter(({ id }) => id === initial), ...states.filter(({ id }) => id !== initial)]
  return (type === 'linear' ? states : ordered).flatMap(({ id, name, prompt, is_end, next }, i) => {
    const title = name === id ? id : `${name} (${id})`
    const line = `${i + 1}. ${title}${prompt === null ? '' : `: ${prompt}`}`
    if (type === 'linear') return [line]
    const transitions = next.map(
      ({ to, condition }) => `   -> ${locale.transitionText(to, condition ?? undefined)}`,
    )
    return [line, ...(is_end ? [`   ${locale.endStateNote}`] : transitions)]
  })
}
