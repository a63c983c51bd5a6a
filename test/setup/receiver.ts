import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Test } from 'tap'

export interface ReceivedRequest {
  id: string
  body: string
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: tests read any event.
  event: any
}

/** A webhook receiver that stores its requests and responds as a test decides. */
export class Receiver {
  readonly requests: ReceivedRequest[] = []
  /** Returns the status of the response, or writes the response to `reply` and returns undefined. */
  respond: (received: ReceivedRequest, reply: ServerResponse) => unknown = () => 200
  url = ''

  static async of(t: Test): Promise<Receiver> {
    const receiver = new Receiver()
    const server = createServer(async (request, reply) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { headers } = request
      const received = { id: String(headers['webhook-id']), body, headers, event: JSON.parse(body) }
      receiver.requests.push(received)
      const status = receiver.respond(received, reply)
      if (typeof status === 'number') reply.writeHead(status).end('a body that is ignored')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    t.teardown(() => {
      server.closeAllConnections()
      server.close()
    })
    return receiver
  }

  get types(): string[] {
    return this.requests.map(({ event }) => event.type)
  }

  get ids(): string[] {
    return this.requests.map(({ id }) => id)
  }
}

/** Whether the public standardwebhooks library accepts the signature. */
export function hasValidSignature(secret: string, { body, headers }: ReceivedRequest): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}
