import type { SkillbaseConfig } from '../skillbases/index.ts'
import { buildFlowGraph, type FlowGraph } from './flow-graph.ts'
import { localeOf, type PromptLocale } from './locale.ts'
import { fillSpokenTemplate, fillTemplate, type TemplateValues } from './template-values.ts'

/** The language a bot speaks, BCP 47: its own, else the one it listens for. */
export const languageOf = ({ context, voice }: SkillbaseConfig): string =>
  context.language ?? voice.stt_language

/** The first thing a bot says, without what is not known; null when the model is to find it. */
export function greetingOf({ context }: SkillbaseConfig, values: TemplateValues): string | null {
  const text = context.greeting === undefined ? '' : fillSpokenTemplate(context.greeting, values)
  return text === '' ? null : text
}

/**
 * The system prompt: who the bot is, how it speaks, what it knows, how the conversation goes, when a person takes over,
 * and last, because it counts most, what it must never do. A function of its arguments: the same give the same text.
 */
export function buildSystemPrompt(config: SkillbaseConfig, values: TemplateValues): string {
  const words = localeOf(languageOf(config))
  const { context, flow, agent } = config
  const parts = [
    context.role,
    section(words.styleHeading, [context.style, words.languageRule, words.phoneRules]),
    section(words.factsHeading, context.facts.map(item)),
    section(words.flowHeading, [
      flow.type === 'linear' ? words.linearFlowRule : words.graphFlowRule,
      '',
      ...stagesOf(buildFlowGraph(flow), words),
    ]),
    section(words.handoffHeading, Object.entries(agent.handoff_criteria).toSorted(byName).map(criterion)),
    section(words.safetyHeading, [...context.safety_rules.map(item), words.noInventionRule]),
  ]
  return fillTemplate(parts.filter((part) => part !== '').join('\n\n'), values, words.unknownValue)
}

const section = (heading: string, lines: string[]): string =>
  lines.length === 0 ? '' : `# ${heading}\n\n${lines.join('\n')}`

const item = (text: string) => `- ${text}`

/** The database keeps no order of fields. */
const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)

/** `true` says no more than its name. */
const criterion = ([name, value]: [string, unknown]) =>
  value === true ? `- ${name}` : `- ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`

/** The initial one first; in a graph with the ways that lead on. */
function stagesOf({ type, initial, states }: FlowGraph, words: PromptLocale): string[] {
  const ordered = [...states.filter(({ id }) => id === initial), ...states.filter(({ id }) => id !== initial)]
  return (type === 'linear' ? states : ordered).flatMap(({ id, name, prompt, is_end, next }, i) => {
    const title = name === id ? id : `${name} (${id})`
    const head = `${i + 1}. ${title}${prompt === null ? '' : `: ${prompt}`}`
    if (type === 'linear') return [head]
    const ways = next.map(({ to, condition }) => `   -> ${words.transitionText(to, condition ?? undefined)}`)
    return [head, ...(is_end ? [`   ${words.endStateNote}`] : ways)]
  })
}
