import { createHmac, timingSafeEqual } from 'node:crypto'

/** Maximum difference between the time of a signature and this server's clock. Limits replays of captured requests. */
const toleranceSec = 300

const digest = (secret: string, seconds: number, body: string | Uint8Array) =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex')

/** Returns the X-Signature header of a body: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. */
export function signBody(secret: string, body: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
  return `t=${seconds},v1=${digest(secret, seconds, body)}`
}

/**
 * True when the header has a valid and recent signature of the body. It may have several v1, so that secrets can be
 * rotated.
 */
export function hasValidSignature(
  secret: string,
  body: string | Uint8Array,
  header: string | undefined,
  now: Date,
): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2))
  const seconds = Number(parts.find(([name]) => name === 't')?.[1] ?? Number.NaN)
  if (!Number.isInteger(seconds) || Math.abs(now.getTime() / 1000 - seconds) > toleranceSec) return false
  const expected = Buffer.from(digest(secret, seconds, body))
  return parts.some(([name, value]) => {
    const received = Buffer.from(value ?? '')
    return name === 'v1' && received.length === expected.length && timingSafeEqual(received, expected)
  })
}
