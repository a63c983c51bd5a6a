import { connect, type Socket } from 'node:net'

export interface RawResponse {
  status: number
  /** By lower-case name; the last one of several. */
  headers: Record<string, string>
  /** Parsed when it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every type.
  body: any
}

/** A connection that sends bytes as they are, and reads until the service closes it. */
export class RawConnection {
  readonly socket: Socket
  /** Everything that was received, when the connection has been closed. */
  readonly closed: Promise<string>

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    const chunks: Buffer[] = []
    this.socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    // A reset, when the service closes the connection.
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      const finish = () => {
        this.socket.destroy()
        resolve(Buffer.concat(chunks).toString('latin1'))
      }
      this.socket.once('end', finish).once('close', finish)
    })
  }

  send(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes)
  }
}

/** Sends bytes over a new connection, and returns the responses until the service closes it. */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<RawResponse[]> {
  const connection = new RawConnection(url)
  connection.send(bytes)
  return parseResponses(await connection.closed)
}

/** Splits what was received into responses. A response without a length has the rest. */
export function parseResponses(received: string): RawResponse[] {
  const responses: RawResponse[] = []
  let rest = received
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) throw new Error(`not a response: ${rest.slice(0, 200)}`)
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    const status = Number(statusLine.split(' ')[1])
    const hasBody = status >= 200 && status !== 204 && status !== 304
    const length = hasBody ? Number(headers['content-length'] ?? rest.length) : 0
    const text = rest.slice(end + 4, end + 4 + length)
    rest = rest.slice(end + 4 + length)
    const isJson = headers['content-type']?.includes('json') && headers['content-encoding'] === undefined
    responses.push({ status, headers, body: isJson ? JSON.parse(text) : text })
  }
  return responses
}
