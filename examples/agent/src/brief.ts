import { setTimeout as sleep } from 'node:timers/promises'
import { apiClient, type Schemas } from '@new-voice/sdk/client'

export type Brief = Schemas['Brief']

/** What the service puts into the metadata of a job. */
export interface JobMetadata {
  company_id: string
  call_id: string
  token: string
}

/** @throws Error for metadata that is none of the service's */
export function readJobMetadata(metadata: string): JobMetadata {
  let found: unknown
  try {
    found = JSON.parse(metadata)
  } catch {
    found = undefined
  }
  const { company_id, call_id, token } = (found ?? {}) as Partial<JobMetadata>
  if (typeof company_id !== 'string' || typeof call_id !== 'string' || typeof token !== 'string')
    throw new Error(
      'The job is none of the platform: its metadata names no call. Is the agent name another agent’s too?',
    )
  return { company_id, call_id, token }
}

const tries = 4
const pauseMs = 250

/**
 * Asks for the brief of a call. That also says that an agent is there: from then on the telephone may ring. Asked again after
 * an answer of 5xx, or none: the service dials nobody while it waits.
 *
 * @throws Error when it is not to be had; it holds no token
 */
export async function fetchBrief(apiUrl: string, { call_id, token }: JobMetadata): Promise<Brief> {
  const api = apiClient({
    url: apiUrl,
    key: token,
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(2_000) }),
  })
  for (let nth = 1; ; nth++) {
    const told = await api
      .GET('/api/calls/{id}/brief', { params: { path: { id: call_id } } })
      .then(({ data, error, response }) => ({ data, error, status: response.status }))
      .catch((error: Error) => ({ data: undefined, error: { detail: error.name }, status: 503 }))
    if (told.data !== undefined) return told.data
    if (told.status < 500 || nth === tries)
      throw new Error(`No brief (${told.status}): ${told.error?.detail ?? 'no reason was given'}`)
    await sleep(pauseMs * nth)
  }
}
