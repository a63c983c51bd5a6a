import { RoomServiceClient, ServerError, SipClient } from 'livekit-server-sdk'
import type { LivekitProject } from './rooms.ts'

/** What was looked at; `advice` says what to mend, and is not there where nothing is. */
export interface ProjectCheck {
  setting: string
  result: string
  advice?: string
}

type Asked = Pick<LivekitProject, 'url' | 'apiKey' | 'apiSecret' | 'trunkId' | 'timeoutSec'>

/** Whether the project, its keys and its trunk are what they are taken for: nobody is called. What fails ends it. */
export async function checkProject({
  url,
  apiKey,
  apiSecret,
  trunkId,
  timeoutSec = 10,
}: Asked): Promise<ProjectCheck[]> {
  const options = { requestTimeout: timeoutSec, failover: false }
  const project = await asked('LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET', async () => {
    const rooms = await new RoomServiceClient(url, apiKey, apiSecret, options).listRooms()
    return `LiveKit answers, and takes the keys (${rooms.length} rooms)`
  })
  if (project.advice !== undefined) return [project]
  const trunk = await asked('LIVEKIT_SIP_TRUNK_ID', async () => {
    const trunks = await new SipClient(url, apiKey, apiSecret, options).listSipOutboundTrunk()
    const own = trunks.find(({ sipTrunkId }) => sipTrunkId === trunkId)
    if (own === undefined) {
      const known = trunks.length === 0 ? 'is none' : `are ${trunks.map((one) => one.sipTrunkId).join(', ')}`
      throw new Unusable(
        `The project has no such outbound trunk (there ${known}): make one, or name one of these.`,
      )
    }
    const { name, numbers, address } = own
    if (address === '') throw new Unusable('The trunk names no address to send calls to: give it one.')
    return `${name || trunkId} goes to ${address}, with ${numbers.length} of its own numbers`
  })
  return [project, trunk]
}

/** The project answers, and cannot be dialed through. */
class Unusable extends Error {}

async function asked(what: string, look: () => Promise<string>): Promise<ProjectCheck> {
  try {
    return { setting: what, result: await look() }
  } catch (error) {
    return { setting: what, result: 'is wrong', advice: adviceOf(error) }
  }
}

function adviceOf(error: unknown): string {
  if (error instanceof Unusable) return error.message
  if (error instanceof ServerError) {
    const code = error.code ?? `HTTP ${error.status}`
    if (code === 'unauthenticated' || error.status === 401)
      return 'LiveKit does not take the keys: are they of this project, and its secret whole?'
    if (code === 'permission_denied')
      return 'The keys may not do this: they need the rights to rooms and to SIP.'
    return `LiveKit answered ${code}: is the URL that of a LiveKit project, with SIP?`
  }
  const { code } = ((error as Error)?.cause ?? {}) as { code?: string }
  return `LiveKit was not reached (${code ?? (error as Error)?.name}): see to LIVEKIT_URL, and to the way there.`
}
