import { createHash } from 'node:crypto'
import t, { test } from 'tap'
import { type Caller, CallerCache, platformCaller } from '../../src/http/callers.ts'
import { type Headers, startTestService } from '../setup/service.ts'

/** A cache with one key, which counts the lookups of each key and the statements for many. */
function createCache() {
  const lookups: string[] = []
  const batches: number[] = []
  const caller: Caller = { ...platformCaller, company_id: 'a', key_id: 'k' }
  const callers = new CallerCache({
    findCaller: async (secret) => {
      lookups.push(secret)
      return secret.startsWith('valid') ? caller : undefined
    },
    findExisting: async (hashes) => {
      batches.push(hashes.length)
      return hashes.filter((hash) => hash === createHash('sha256').update('valid new').digest('hex'))
    },
    redeemTicket: async () => undefined,
    platformKey: undefined,
    now: () => new Date(0),
  })
  let isOverLimit = false
  const sender = {
    address: () => 'x',
    isOverLimit: async () => isOverLimit,
    onWrong: async () => undefined,
  }
  const authenticate = async (secret: string) =>
    (await callers.authenticate({ kind: 'key', secret }, sender)).kind
  const exceedLimit = () => {
    isOverLimit = true
  }
  return { lookups, batches, authenticate, exceedLimit }
}

test('Wrong keys displace no valid key', async (t) => {
  const { lookups, authenticate } = createCache()
  t.equal(await authenticate('valid'), 'valid')
  for (let i = 0; i < 20_000; i++) await authenticate(`wrong ${i}`)
  t.equal(await authenticate('valid'), 'valid')
  t.equal(lookups.filter((secret) => secret === 'valid').length, 1, 'it is not looked up again')
  const repeated = await Promise.all(Array.from({ length: 100 }, () => authenticate('wrong again')))
  t.same(new Set(repeated), new Set(['wrong']))
  t.equal(lookups.filter((secret) => secret === 'wrong again').length, 1, 'a wrong key is looked up once')
})

test('Wrong keys of an address over its limit are looked up many at a time, and its valid keys work', async (t) => {
  const { lookups, batches, authenticate, exceedLimit } = createCache()
  t.equal(await authenticate('valid'), 'valid')
  exceedLimit()
  const guesses = Array.from({ length: 900 }, (_, i) => authenticate(`wrong ${i}`))
  t.equal(await authenticate('valid new'), 'valid')
  t.same(new Set(await Promise.all(guesses)), new Set(['over_limit']))
  t.equal(await authenticate('valid'), 'valid')
  t.same(batches, [901])
  t.same(lookups, ['valid', 'valid new'])
  const flood = await Promise.all(Array.from({ length: 5_000 }, (_, i) => authenticate(`flood ${i}`)))
  t.same(new Set(flood), new Set(['over_limit']))
  t.same(batches, [901, 1_000], 'keys beyond those that may wait are not looked up')
})

const s = await startTestService(t, { TRUST_PROXY: '1' })

test('Addresses of one IPv6 network count as one', async (t) => {
  const get = (address: string) =>
    s.request('GET', '/api/company', { authorization: `Bearer v6-${address}`, 'x-forwarded-for': address })
  for (let i = 0; i < 300; i++) await get(`2001:db8:0:1:${i.toString(16)}::1`)
  t.equal((await get('2001:db8:0:1:ffff::2')).status, 429)
  t.equal((await get('2001:db8:0:2::1')).status, 401)
  t.equal((await get('::ffff:203.0.113.77')).status, 401)
})

test('Wrong tickets are limited as keys are', async (t) => {
  const get = (ticket: string) =>
    s.request('GET', `/api/live?ticket=${ticket}`, { 'x-forwarded-for': '198.51.100.9' })
  for (let i = 0; i < 300; i++) await get(`nvt_${i}`)
  t.equal((await get('nvt_300')).status, 429)
})

test('401 has an error code of RFC 6750 only where a key was sent', async (t) => {
  const challenge = async (headers: Headers, path = '/api/company') => {
    const response = await s.request('GET', path, headers)
    t.equal(response.status, 401)
    return response.headers['www-authenticate']
  }
  const invalid = 'Bearer error="invalid_token", error_description="It is unknown, revoked or expired."'
  t.equal(await challenge({}), 'Bearer')
  t.equal(await challenge({ authorization: 'Basic YTpi' }), 'Bearer')
  t.equal(await challenge({ authorization: 'Bearer nv_00000000_x' }), invalid)
  t.equal(await challenge({}, '/api/live?ticket=nvt_x'), invalid)
  t.equal(await challenge({}, '/api/live'), 'Bearer')
})
