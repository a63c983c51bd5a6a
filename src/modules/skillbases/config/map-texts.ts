import { childPointer } from '../../../lib/schema/json-pointer.ts'
import type { SkillbaseConfig, State } from './skillbase-config.ts'
import type { Tool } from './tool-schemas.ts'

/** Who reads a text of a config: the language model, or the bot speaks it as it is. */
type TextUse = 'prompt' | 'spoken'

type MapText = (text: string, use: TextUse, pointer: string) => string

/**
 * Replaces every text of a config that reaches the model or the contact. This is the only list of these texts: variables are
 * filled, warned about and counted in all of them. Ids, addresses, and the names of providers, tools and fields are no texts.
 *
 * @param map called with each text, its use, and the pointer to it
 */
export function mapTexts(config: SkillbaseConfig, map: MapText): SkillbaseConfig {
  const { context, flow, agent, tools } = config
  const prompt = (text: string, pointer: string) => map(text, 'prompt', pointer)
  const { role, style, greeting, safety_rules, facts } = context
  return {
    ...config,
    context: {
      ...context,
      role: prompt(role, '/context/role'),
      style: prompt(style, '/context/style'),
      ...(greeting !== undefined && { greeting: map(greeting, 'spoken', '/context/greeting') }),
      safety_rules: safety_rules.map((rule, i) => prompt(rule, `/context/safety_rules/${i}`)),
      facts: facts.map((fact, i) => prompt(fact, `/context/facts/${i}`)),
    },
    flow: {
      ...flow,
      states: flow.states.map((state, i) => mapState(state, prompt, `/flow/states/${i}`)),
      transitions: flow.transitions.map((transition, i) => {
        const { condition } = transition
        if (condition === undefined) return transition
        return { ...transition, condition: prompt(condition, `/flow/transitions/${i}/condition`) }
      }),
    },
    agent: {
      ...agent,
      handoff_criteria: mapCriteria(agent.handoff_criteria, prompt),
    },
    tools: tools.map((tool, i) => mapTool(tool, map, `/tools/${i}`)),
  }
}

type MapPrompt = (text: string, pointer: string) => string

function mapState(state: State, prompt: MapPrompt, pointer: string): State {
  if (typeof state === 'string') return state
  return {
    ...state,
    name: prompt(state.name, `${pointer}/name`),
    ...(state.prompt !== undefined && { prompt: prompt(state.prompt, `${pointer}/prompt`) }),
  }
}

/** The names of criteria are texts too: the prompt lists them. */
const mapCriteria = (criteria: Record<string, unknown>, prompt: MapPrompt): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(criteria).map(([name, value]) => {
      const pointer = childPointer('/agent/handoff_criteria', name)
      return [prompt(name, pointer), mapStrings(value, pointer, prompt)]
    }),
  )

function mapTool(tool: Tool, map: MapText, pointer: string): Tool {
  const mapped = { ...tool }
  if (mapped.description !== undefined)
    mapped.description = map(mapped.description, 'prompt', `${pointer}/description`)
  if (mapped.type === 'http') {
    const prompt = (text: string, at: string) => map(text, 'prompt', at)
    const parameters = mapStrings(mapped.parameters, `${pointer}/parameters`, prompt, schemaKeywords)
    return { ...mapped, parameters: parameters as typeof mapped.parameters }
  }
  if (mapped.message !== undefined) mapped.message = map(mapped.message, 'spoken', `${pointer}/message`)
  return mapped
}

/** Keywords of JSON Schema whose value is a pattern, a reference or a name: no text for the model to read. */
const schemaKeywords: ReadonlySet<string> = new Set([
  '$anchor',
  '$id',
  '$ref',
  '$schema',
  'contentEncoding',
  'contentMediaType',
  'format',
  'pattern',
  'required',
  'type',
])

/**
 * Replaces the texts in a JSON value. An argument may have the name of a keyword: its value is an object, which is read.
 *
 * @param keywords names of members whose texts, and lists of texts, are left as they are
 */
function mapStrings(
  value: unknown,
  pointer: string,
  map: MapPrompt,
  keywords: ReadonlySet<string> = new Set(),
): unknown {
  if (typeof value === 'string') return map(value, pointer)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value))
    return value.map((item, i) => mapStrings(item, childPointer(pointer, i), map, keywords))
  const isText = (child: unknown) => typeof child === 'string' || Array.isArray(child)
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) =>
      keywords.has(name) && isText(child)
        ? [name, child]
        : [name, mapStrings(child, childPointer(pointer, name), map, keywords)],
    ),
  )
}
