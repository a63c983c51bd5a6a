/** Error codes of connections that failed before the request was sent. */
const notSentCodes = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]

/**
 * Describes an error of fetch. `reason` is the code of its cause, such as ECONNREFUSED, or else the name of the error.
 * `wasSent` is false when the request certainly did not reach the server.
 */
export function connectionFailure(error: unknown): { reason: string; wasSent: boolean } {
  const { code } = ((error as Error)?.cause ?? {}) as { code?: string }
  const reason = code ?? (error as Error)?.name ?? 'unknown'
  return { reason, wasSent: !notSentCodes.includes(code ?? '') }
}
