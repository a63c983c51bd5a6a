import { llm, type voice } from '@livekit/agents'
import type { Completion } from '@new-voice/sdk'
import type { Brief } from './brief.ts'
import type { FlowTracker } from './flow.ts'
import { callTool, type HttpToolContext } from './http-tool.ts'
import type { Phone } from './phone.ts'

type BriefTool = Brief['tools'][number]
type Parameters = { type: 'object'; properties: Record<string, object>; required?: string[] }
type Run = (args: Record<string, unknown>, context: { ctx: voice.RunContext }) => Promise<string>

/** What functions act on: a conversation, as far as they know it. */
export interface ToolContext {
  brief: Brief
  session: voice.AgentSession
  flow: FlowTracker
  phone: Phone
  reach: HttpToolContext
  /** Where calls are handed over when the tool names nobody. */
  handoffTo: string | undefined
  /** Tells what becomes known of the call. */
  update(completion: Completion): void
  /** Ends it. */
  end(reason: string, completion?: Completion): void
}

/** The functions of a brief, and those every conversation has: where it is, what was found out, and its end. */
export function toolsOf(conversation: ToolContext): llm.FunctionTool[] {
  const { brief } = conversation
  const told = new Map(brief.tools.map((tool) => [tool.name, tool]))
  const own = brief.functions.flatMap(({ name, description, parameters }) => {
    const tool = told.get(name)
    return tool === undefined
      ? []
      : [toolOf(name, description, parameters as Parameters, runOf(conversation, tool))]
  })
  const taken = new Set(brief.functions.map(({ name }) => name.toLowerCase()))
  const free = (name: string) => (taken.has(name) ? `agent_${name}` : name)
  const hasEnd = brief.tools.some(({ type }) => type === 'end_call')
  return [
    ...own,
    ...(brief.flow.states.length > 1 ? [stageTool(conversation, free('enter_stage'))] : []),
    noteTool(conversation, free('note_down')),
    ...(hasEnd
      ? []
      : [
          toolOf(free('end_call'), 'Ends the call. Say goodbye first.', none, (_, { ctx }) =>
            endCall(conversation, null, ctx),
          ),
        ]),
  ]
}

const none: Parameters = { type: 'object', properties: {} }

const toolOf = (name: string, description: string, parameters: Parameters, run: Run): llm.FunctionTool =>
  llm.tool({
    name,
    description,
    parameters: parameters as never,
    execute: async (args: Record<string, unknown>, context: { ctx: voice.RunContext }) => {
      try {
        return await run(args ?? {}, context)
      } catch (error) {
        throw new llm.ToolError((error as Error).message)
      }
    },
  }) as llm.FunctionTool

/** What happens when the model calls a function of the brief. */
function runOf(conversation: ToolContext, tool: BriefTool): Run {
  const { http, destination, message } = tool
  if (http !== null) return (args) => callTool(http, args, conversation.reach)
  if (tool.type === 'handoff') return (_, { ctx }) => handOver(conversation, destination, message, ctx)
  return (_, { ctx }) => endCall(conversation, message, ctx)
}

async function endCall(
  conversation: ToolContext,
  message: string | null,
  ctx: voice.RunContext,
): Promise<string> {
  await ctx.waitForPlayout()
  if (message !== null)
    await conversation.session.say(message, { allowInterruptions: false }).waitForPlayout()
  conversation.end('agent_hung_up')
  return 'The call is over.'
}

async function handOver(
  conversation: ToolContext,
  destination: string | null,
  message: string | null,
  ctx: voice.RunContext,
): Promise<string> {
  const to = destination ?? conversation.handoffTo
  if (to === undefined) throw new Error('Nobody can be reached: say that somebody will call back.')
  await ctx.waitForPlayout()
  if (message !== null)
    await conversation.session.say(message, { allowInterruptions: false }).waitForPlayout()
  // Said before, for the callee may be gone when the answer comes.
  conversation.update({ outcome: 'transferred' })
  try {
    await conversation.phone.transfer(to)
  } catch {
    conversation.update({ outcome: undefined })
    throw new Error('Nobody could be reached there: say that somebody will call back.')
  }
  conversation.end('transferred')
  return 'The call was handed over.'
}

/** The model says where the conversation is; the flow says whether it may be there. */
function stageTool({ flow: walk, brief }: ToolContext, name: string): llm.FunctionTool {
  const stage = { type: 'string', enum: brief.flow.states.map(({ id }) => id) }
  const parameters: Parameters = { type: 'object', properties: { stage }, required: ['stage'] }
  return toolOf(
    name,
    'Call it whenever the conversation moves on to another stage.',
    parameters,
    async ({ stage }) => {
      const state = walk.enter(String(stage))
      const task = state.prompt ?? state.name
      if (walk.isFinal) return `${task} This is the last stage: when it is done, end the call.`
      return `${task} From here: ${walk.transitions.map(wayOf).join('; ')}.`
    },
  )
}

const wayOf = ({ to, condition }: { to: string; condition: string | null }) =>
  condition === null ? to : `${to}, if ${condition}`

/** What the platform acts on, beside what the skillbase wants to be found out. */
function noteTool(conversation: ToolContext, name: string): llm.FunctionTool {
  const text = { type: 'string' }
  const properties = {
    ...Object.fromEntries(conversation.brief.collect.map((field) => [field, text])),
    opt_out: { type: 'boolean', description: 'They do not want to be called again.' },
    callback_at: {
      type: 'string',
      description: 'When they want to be called instead, ISO 8601 with the offset.',
    },
    outcome: {
      type: 'string',
      enum: ['success', 'fail', 'callback'],
      description: 'Whether the goal of the call was reached, or they want to be called at another time.',
    },
    reason: { type: 'string', description: 'Why, in a sentence.' },
  }
  const description = 'Notes what was found out, as soon as it is known. Names only what is known.'
  return toolOf(name, description, { type: 'object', properties }, async (args) => {
    conversation.update(completionOf(args))
    return 'Noted.'
  })
}

function completionOf({ outcome, reason, ...found }: Record<string, unknown>): Completion {
  const known = Object.entries(found).filter(([, value]) => value !== null && value !== '')
  return {
    ...(known.length > 0 && { collected_data: Object.fromEntries(known) }),
    ...(typeof outcome === 'string' && { outcome: outcome as NonNullable<Completion['outcome']> }),
    ...(typeof reason === 'string' && reason !== '' && { outcome_reason: reason }),
  }
}
