import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './openapi.ts'

export type { components, paths } from './openapi.ts'
export type Schemas = components['schemas']
export type ApiClient = Client<paths>

export interface ClientOptions {
  /** Base URL of the API, e.g. https://voice.example.com. */
  url: string
  key: string
  /** With the platform's key: the company to act for. */
  company_id?: string
  fetch?: (request: Request) => Promise<Response>
}

/**
 * A typed client for every route of the API. `client.GET('/api/calls/{id}', { params })` resolves to `{ data }`, or to
 * `{ error }` with the problem document of the response. It rejects when there is no response.
 */
export function apiClient({ url, key, company_id, fetch }: ClientOptions): ApiClient {
  return createClient<paths>({
    baseUrl: url.replace(/(?<!\/)\/+$/, ''),
    headers: {
      authorization: `Bearer ${key}`,
      ...(company_id !== undefined && { 'x-company-id': company_id }),
    },
    ...(fetch && { fetch }),
  })
}
