import { timingSafeEqual } from 'node:crypto'
import type { KeyScope } from '../db/schema/index.ts'
import { FairQueue } from '../lib/fair-queue.ts'
import { secretHash } from '../lib/secret-hash.ts'
import { ExistingHashes } from './existing-hashes.ts'

/** The authenticated caller of a request: an API key of a company, the token of one call, or the platform (PLATFORM_KEY). */
export interface Caller {
  /** Undefined for the platform, which names a company in X-Company-Id. */
  company_id: string | undefined
  key_id: string
  /** Only for a call token: the call that it is valid for. */
  call_id?: string | undefined
  scopes: readonly Scope[]
  expires_at: Date | null
  is_company_active: boolean
  /** The company's own rate limit; undefined: the default applies. */
  requests_per_minute: number | undefined
}

/** `call` is the scope of a call token: the agent of one call, on the routes of that call. */
export type Scope = KeyScope | 'platform' | 'call'

export const platformCaller: Caller = {
  company_id: undefined,
  key_id: 'platform',
  scopes: ['platform'],
  expires_at: null,
  is_company_active: true,
  requests_per_minute: undefined,
}

/** What a request authenticates with: a key or token, or on a WebSocket a ticket. */
export interface Credential {
  kind: 'key' | 'ticket'
  secret: string
}

/** Who sent a credential. */
export interface Sender {
  /** What its requests without a valid credential count for. */
  address: () => string
  /** Whether the address has sent so many requests without a valid credential that its keys are not looked up one by one. */
  isOverLimit: () => Promise<boolean>
  /** Called with each credential that was looked up and is not valid. */
  onWrong: () => Promise<void>
}

/** `over_limit`: the credential is not valid, and its address had sent too many before. */
export type Authentication = { kind: 'valid'; caller: Caller } | { kind: 'wrong' } | { kind: 'over_limit' }

interface CallerOptions {
  /** The caller of a key or token, by its SHA-256 (hex); undefined when it is unknown or revoked. */
  findCaller: (secret: string, hash: string) => Promise<Caller | undefined>
  /** Those of these SHA-256 (hex) that are of a key or token, valid or not. */
  findExisting: (hashes: readonly string[]) => Promise<readonly string[]>
  /** The caller that a ticket was issued to; undefined when it is unknown, expired or used. A ticket works once. */
  redeemTicket: (ticket: string) => Promise<Caller | undefined>
  platformKey: string | undefined
  now: () => Date
}

/** How long the result of a lookup is used, ms. A revoked key must stop working within 5 s in every process. */
const resultMs = 3_000
/** Keys that were valid at their last lookup. The ones that were not looked up for longest are dropped. */
const maxValidKeys = 10_000
/** The same for keys that were not valid. They have a bound of their own, so that guessed keys displace no valid one. */
const maxWrongKeys = 1_000

/** Lookups of credentials in the database at a time, and waiting, per address. A lookup takes about 1 ms. */
const lookupsPerAddress = { concurrency: 2, maxWaiting: 500 }
/** Of tickets of all addresses that are over their limit. */
const ticketsOverLimit = { concurrency: 1, maxWaiting: 100 }

const wrong: Authentication = { kind: 'wrong' }
const overLimit: Authentication = { kind: 'over_limit' }

/** Finds the callers of credentials. Caches results by the hash of the key, also that a key is not valid. */
export class CallerCache {
  private readonly options: CallerOptions
  /** Entries stay after `until`: a key that was valid at its last lookup is looked up again, whatever its address sends. */
  private readonly valid = new Map<string, { caller: Caller; until: number }>()
  /** Until when a key is taken as not valid, without another lookup. */
  private readonly wrongUntil = new Map<string, number>()
  /** Lookups that are in progress. */
  private readonly pending = new Map<string, Promise<Authentication>>()
  private readonly platformHash: Buffer | undefined
  private readonly lookups = new FairQueue(lookupsPerAddress)
  private readonly ticketLookups = new FairQueue(ticketsOverLimit)
  private readonly existing: ExistingHashes

  constructor(options: CallerOptions) {
    this.options = options
    this.existing = new ExistingHashes(options.findExisting)
    this.platformHash =
      options.platformKey === undefined ? undefined : Buffer.from(secretHash(options.platformKey), 'hex')
  }

  /** @throws Refusal 'unavailable' when too many credentials of this address are being looked up */
  async authenticate({ kind, secret }: Credential, sender: Sender): Promise<Authentication> {
    const now = this.options.now()
    if (kind === 'ticket') return this.redeem(secret, sender)
    const hash = secretHash(secret)
    if (this.platformHash !== undefined && timingSafeEqual(Buffer.from(hash, 'hex'), this.platformHash))
      return { kind: 'valid', caller: platformCaller }
    const cached = this.valid.get(hash)
    if (cached !== undefined && cached.until > now.getTime()) return asOf(cached.caller, now)
    if ((this.wrongUntil.get(hash) ?? 0) > now.getTime()) return wrong
    const pending = this.pending.get(hash)
    if (pending !== undefined) return pending
    const found = this.findKey(secret, hash, sender).finally(() => this.pending.delete(hash))
    this.pending.set(hash, found)
    return found
  }

  private async findKey(secret: string, hash: string, sender: Sender): Promise<Authentication> {
    const until = this.options.now().getTime() + resultMs
    const wasValid = this.valid.has(hash)
    const isOverLimit = !wasValid && (await sender.isOverLimit())
    if (isOverLimit && !(await this.existing.has(hash))) return overLimit
    const result = await this.lookUp(sender, () => this.options.findCaller(secret, hash))
    this.valid.delete(hash)
    if (result.kind === 'valid') setLast(this.valid, hash, { caller: result.caller, until }, maxValidKeys)
    else setLast(this.wrongUntil, hash, until, maxWrongKeys)
    return result.kind === 'wrong' && isOverLimit ? overLimit : result
  }

  private async redeem(ticket: string, sender: Sender): Promise<Authentication> {
    const find = () => this.options.redeemTicket(ticket)
    if (!(await sender.isOverLimit())) return this.lookUp(sender, find)
    const result = await this.ticketLookups.run('all', () => this.lookUp(sender, find))
    return result.kind === 'wrong' ? overLimit : result
  }

  private lookUp(sender: Sender, find: () => Promise<Caller | undefined>): Promise<Authentication> {
    return this.lookups.run(sender.address(), async () => {
      const caller = await find()
      const result = caller === undefined ? wrong : asOf(caller, this.options.now())
      if (result.kind === 'wrong') await sender.onWrong()
      return result
    })
  }
}

/** An expired key is not valid. */
const asOf = (caller: Caller, now: Date): Authentication =>
  caller.expires_at !== null && caller.expires_at <= now ? wrong : { kind: 'valid', caller }

/** Adds an entry as the last one, and removes the first ones beyond `max`. */
function setLast<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key)
  map.set(key, value)
  for (const first of map.keys()) {
    if (map.size <= max) return
    map.delete(first)
  }
}
