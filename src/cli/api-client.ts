/** A minimal client of the HTTP API, for the commands. */
export interface ApiClient {
  // biome-ignore lint/suspicious/noExplicitAny: the commands read a few fields of each response; the SDK has the types.
  get(path: string): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  post(path: string, body: unknown): Promise<any>
}

/**
 * Creates a client that sends the key as bearer token.
 *
 * @param url base URL without a trailing slash
 * @returns a client whose methods throw an Error with the problem's `detail` on a status other than 2xx
 */
export function createApiClient(url: string, key: string): ApiClient {
  const request = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const json: any = await response.json()
    if (!response.ok)
      throw new Error(`${method} ${path} failed with status ${response.status}: ${json.detail}`)
    return json
  }
  return { get: (path) => request('GET', path), post: (path, body) => request('POST', path, body) }
}
