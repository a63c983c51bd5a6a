import { randomBytes } from 'node:crypto'

export interface Reply {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every type are read.
  body: any
}

/** One company, or a stranger, that sends requests to a running service. */
export class Client {
  readonly url: string
  readonly key: string | undefined

  constructor(url: string, key: string | undefined) {
    this.url = url
    this.key = key
  }

  /** Creates a company and an admin key of it. */
  static async ofNewCompany(url: string, platformKey: string): Promise<Client> {
    const platform = new Client(url, platformKey)
    const slug = `company-${randomBytes(8).toString('hex')}`
    const company = await platform.must('POST', '/api/companies', { name: slug, slug })
    const { key } = await platform.must('POST', `/api/companies/${company.id}/keys`, {
      name: 'neighbour',
      scopes: ['admin'],
    })
    return new Client(url, key)
  }

  get headers(): Record<string, string> {
    return this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }
  }

  /** Sends a body as it is if it is a text or bytes, else as JSON. */
  async send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Reply> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...this.headers, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: isRaw ? (body as never) : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
    return { status: response.status, body: isJson ? JSON.parse(text) : text }
  }

  /** The body of a response; repeats the request while the service is overloaded. @throws Error when it is refused */
  async must(method: string, path: string, body?: unknown): Promise<Reply['body']> {
    for (;;) {
      const response = await this.send(method, path, body)
      if (response.status < 300) return response.body
      const { code, detail, errors = [] } = response.body ?? {}
      if (code !== 'overloaded')
        throw new Error(`${method} ${path}: ${response.status} ${code}: ${detail} ${JSON.stringify(errors)}`)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }

  /** Uploads a file as a call list of a campaign. */
  async upload(campaign: string, file: Buffer | string, name = 'list.csv'): Promise<Reply> {
    const form = new FormData()
    form.append('file', new Blob([file as never]), name)
    const response = await fetch(`${this.url}/api/campaigns/${campaign}/call-list`, {
      method: 'POST',
      headers: this.headers,
      body: form,
    })
    return { status: response.status, body: await response.json() }
  }
}
