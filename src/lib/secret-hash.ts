import { createHash } from 'node:crypto'

/** The SHA-256 (hex) by which keys, tokens and tickets are stored and found. They are random, so it needs no salt. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')
