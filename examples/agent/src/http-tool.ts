import { type Dispatcher, request } from 'undici'
import type { Brief } from './brief.ts'
import { hasPrivateHost } from './public-addresses.ts'

type HttpCall = NonNullable<Brief['tools'][number]['http']>

export interface HttpToolContext {
  dispatcher: Dispatcher
  allowPrivateAddresses: boolean
  /** The secrets of the call's company, by name. */
  secrets: Readonly<Record<string, string>>
}

/** Longest response, characters; the rest is cut off. The response becomes part of the model's context. */
const maxResponseLength = 4_000

/**
 * Sends the request of an HTTP tool. Secrets are inserted here, when it is sent, and are stored nowhere else.
 *
 * @returns the response body, for the model
 * @throws Error with a text for the model, without addresses or secrets
 */
export async function callTool(
  call: HttpCall,
  args: Record<string, unknown>,
  { dispatcher, allowPrivateAddresses, secrets }: HttpToolContext,
): Promise<string> {
  const usesQuery = call.method === 'GET' || call.method === 'DELETE'
  const url = new URL(call.url)
  if (usesQuery) for (const [name, value] of Object.entries(args)) url.searchParams.set(name, textOf(value))
  if (!allowPrivateAddresses && hasPrivateHost(url))
    throw new Error('The service has a private address, which tools may not reach.')
  const headers = headersOf(call, secrets)
  let response: { status: number; text: string }
  try {
    const { statusCode, body } = await request(url, {
      method: call.method,
      dispatcher,
      signal: AbortSignal.timeout(call.timeout_ms),
      headers: { ...headers, ...(!usesQuery && { 'content-type': 'application/json' }) },
      ...(!usesQuery && { body: JSON.stringify(args) }),
    })
    response = { status: statusCode, text: (await body.text()).slice(0, maxResponseLength) }
  } catch (error) {
    const isTimeout = (error as Error).name === 'TimeoutError'
    throw new Error(isTimeout ? 'The service did not respond in time.' : 'The service could not be reached.')
  }
  if (response.status < 200 || response.status >= 300)
    throw new Error(`The service returned status ${response.status}: ${response.text || 'no text'}`)
  return response.text === '' ? 'Done.' : response.text
}

function headersOf({ headers }: HttpCall, secrets: HttpToolContext['secrets']): Record<string, string> {
  return Object.fromEntries(
    headers.map(({ name, secret, prefix }) => {
      if (!Object.hasOwn(secrets, secret))
        throw new Error(`The secret ${secret} is not configured for this company.`)
      return [name, `${prefix}${secrets[secret]}`]
    }),
  )
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
