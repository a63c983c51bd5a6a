import { voice } from '@livekit/agents'
import { TelemetrySender } from '@new-voice/sdk'
import { collectSession, endOnCrash, type SessionReport } from '@new-voice/sdk/agents'
import type { Dispatcher } from 'undici'
import { type Brief, fetchBrief, type JobMetadata, readJobMetadata } from './brief.ts'
import { Conversation } from './conversation.ts'
import type { Models } from './models.ts'
import type { Phone } from './phone.ts'
import type { Settings } from './settings.ts'

/** Who answered. A menu or a screening is talked to as a person is. */
export type AnsweredBy = 'person' | 'voicemail' | 'unavailable'

type StartOptions = Omit<Parameters<voice.AgentSession['start']>[0], 'agent'>

/** A job as the call needs it: the room it is in, and who else is there. */
export interface Job {
  metadata: string
  connect(): Promise<void>
  /** What a session hears and speaks by. */
  startOptions(callee: string | undefined): StartOptions
  /** Resolves when the callee is on the line. @throws when they never are */
  waitForAnswer(callee: string | undefined): Promise<void>
  /** Who answered; asked before anybody has. */
  detectAnsweredBy(session: voice.AgentSession, callee: string): Promise<AnsweredBy>
  phone(callee: string): Phone
  /** The callee is gone, for whatever reason. */
  onLeft(callee: string, left: () => void): void
  /** What is to be done before the process forgets the job. */
  onShutdown(work: () => Promise<void>): void
  /** The agent leaves the room. */
  leave(reason: string): void
}

export interface CallDeps {
  settings: Settings
  models: (brief: Brief) => Models
  dispatcher: Dispatcher
  log: { info(what: object, message: string): void; warn(what: object, message: string): void }
  /** What is sent at the end may take so long, ms. */
  closeMs?: number
}

/**
 * One call, from the job to its report. The brief is asked for first, which lets the telephone ring; whoever cannot speak then
 * says so and leaves, and it rings no longer.
 */
export async function runCall(job: Job, around: CallDeps): Promise<void> {
  const assignment = readJobMetadata(job.metadata)
  const connectedAt = performance.now()
  await job.connect()
  const brief = await fetchBrief(around.settings.apiUrl, assignment)
  const sender = senderOf(brief, around)
  let report: SessionReport | undefined
  job.onShutdown(async () => {
    report?.end()
    const counts = await sender.close(around.closeMs ?? 15_000)
    if (counts.rejected + counts.dropped > 0) around.log.warn({ ...counts }, 'telemetry was lost')
  })
  const callee = brief.direction === 'outbound' ? `callee-${assignment.call_id}` : undefined
  const conversation = prepare(job, brief, callee, around)
  if (conversation instanceof Error) {
    around.log.warn({ call_id: brief.call_id, reason: conversation.message }, 'the agent cannot speak')
    const ended_reason = conversation.message
    sender.collect(brief.call_id).finalizeCall({ status: 'failed', outcome: 'agent_error', ended_reason })
    return job.leave('cannot speak')
  }
  const { session } = conversation
  await session.start({ agent: conversation.agent(), ...job.startOptions(callee) })
  const answerer = callee === undefined ? 'person' : job.detectAnsweredBy(session, callee)
  // It may fail before anybody waits for it.
  Promise.resolve(answerer).catch(() => undefined)
  try {
    await job.waitForAnswer(callee)
  } catch {
    // How the call went the carrier tells: nobody was spoken to.
    await session.close()
    return job.leave('nobody answered')
  }
  report = collectSession(session, sender.collect(brief.call_id), {
    connectedAt,
    providers: providersOf(brief),
    state: () => conversation.flow.state.id,
  })
  const over = endOnCrash(report, sender)
  conversation.onCompletion = (completion) => report?.update(completion)
  const closed = new Promise<void>((resolve) => session.on('close' as never, (() => resolve()) as never))
  if (callee !== undefined)
    job.onLeft(callee, () => session.shutdown({ reason: 'participant_disconnected', drain: false }))
  await begin(conversation, await answererOf(answerer))
  await closed
  over()
  // How it went is told before the line is cut: the carrier knows less of it.
  await sender.flush(1_000)
  await hangUp(conversation, assignment, around)
  job.leave('the call is over')
}

/** Everything that can fail before somebody is on the line. */
function prepare(job: Job, brief: Brief, callee: string | undefined, around: CallDeps): Conversation | Error {
  const { settings, dispatcher } = around
  try {
    const session = new voice.AgentSession({ ...around.models(brief) })
    return new Conversation(brief, session, {
      phone: job.phone(callee ?? ''),
      reach: {
        dispatcher,
        toPrivate: settings.allowPrivateAddresses,
        secrets: settings.secrets[brief.company_id] ?? {},
      },
      handoffTo: settings.handoffTo,
    })
  } catch (error) {
    return error as Error
  }
}

/** A machine that could not be told from a person is greeted as one. */
const answererOf = async (answerer: AnsweredBy | Promise<AnsweredBy>): Promise<AnsweredBy> =>
  Promise.resolve(answerer).catch(() => 'person')

async function begin(conversation: Conversation, answerer: AnsweredBy): Promise<void> {
  if (answerer === 'person') await conversation.greet()
  else if (answerer === 'voicemail') conversation.end('machine_vm', { outcome: 'voicemail' })
  else conversation.end('machine_unavailable', { outcome: 'no_answer' })
}

async function hangUp({ phone }: Conversation, { call_id }: JobMetadata, { log }: CallDeps): Promise<void> {
  try {
    await phone.hangUp()
  } catch (error) {
    // The service hangs up whom an agent has left.
    log.warn({ call_id, fault: (error as Error).name }, 'the call could not be hung up')
  }
}

const senderOf = ({ report, call_id }: Brief, { log }: CallDeps) =>
  new TelemetrySender({
    url: report.telemetry_url.replace(/\/api\/telemetry$/, ''),
    key: report.token,
    onDrop: ({ kind }, reason) => log.warn({ call_id, kind, reason }, 'telemetry was lost'),
    onError: (error, attempt) => log.info({ call_id, attempt }, error.message),
    onMisuse: (what) => log.warn({ call_id }, what),
  })

/** As the skillbase names them, so that the price book finds them. */
function providersOf({ stt, llm, tts }: Brief) {
  const named = ({ provider, model }: { provider: string; model: string | null }) => ({
    provider,
    ...(model !== null && { model }),
  })
  return { stt: named(stt), llm: named(llm), tts: named(tts) }
}
