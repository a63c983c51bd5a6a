import { llm, type voice } from '@livekit/agents'
import type { Completion } from '@new-voice/sdk'
import type { Brief } from './brief.ts'
import type { FlowTracker } from './flow.ts'
import { callTool, type HttpToolContext } from './http-tool.ts'
import type { Phone } from './phone.ts'

type BriefTool = Brief['tools'][number]
type Parameters = { type: 'object'; properties: Record<string, object>; required?: string[] }
type Run = (args: Record<string, unknown>, context: { ctx: voice.RunContext }) => Promise<string>

/** The members of a conversation that functions use. */
export interface ToolContext {
  brief: Brief
  session: voice.AgentSession
  flow: FlowTracker
  phone: Phone
  httpTools: HttpToolContext
  /** Where calls are transferred when the tool has no destination: E.164 or a SIP address. */
  handoffTo: string | undefined
  /** Records a part of the call's result. */
  update(completion: Completion): void
  /** Ends the conversation. */
  end(reason: string, completion?: Completion): void
}

/**
 * The functions that the model may call: those of the brief, and the built-in enter_stage, note_down and end_call. A
 * built-in function whose name is used by the skillbase gets the prefix `agent_`.
 */
export function toolsOf(conversation: ToolContext): llm.FunctionTool[] {
  const { brief } = conversation
  const toolsByName = new Map(brief.tools.map((tool) => [tool.name, tool]))
  const ofSkillbase = brief.functions.flatMap(({ name, description, parameters }) => {
    const tool = toolsByName.get(name)
    return tool === undefined
      ? []
      : [toolOf(name, description, parameters as Parameters, runOf(conversation, tool))]
  })
  const usedNames = new Set(brief.functions.map(({ name }) => name.toLowerCase()))
  const unusedName = (name: string) => (usedNames.has(name) ? `agent_${name}` : name)
  const hasEndCall = brief.tools.some(({ type }) => type === 'end_call')
  return [
    ...ofSkillbase,
    ...(brief.flow.states.length > 1 ? [stageTool(conversation, unusedName('enter_stage'))] : []),
    noteTool(conversation, unusedName('note_down')),
    ...(hasEndCall
      ? []
      : [
          toolOf(unusedName('end_call'), 'Ends the call. Say goodbye first.', noParameters, (_, { ctx }) =>
            endCall(conversation, null, ctx),
          ),
        ]),
  ]
}

const noParameters: Parameters = { type: 'object', properties: {} }

const toolOf = (name: string, description: string, parameters: Parameters, run: Run): llm.FunctionTool =>
  llm.tool({
    name,
    description,
    parameters,
    execute: async (args: Record<string, unknown>, context: { ctx: voice.RunContext }) => {
      try {
        return await run(args ?? {}, context)
      } catch (error) {
        throw new llm.ToolError((error as Error).message)
      }
    },
  })

/** Implements a function of the brief: an HTTP request, a transfer to a person, or the end of the call. */
function runOf(conversation: ToolContext, tool: BriefTool): Run {
  const { http, destination, message } = tool
  if (http !== null) return (args) => callTool(http, args, conversation.httpTools)
  if (tool.type === 'handoff') return (_, { ctx }) => transferCall(conversation, destination, message, ctx)
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

async function transferCall(
  conversation: ToolContext,
  destination: string | null,
  message: string | null,
  ctx: voice.RunContext,
): Promise<string> {
  const to = destination ?? conversation.handoffTo
  if (to === undefined)
    throw new Error('No destination is configured. Tell the callee that a person will call back.')
  await ctx.waitForPlayout()
  if (message !== null)
    await conversation.session.say(message, { allowInterruptions: false }).waitForPlayout()
  // Recorded before the transfer, because a successful transfer removes the callee from the room and ends the call.
  conversation.update({ outcome: 'transferred' })
  try {
    await conversation.phone.transfer(to)
  } catch {
    conversation.update({ outcome: undefined })
    throw new Error('The transfer failed. Tell the callee that a person will call back.')
  }
  conversation.end('transferred')
  return 'The call was transferred.'
}

/** enter_stage: moves to another state of the flow, if the flow allows it. */
function stageTool({ flow, brief }: ToolContext, name: string): llm.FunctionTool {
  const stage = { type: 'string', enum: brief.flow.states.map(({ id }) => id) }
  const parameters: Parameters = { type: 'object', properties: { stage }, required: ['stage'] }
  return toolOf(
    name,
    'Call this whenever the conversation moves on to another stage.',
    parameters,
    async ({ stage }) => {
      const state = flow.enter(String(stage))
      const task = state.prompt ?? state.name
      if (flow.isFinal) return `${task} This is the last stage: end the call when it is done.`
      return `${task} Next stages: ${flow.transitions.map(describeTransition).join('; ')}.`
    },
  )
}

const describeTransition = ({ to, condition }: { to: string; condition: string | null }) =>
  condition === null ? to : `${to}, if ${condition}`

/** note_down: records the fields that the skillbase collects, and opt_out, callback_at, outcome and reason. */
function noteTool(conversation: ToolContext, name: string): llm.FunctionTool {
  const text = { type: 'string' }
  const properties = {
    ...Object.fromEntries(conversation.brief.collect.map((field) => [field, text])),
    opt_out: { type: 'boolean', description: 'The callee does not want to be called again.' },
    callback_at: {
      type: 'string',
      description: 'When the callee wants to be called instead, as ISO 8601 with an offset.',
    },
    outcome: {
      type: 'string',
      enum: ['success', 'fail', 'callback'],
      description:
        'success or fail: whether the goal of the call was reached. callback: the callee wants to be called later.',
    },
    reason: { type: 'string', description: 'The reason for the outcome, in one sentence.' },
  }
  const description =
    'Records what was found out. Call this as soon as something is known, and give only what is known.'
  return toolOf(name, description, { type: 'object', properties }, async (args) => {
    conversation.update(completionOf(args))
    return 'Noted.'
  })
}

function completionOf({ outcome, reason, ...collected }: Record<string, unknown>): Completion {
  const filled = Object.entries(collected).filter(([, value]) => value !== null && value !== '')
  return {
    ...(filled.length > 0 && { collected_data: Object.fromEntries(filled) }),
    ...(typeof outcome === 'string' && { outcome: outcome as NonNullable<Completion['outcome']> }),
    ...(typeof reason === 'string' && reason !== '' && { outcome_reason: reason }),
  }
}
