import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** 256 random bits, as the Standard Webhooks libraries take them. */
export const createSecret = () => `${prefix}${randomBytes(32).toString('base64')}`

/**
 * The value of webhook-signature, by each secret: "v1,<base64>" of HMAC-SHA256 over "id.timestamp.body" (Standard
 * Webhooks 1.0.0, https://github.com/standard-webhooks/standard-webhooks). `timestamp` in seconds.
 */
export const signatureHeader = (
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string,
): string =>
  secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
    })
    .join(' ')
