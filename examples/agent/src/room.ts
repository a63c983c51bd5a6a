import { type JobContext, voice, waitForParticipant, waitForParticipantAttribute } from '@livekit/agents'
import { ParticipantKind, type RemoteParticipant, RoomEvent } from '@livekit/rtc-node'
import type { AnsweredBy, Job } from './call.ts'
import { livekitPhone } from './phone.ts'

/** The participant attribute in which LiveKit SIP reports the state of the call. */
const callStatus = 'sip.callStatus'
/** A callee who has answered and stays silent is greeted after this time, ms. */
const noSpeechTimeoutMs = 3_000

/** Implements the operations of a call with a LiveKit job. */
export function livekitJob(ctx: JobContext): Job {
  const { room } = ctx
  return {
    metadata: ctx.job.metadata,
    connect: () => ctx.connect(),
    startOptions: (callee) => ({
      room,
      inputOptions: { closeOnDisconnect: true, ...(callee !== undefined && { participantIdentity: callee }) },
    }),
    waitForAnswer: async (callee, signal) => {
      if (callee === undefined) return void (await ctx.waitForParticipant())
      const participant = await waitForParticipant({ room, identity: callee, signal })
      // A browser participant has answered when it is in the room. A telephone is in the room while it rings.
      if (participant.info.kind !== ParticipantKind.SIP) return
      await waitForParticipantAttribute({
        room,
        identity: callee,
        attribute: callStatus,
        value: 'active',
        signal,
      })
    },
    detectAnsweredBy,
    phone: (callee) => {
      const { url, apiKey = '', apiSecret = '' } = ctx.info
      return livekitPhone({ url, apiKey, apiSecret }, ctx.job.room?.name ?? '', callee)
    },
    onLeft: (callee, listener) => {
      room.on(
        RoomEvent.ParticipantDisconnected,
        ({ identity }: RemoteParticipant) => identity === callee && listener(),
      )
      room.on(RoomEvent.Disconnected, listener)
    },
    onShutdown: (work) => ctx.addShutdownCallback(work),
    leave: (reason) => ctx.shutdown(reason),
  }
}

/** LiveKit's answering machine detection, with the models of the session. */
async function detectAnsweredBy(
  session: voice.AgentSession,
  participantIdentity: string,
): Promise<AnsweredBy> {
  const detection = new voice.AMD(session, {
    llm: null,
    stt: null,
    participantIdentity,
    noSpeechTimeoutMs,
    waitUntilFinished: false,
    suppressCompatibilityWarning: true,
  })
  try {
    const { category } = await detection.execute()
    if (category === voice.AMDCategory.MACHINE_VM) return 'voicemail'
    return category === voice.AMDCategory.MACHINE_UNAVAILABLE ? 'unavailable' : 'person'
  } finally {
    await detection.aclose()
  }
}
