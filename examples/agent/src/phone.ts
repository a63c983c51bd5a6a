import { RoomServiceClient, ServerError, SipClient } from 'livekit-server-sdk'

/** What an agent does with the line itself. */
export interface Phone {
  /** Ends the call; one that is over is no fault. */
  hangUp(): Promise<void>
  /** Hands the callee over to a number (E.164) or a SIP address. @throws when that is refused */
  transfer(destination: string): Promise<void>
}

export interface Project {
  url: string
  apiKey: string
  apiSecret: string
}

/** The line of a room, by LiveKit's API. */
export function livekitPhone({ url, apiKey, apiSecret }: Project, room: string, callee: string): Phone {
  const rooms = new RoomServiceClient(url, apiKey, apiSecret)
  // Asked a second time by itself, it might transfer twice.
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
