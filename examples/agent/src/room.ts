import { type JobContext, voice, waitForParticipantAttribute } from '@livekit/agents'
import { ParticipantKind, type RemoteParticipant, RoomEvent } from '@livekit/rtc-node'
import type { AnsweredBy, Job } from './call.ts'
import { livekitPhone } from './phone.ts'

/** Where the callee's line is, as LiveKit's SIP says it. */
const callStatus = 'sip.callStatus'
/** Somebody who answers and says nothing is greeted after so long, ms. */
const noSpeechTimeoutMs = 3_000

/** A job of LiveKit, as a call needs it. */
export function livekitJob(ctx: JobContext): Job {
  const { room } = ctx
  return {
    metadata: ctx.job.metadata,
    connect: () => ctx.connect(),
    startOptions: (callee) => ({
      room,
      inputOptions: { closeOnDisconnect: true, ...(callee !== undefined && { participantIdentity: callee }) },
    }),
    waitForAnswer: async (callee) => {
      const participant = await ctx.waitForParticipant(callee)
      // Who came by a browser is on the line when they are in the room; a telephone is in it while it rings.
      if (callee === undefined || participant.info.kind !== ParticipantKind.SIP) return
      await waitForParticipantAttribute({ room, identity: callee, attribute: callStatus, value: 'active' })
    },
    detectAnsweredBy: listen,
    phone: (callee) => {
      const { url, apiKey = '', apiSecret = '' } = ctx.info
      return livekitPhone({ url, apiKey, apiSecret }, ctx.job.room?.name ?? '', callee)
    },
    onLeft: (callee, left) => {
      room.on(
        RoomEvent.ParticipantDisconnected,
        ({ identity }: RemoteParticipant) => identity === callee && left(),
      )
    },
    onShutdown: (work) => ctx.addShutdownCallback(work),
    leave: (reason) => ctx.shutdown(reason),
  }
}

/** LiveKit's detection of answering machines, by the session's own ears and mind. */
async function listen(session: voice.AgentSession, participantIdentity: string): Promise<AnsweredBy> {
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
