import { setTimeout as sleep } from 'node:timers/promises'
import { apiClient, type Schemas } from '@new-voice/sdk/client'

export type Brief = Schemas['Brief']

/** The metadata that the platform gives to a job, as JSON. */
export interface JobMetadata {
  company_id: string
  call_id: string
  token: string
}

/** Parses the metadata of a job. @throws Error when it was not created by the platform */
export function readJobMetadata(metadata: string): JobMetadata {
  let parsed: unknown
  try {
    parsed = JSON.parse(metadata)
  } catch {
    parsed = undefined
  }
  const { company_id, call_id, token } = (parsed ?? {}) as Partial<JobMetadata>
  if (typeof company_id !== 'string' || typeof call_id !== 'string' || typeof token !== 'string')
    throw new Error(
      'The job was not dispatched by the platform: its metadata names no call. Check that AGENT_NAME is not used by another agent.',
    )
  return { company_id, call_id, token }
}

const maxAttempts = 4
const firstPauseMs = 250
const requestTimeoutMs = 2_000

/**
 * Fetches the brief of a call. The platform dials after this request, which shows that an agent is ready. Retried when
 * the status is 5xx or there is no response.
 *
 * @throws Error with the status and the reason, without the token
 */
export async function fetchBrief(apiUrl: string, { call_id, token }: JobMetadata): Promise<Brief> {
  const api = apiClient({
    url: apiUrl,
    key: token,
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(requestTimeoutMs) }),
  })
  for (let attempt = 1; ; attempt++) {
    const result = await api
      .GET('/api/calls/{id}/brief', { params: { path: { id: call_id } } })
      .then(({ data, error, response }) => ({ data, error, status: response.status }))
      .catch((error: Error) => ({ data: undefined, error: { detail: error.name }, status: 503 }))
    if (result.data !== undefined) return result.data
    if (result.status < 500 || attempt === maxAttempts)
      throw new Error(
        `The brief could not be fetched (${result.status}): ${result.error?.detail ?? 'no reason was given'}`,
      )
    await sleep(firstPauseMs * attempt)
  }
}
