import { createHmac, timingSafeEqual } from 'node:crypto'

/** A signature older than this, or as far ahead, is refused: it may have been listened to, s. */
const toleranceSec = 300

const digest = (secret: string, seconds: number, body: string) =>
  createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')

/** The X-Signature of a body: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. */
export function signBody(secret: string, body: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
  return `t=${seconds},v1=${digest(secret, seconds, body)}`
}

/** Whether a header signs this body, now. Several v1 may stand in it, while a secret is being changed. */
export function hasValidSignature(
  secret: string,
  body: string,
  header: string | undefined,
  now: Date,
): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2))
  const seconds = Number(parts.find(([name]) => name === 't')?.[1] ?? Number.NaN)
  if (!Number.isInteger(seconds) || Math.abs(now.getTime() / 1000 - seconds) > toleranceSec) return false
  const wanted = Buffer.from(digest(secret, seconds, body))
  return parts.some(([name, value]) => {
    const given = Buffer.from(value ?? '')
    return name === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted)
  })
}
