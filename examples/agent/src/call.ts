import { voice } from '@livekit/agents'
import { TelemetrySender } from '@new-voice/sdk'
import { collectSession, endOnCrash, type SessionReport } from '@new-voice/sdk/agents'
import type { Dispatcher } from 'undici'
import { type Brief, fetchBrief, type JobMetadata, readJobMetadata } from './brief.ts'
import { Conversation } from './conversation.ts'
import type { Models } from './models.ts'
import type { Phone } from './phone.ts'
import type { Settings } from './settings.ts'

/** Who answered the call. A phone menu or a call screening counts as a person: the agent talks to it. */
export type AnsweredBy = 'person' | 'voicemail' | 'unavailable'

type StartOptions = Omit<Parameters<voice.AgentSession['start']>[0], 'agent'>

/** The operations of a LiveKit job that a call uses; tests replace them. */
export interface Job {
  metadata: string
  connect(): Promise<void>
  /** Audio input and output of the session. */
  startOptions(callee: string | undefined): StartOptions
  /** Resolves when the callee has answered; rejects when the callee leaves, the room is closed, or `signal` is aborted. */
  waitForAnswer(callee: string | undefined, signal: AbortSignal): Promise<void>
  /** Detects whether a person or a machine answers. Called before the call is answered. */
  detectAnsweredBy(session: voice.AgentSession, callee: string): Promise<AnsweredBy>
  phone(callee: string): Phone
  /** Calls `listener` when the callee has left the room, or the room is closed. */
  onLeft(callee: string, listener: () => void): void
  /** Runs `work` before the process ends the job. */
  onShutdown(work: () => Promise<void>): void
  /** Leaves the room and ends the job. */
  leave(reason: string): void
}

export interface CallDeps {
  settings: Settings
  models: (brief: Brief) => Models
  dispatcher: Dispatcher
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
  /** Time limit for sending telemetry at the end, ms. Default: 15,000. */
  closeMs?: number
  /** Time limit of the wait for the answer, ms. Default: that of the brief. */
  answerTimeoutMs?: number
}

/**
 * Runs one call, from the job to its report. The platform dials when the agent has fetched the brief. If the agent
 * cannot speak, it reports that and leaves, and the telephone stops ringing. An agent that comes too late leaves at once, and
 * none waits for ever: it would keep a process from the next call.
 */
export async function runCall(job: Job, deps: CallDeps): Promise<void> {
  const metadata = readJobMetadata(job.metadata)
  const connectedAt = performance.now()
  await job.connect()
  const brief = await fetchBriefOrLeave(job, metadata, deps)
  if (brief === undefined) return
  const sender = createSender(brief, deps)
  let report: SessionReport | undefined
  job.onShutdown(async () => {
    report?.end()
    const stats = await sender.close(deps.closeMs ?? 15_000)
    if (stats.rejected + stats.dropped > 0) deps.log.warn({ ...stats }, 'telemetry was lost')
  })
  const callee = brief.direction === 'outbound' ? `callee-${metadata.call_id}` : undefined
  const conversation = prepareConversation(job, brief, callee, deps)
  if (conversation instanceof Error) {
    deps.log.warn({ call_id: brief.call_id, reason: conversation.message }, 'the agent cannot speak')
    const ended_reason = conversation.message
    sender.collect(brief.call_id).finalizeCall({ status: 'failed', outcome: 'agent_error', ended_reason })
    return job.leave('the agent cannot speak')
  }
  const { session } = conversation
  await session.start({ agent: conversation.createAgent(), ...job.startOptions(callee) })
  const answeredBy = callee === undefined ? 'person' : job.detectAnsweredBy(session, callee)
  // Prevents an unhandled rejection: the detection can fail before it is awaited below.
  Promise.resolve(answeredBy).catch(() => undefined)
  try {
    await job.waitForAnswer(callee, answerDeadline(brief, deps))
  } catch {
    // Nothing is reported: the carrier reports the outcome of a call that was not answered.
    await session.close()
    return job.leave('the call was not answered')
  }
  report = collectSession(session, sender.collect(brief.call_id), {
    connectedAt,
    state: () => conversation.flow.state.id,
  })
  const removeCrashHandler = endOnCrash(report, sender)
  conversation.startTimeLimit()
  conversation.onCompletion = (completion) => report?.update(completion)
  const closed = new Promise<void>((resolve) => session.on('close' as never, (() => resolve()) as never))
  if (callee !== undefined)
    job.onLeft(callee, () => session.shutdown({ reason: 'participant_disconnected', drain: false }))
  await startConversation(conversation, await personIfUnknown(answeredBy))
  await closed
  removeCrashHandler()
  // Sent before hanging up: the carrier's event also ends the call, and contains less than the report.
  await sender.flush(1_000)
  await hangUp(conversation, metadata, deps)
  job.leave('the call is over')
}

/** Fetches the brief. Leaves, and returns undefined, when there is none, because the call is over for example. */
async function fetchBriefOrLeave(
  job: Job,
  metadata: JobMetadata,
  { settings, log }: CallDeps,
): Promise<Brief | undefined> {
  try {
    return await fetchBrief(settings.apiUrl, metadata)
  } catch (error) {
    log.warn({ call_id: metadata.call_id, reason: (error as Error).message }, 'there is no brief')
    job.leave('there is no brief')
    return undefined
  }
}

/** Aborted when the callee should have answered. An inbound call has no such limit. */
function answerDeadline(
  { limits: { answer_timeout_sec } }: Brief,
  { answerTimeoutMs }: CallDeps,
): AbortSignal {
  const ms = answerTimeoutMs ?? (answer_timeout_sec === null ? undefined : answer_timeout_sec * 1_000)
  return ms === undefined ? new AbortController().signal : AbortSignal.timeout(ms)
}

/** Creates the session and the conversation; returns the error when a plugin or a key is missing. */
function prepareConversation(
  job: Job,
  brief: Brief,
  callee: string | undefined,
  { settings, models, dispatcher }: CallDeps,
): Conversation | Error {
  try {
    const session = new voice.AgentSession({ ...models(brief) })
    return new Conversation(brief, session, {
      phone: job.phone(callee ?? ''),
      httpTools: {
        dispatcher,
        allowPrivateAddresses: settings.allowPrivateAddresses,
        secrets: settings.secrets[brief.company_id] ?? {},
      },
      handoffTo: settings.handoffTo,
    })
  } catch (error) {
    return error as Error
  }
}

/** When the detection fails, the callee is treated as a person. */
const personIfUnknown = async (answeredBy: AnsweredBy | Promise<AnsweredBy>): Promise<AnsweredBy> =>
  Promise.resolve(answeredBy).catch(() => 'person')

async function startConversation(conversation: Conversation, answeredBy: AnsweredBy): Promise<void> {
  if (answeredBy === 'person') await conversation.greet()
  else if (answeredBy === 'voicemail') conversation.end('machine_vm', { outcome: 'voicemail' })
  else conversation.end('machine_unavailable', { outcome: 'no_answer' })
}

async function hangUp({ phone }: Conversation, { call_id }: JobMetadata, { log }: CallDeps): Promise<void> {
  try {
    await phone.hangUp()
  } catch (error) {
    // The platform hangs up calls whose agent has left.
    log.warn({ call_id, error: (error as Error).name }, 'hanging up failed')
  }
}

const createSender = ({ report, call_id }: Brief, { log }: CallDeps) =>
  new TelemetrySender({
    url: report.telemetry_url.replace(/\/api\/telemetry$/, ''),
    key: report.token,
    onWarning: ({ kind }, { field, reason }) =>
      log.info({ call_id, kind, field, reason }, 'a value was not stored'),
    onDrop: ({ kind }, reason) => log.warn({ call_id, kind, reason }, 'telemetry was lost'),
    onError: (error, attempt) => log.info({ call_id, attempt }, error.message),
    onMisuse: (message) => log.warn({ call_id }, message),
  })
