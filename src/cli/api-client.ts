/** The service's HTTP API, as a program at the other end of a wire calls it. */
export interface ApiClient {
  // biome-ignore lint/suspicious/noExplicitAny: answers are read where they are known; the SDK will type them.
  get(path: string): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  post(path: string, body: unknown): Promise<any>
}

/** @throws Error with the problem's words when the answer is none of 2xx */
export function createApiClient(url: string, key: string): ApiClient {
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const told: any = await answer.json()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${told.detail}`)
    return told
  }
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) }
}
