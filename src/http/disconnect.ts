import type { FastifyReply } from 'fastify'
import { Refusal } from '../lib/errors.ts'

/** The client disconnected before it had the whole response. Not an error of the service. */
export class ClientDisconnected extends Refusal {
  constructor() {
    super('malformed', 'interrupted', 'The client disconnected before it had the response.')
  }
}

/** A signal that is aborted with a `ClientDisconnected` when the client disconnects before it has the whole response. */
export function disconnectSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new ClientDisconnected())
  })
  return controller.signal
}
