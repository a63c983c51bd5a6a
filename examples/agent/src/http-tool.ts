import { type Dispatcher, request } from 'undici'
import type { Brief } from './brief.ts'
import { hasPrivateHost } from './public-addresses.ts'

type HttpCall = NonNullable<Brief['tools'][number]['http']>

export interface HttpToolContext {
  dispatcher: Dispatcher
  toPrivate: boolean
  /** The secrets of the call's company. */
  secrets: Readonly<Record<string, string>>
}

/** An answer is read to a model: longer ones are cut, characters. */
const longestAnswer = 4_000

/**
 * Makes the request of a tool. Secrets are put in here, when it is sent, and nowhere else.
 *
 * @returns what was answered, as the model is to read it
 * @throws Error in words for the model, without addresses or secrets
 */
export async function callTool(
  call: HttpCall,
  args: Record<string, unknown>,
  reach: HttpToolContext,
): Promise<string> {
  const isQuery = call.method === 'GET' || call.method === 'DELETE'
  const url = new URL(call.url)
  if (isQuery) for (const [name, value] of Object.entries(args)) url.searchParams.set(name, textOf(value))
  if (!reach.toPrivate && hasPrivateHost(url)) throw new Error('The service is not to be reached from here.')
  const headers = headersOf(call, reach.secrets)
  let answer: { status: number; text: string }
  try {
    const { statusCode, body } = await request(url, {
      method: call.method,
      dispatcher: reach.dispatcher,
      signal: AbortSignal.timeout(call.timeout_ms),
      headers: { ...headers, ...(!isQuery && { 'content-type': 'application/json' }) },
      ...(!isQuery && { body: JSON.stringify(args) }),
    })
    answer = { status: statusCode, text: (await body.text()).slice(0, longestAnswer) }
  } catch (error) {
    const isLate = (error as Error).name === 'TimeoutError'
    throw new Error(isLate ? 'The service did not answer in time.' : 'The service could not be reached.')
  }
  if (answer.status < 200 || answer.status >= 300)
    throw new Error(`The service answered ${answer.status}: ${answer.text || 'nothing'}`)
  return answer.text === '' ? 'Done.' : answer.text
}

function headersOf({ headers }: HttpCall, secrets: HttpToolContext['secrets']): Record<string, string> {
  return Object.fromEntries(
    headers.map(({ name, secret, prefix }) => {
      if (!Object.hasOwn(secrets, secret))
        throw new Error(`The secret ${secret} is not set up for this company.`)
      return [name, `${prefix}${secrets[secret]}`]
    }),
  )
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
