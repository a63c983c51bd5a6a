import { RoomServiceClient, ServerError, SipClient } from 'livekit-server-sdk'

/** Operations on the telephone line of a call. */
export interface Phone {
  /** Ends the call; does nothing when it is already over. */
  hangUp(): Promise<void>
  /** Transfers the callee to a number (E.164) or a SIP address. Rejects when the transfer is refused. */
  transfer(destination: string): Promise<void>
}

export interface LivekitProject {
  url: string
  apiKey: string
  apiSecret: string
}

/** The line of a room, controlled with LiveKit's server API. */
export function livekitPhone(
  { url, apiKey, apiSecret }: LivekitProject,
  room: string,
  callee: string,
): Phone {
  const rooms = new RoomServiceClient(url, apiKey, apiSecret)
  // Without failover: a request that is repeated in another region could transfer the call twice.
  const sip = new SipClient(url, apiKey, apiSecret, { failover: false })
  return {
    hangUp: async () => {
      try {
        await rooms.deleteRoom(room)
      } catch (error) {
        if (!(error instanceof ServerError && error.code === 'not_found')) throw error
      }
    },
    transfer: async (destination) => {
      const to = destination.startsWith('+') ? `tel:${destination}` : destination
      await sip.transferSipParticipant(room, callee, to, { playDialtone: true })
    },
  }
}
