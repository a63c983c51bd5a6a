import type { SkillbaseConfig } from '../skillbases/index.ts'
import { type Machine, machineOf } from './machine.ts'
import { filled, spoken, type Values } from './values.ts'
import { type Words, wordsOf } from './words.ts'

/** The language a bot speaks, BCP 47: its own, else the one it listens for. */
export const languageOf = ({ context, voice }: SkillbaseConfig): string =>
  context.language ?? voice.stt_language

/** The first thing a bot says, without what is not known; null when the model is to find it. */
export function greetingOf({ context }: SkillbaseConfig, values: Values): string | null {
  const text = context.greeting === undefined ? '' : spoken(context.greeting, values)
  return text === '' ? null : text
}

/**
 * The system prompt: who the bot is, how it speaks, what it knows, how the conversation goes, when a person takes over,
 * and last, because it counts most, what it must never do. A function of its arguments: the same give the same text.
 */
export function systemPrompt(config: SkillbaseConfig, values: Values): string {
  const words = wordsOf(languageOf(config))
  const { context, flow, agent } = config
  const parts = [
    context.role,
    section(words.manner, [context.style, words.language, words.onThePhone]),
    section(words.facts, context.facts.map(item)),
    section(words.flow, [
      flow.type === 'linear' ? words.linear : words.graph,
      '',
      ...stagesOf(machineOf(flow), words),
    ]),
    section(words.handoff, Object.entries(agent.handoff_criteria).toSorted(byName).map(criterion)),
    section(words.safety, [...context.safety_rules.map(item), words.told]),
  ]
  return filled(parts.filter((part) => part !== '').join('\n\n'), values, words.unknown)
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
function stagesOf({ type, initial, states }: Machine, words: Words): string[] {
  const ordered = [...states.filter(({ id }) => id === initial), ...states.filter(({ id }) => id !== initial)]
  return (type === 'linear' ? states : ordered).flatMap(({ id, name, prompt, is_end, next }, i) => {
    const title = name === id ? id : `${name} (${id})`
    const head = `${i + 1}. ${title}${prompt === null ? '' : `: ${prompt}`}`
    if (type === 'linear') return [head]
    const ways = next.map(({ to, condition }) => `   -> ${words.leads(to, condition ?? undefined)}`)
    return [head, ...(is_end ? [`   ${words.ends}`] : ways)]
  })
}
