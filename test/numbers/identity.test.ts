import { sql } from 'drizzle-orm'
import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { test } from 'tap'
import { queries } from '../../src/db/query/define-query.ts'
import { acrossCompanies } from '../../src/db/transaction.ts'
import { phoneIdentity } from '../../src/lib/phone/identity.ts'
import { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
// This defines the queries of the queue when it is loaded.
import '../../src/workers.ts'
import { startTestService } from '../setup/service.ts'

/** Forms of one telephone: the current ones, and those that were valid before the plan of their country changed. */
const telephones = [
  ['+5491123456789', '+541123456789'],
  ['+5493515123456', '+543515123456'],
  ['+5511987654321', '+551187654321', '+5501187654321'],
  ['+5547999123456', '+554799123456'],
  ['+525512345678', '+5215512345678', '+52015512345678', '+520445512345678', '+520455512345678'],
]

/** Pairs that look alike and are two telephones. */
const distinct = [
  ['+5491123456789', '+5491123456780'],
  ['+551132345678', '+5511932345678'],
  ['+525512345678', '+15512345678'],
  ['+541123456789', '+5511923456789'],
]

test('The identity of a telephone', async (t) => {
  const exampleNumbers = getCountries().flatMap(
    (country) => getExampleNumber(country, examples)?.number ?? [],
  )

  t.test(
    'All forms of a number have the identity of their telephone, and other numbers another one',
    async (t) => {
      for (const forms of telephones) {
        t.equal(new Set(forms.map(phoneIdentity)).size, 1, forms.join(' and '))
      }
      for (const [one = '', other = ''] of distinct) t.not(phoneIdentity(one), phoneIdentity(other))
      t.ok(exampleNumbers.length > 200, 'one for each country')
      const changed = exampleNumbers.filter((number) => phoneIdentity(number) !== number)
      t.same(changed, [getExampleNumber('AR', examples)?.number], 'only the 9 of Argentina is left out')
    },
  )

  t.test('PostgreSQL and JavaScript agree about numbers of every country and of every length', async (t) => {
    const s = await startTestService(t)
    const random = new SeededRandom('identity')
    const digits = (length: number) =>
      Array.from({ length }, () => Math.floor(random.between(0, 9.999))).join('')
    const prefixes = ['+52', '+521', '+52044', '+54', '+549', '+55', '+550', '+5511', '+5', '+1', '+7', '+44']
    const randomNumbers = prefixes.flatMap((prefix) =>
      Array.from({ length: 400 }, (_, i) => `${prefix}${digits(4 + (i % 10))}`),
    )
    const numbers = [...exampleNumbers, ...telephones.flat(), ...distinct.flat(), ...randomNumbers]
    const rows = await s.db.orm.execute(sql`
      select number, phone_identity(number) as identity from unnest(${`{${numbers.join(',')}}`}::text[]) as number`)
    t.equal(rows.length, numbers.length)
    t.same(
      rows.filter(({ number, identity }) => identity !== phoneIdentity(number as string)),
      [],
    )
  })

  t.test(
    'The queue finds leases, suppressions and attempts of a telephone by the indexes of its identity',
    async (t) => {
      const s = await startTestService(t)
      const indexes = {
        'dialing.claim_attempts': [
          'leases_phone_identity_key',
          'suppressions_phone_identity_key',
          'call_tasks_phone_identity_key',
          'test_calls_phone_identity_idx',
        ],
        'dialing.find_further_numbers': ['suppressions_phone_identity_key', 'call_tasks_phone_identity_key'],
      }
      for (const [name, expected] of Object.entries(indexes)) {
        const { text = '' } = queries.get(name) ?? {}
        const values = [...new Set(text.match(/\$\d+/g))].map(() => 'null').join(', ')
        const lines = await acrossCompanies(
          s.db,
          async (tx) => {
            await tx.send(`prepare checked as ${text}`, [])
            const plan = await tx.send(`explain execute checked(${values})`, [])
            await tx.send('deallocate checked', [])
            return plan
          },
          { plans: 'cached' },
        )
        const plan = lines.map((line) => line['QUERY PLAN']).join('\n')
        for (const index of expected) t.match(plan, new RegExp(`using ${index}`), `${name}: ${index}`)
      }
    },
  )
})
