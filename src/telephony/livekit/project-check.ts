import { RoomServiceClient, ServerError, SipClient } from 'livekit-server-sdk'
import { codeOfError } from './invite-results.ts'
import type { LivekitProject } from './rooms.ts'

/** One checked setting. `advice` explains how to correct it; undefined when the setting is right. */
export interface ProjectCheck {
  setting: string
  result: string
  advice?: string
}

type CheckedProject = Pick<LivekitProject, 'url' | 'apiKey' | 'apiSecret' | 'trunkId' | 'timeoutSec'>

/**
 * Checks the URL and the keys of a LiveKit project, and then its SIP trunk, without placing a call. The trunk is not
 * checked when the keys are wrong.
 */
export async function checkProject({
  url,
  apiKey,
  apiSecret,
  trunkId,
  timeoutSec = 10,
}: CheckedProject): Promise<ProjectCheck[]> {
  const options = { requestTimeout: timeoutSec, failover: false }
  const projectCheck = await check('LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET', async () => {
    const rooms = await new RoomServiceClient(url, apiKey, apiSecret, options).listRooms()
    return `LiveKit accepts the keys (${rooms.length} rooms)`
  })
  if (projectCheck.advice !== undefined) return [projectCheck]
  const trunkCheck = await check('LIVEKIT_SIP_TRUNK_ID', async () => {
    const trunks = await new SipClient(url, apiKey, apiSecret, options).listSipOutboundTrunk()
    const trunk = trunks.find(({ sipTrunkId }) => sipTrunkId === trunkId)
    if (trunk === undefined) {
      const ids = trunks.map(({ sipTrunkId }) => sipTrunkId).join(', ')
      throw new UnusableTrunk(
        `The project has no outbound trunk with this id. Its outbound trunks: ${ids || 'none'}. Use one of them, or create one.`,
      )
    }
    const { name, numbers, address } = trunk
    if (address === '')
      throw new UnusableTrunk('The trunk has no address to send calls to. Set its address in LiveKit.')
    return `trunk ${name || trunkId} sends calls to ${address} and has ${numbers.length} number(s)`
  })
  return [projectCheck, trunkCheck]
}

class UnusableTrunk extends Error {}

async function check(setting: string, request: () => Promise<string>): Promise<ProjectCheck> {
  try {
    return { setting, result: await request() }
  } catch (error) {
    return { setting, result: 'failed', advice: adviceOf(error) }
  }
}

function adviceOf(error: unknown): string {
  if (error instanceof UnusableTrunk) return error.message
  if (error instanceof ServerError) {
    const code = codeOfError(error)
    if (code === 'unauthenticated')
      return 'LiveKit rejects the API key or its secret. Check that both belong to this project and are complete.'
    if (code === 'permission_denied')
      return 'The API key lacks permissions. It needs access to rooms and to SIP.'
    return `LiveKit responded with ${code}. Check that the URL is that of a LiveKit project with SIP.`
  }
  const { code } = ((error as Error)?.cause ?? {}) as { code?: string }
  return `LiveKit could not be reached (${code ?? (error as Error)?.name}). Check LIVEKIT_URL and the network.`
}
