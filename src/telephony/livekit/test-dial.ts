import { randomUUID } from 'node:crypto'
import { RoomServiceClient, ServerError, SipClient } from 'livekit-server-sdk'
import { type InviteResult, resultOfError } from './invite-results.ts'
import type { ProjectCheck } from './project-check.ts'
import { dialResponseSec, type LivekitProject } from './rooms.ts'

/** How long the telephone of a test call rings, seconds. */
const ringSec = 30
/** LiveKit ends the test call after this time if it cannot be hung up, seconds from its INVITE. */
const maxCallSec = 60

type DialedProject = Pick<LivekitProject, 'url' | 'apiKey' | 'apiSecret' | 'trunkId'>

/**
 * Calls a number (E.164) through the trunk in a room without an agent, and hangs up when it is answered. The check succeeds when
 * the trunk placed the call, whether it was answered or not.
 */
export async function testDial(project: DialedProject, number: string): Promise<ProjectCheck> {
  const { url, apiKey, apiSecret, trunkId } = project
  const setting = 'call'
  const room = `check-${randomUUID()}`
  const rooms = new RoomServiceClient(url, apiKey, apiSecret)
  // With failover, the number could be dialed twice.
  const sip = new SipClient(url, apiKey, apiSecret, { failover: false })
  try {
    // LiveKit may be configured not to create rooms by itself.
    await rooms.createRoom({ name: room, emptyTimeout: maxCallSec })
    await sip.createSipParticipant(trunkId, number, room, {
      participantIdentity: 'callee',
      ringingTimeout: ringSec,
      maxCallDuration: maxCallSec,
      waitUntilAnswered: true,
      hidePhoneNumber: true,
      timeout: ringSec + dialResponseSec,
    })
    return { setting, result: 'the call was answered and hung up' }
  } catch (error) {
    const result = resultOfError(error)
    if (result.kind === 'ended' && result.outcome !== 'lost')
      return {
        setting,
        result: `the trunk placed the call, which ended with ${result.outcome} (${result.reason})`,
      }
    // A response without a code is not Twirp's. The one to a wrong key contains the token.
    const text =
      error instanceof ServerError && error.code !== undefined
        ? ` LiveKit: ${error.message.replaceAll(number, 'the number')}.`
        : ''
    return { setting, result: 'failed', advice: `${describe(result)}${text}` }
  } finally {
    // What the check found counts. LiveKit itself ends the call and closes the room after `maxCallSec`.
    await rooms.deleteRoom(room).catch(() => undefined)
  }
}

function describe(result: InviteResult): string {
  if (result.kind === 'refused') return `The call was not placed: ${result.pauseReason ?? result.reason}.`
  return `LiveKit did not report how the call ended: ${result.reason}.`
}
