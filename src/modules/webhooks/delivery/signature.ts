import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** A new secret of 256 random bits, in the format of the Standard Webhooks libraries. */
export const createSecret = () => `${prefix}${randomBytes(32).toString('base64')}`

/** The secrets to sign a request with: after a rotation also the old one, until it is no longer valid (null). */
export const secretsOf = (webhook: { secret: string; old_secret: string | null }): string[] =>
  webhook.old_secret === null ? [webhook.secret] : [webhook.secret, webhook.old_secret]

/**
 * The value of the webhook-signature header: for each secret, "v1," and the base64 of HMAC-SHA256 over
 * "id.timestamp.body". Source: Standard Webhooks 1.0.0, https://github.com/standard-webhooks/standard-webhooks.
 * `timestamp` is in seconds.
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
