import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './openapi.ts'

export type { components, paths } from './openapi.ts'
export type Schemas = components['schemas']
export type ApiClient = Client<paths>

export interface ClientOptions {
  /** Where the API is, e.g. https://voice.example.com. */
  url: string
  key: string
  /** With the platform's key: for which company it acts. */
  company_id?: string
  fetch?: (request: Request) => Promise<Response>
}

/**
 * Every route of the API, with the types of what it takes and answers: `client.GET('/api/calls/{id}', { params })`
 * resolves to `{ data }`, or to `{ error }` with the problem that was answered; it rejects when nothing was.
 */
export function apiClient({ url, key, company_id, fetch }: ClientOptions): ApiClient {
  return createClient<paths>({
    baseUrl: url.replace(/\/+$/, ''),
    headers: {
      authorization: `Bearer ${key}`,
      ...(company_id !== undefined && { 'x-company-id': company_id }),
    },
    ...(fetch && { fetch }),
  })
}
