// The data changes of migration 0014: a call and its metrics have one outcome.
import { test } from 'tap'
import { downgrade, upgrade } from '../../src/db/migrations/migrate.ts'
import { emptyDatabase } from '../setup/postgres.ts'
import { connectTo } from './fixtures.ts'

const before = '0013'
const migration = '0014'
const company_id = '00000000-0000-4000-8000-000000000001'

type Case = [call: string | null, metrics: string | null, reason: string | null]

test('Stored outcomes of calls and metrics that differ are made equal: the call wins, unless it has none', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  await upgrade(url, before)
  await sql`insert into companies (id, name, slug) values (${company_id}, 'C', 'c')`
  const cases: { stored: Case; expected: Case; is_classified?: boolean; is_folded_again?: boolean }[] = [
    { stored: ['success', 'success', 'Sold.'], expected: ['success', 'success', 'Sold.'] },
    { stored: ['agent_error', null, 'Silence.'], expected: ['agent_error', 'agent_error', 'Silence.'] },
    { stored: ['busy', 'success', 'Sold.'], expected: ['busy', 'busy', null] },
    { stored: [null, 'success', 'Sold.'], expected: ['success', 'success', 'Sold.'], is_folded_again: true },
    {
      stored: [null, 'fail', 'Classified: it ended after 4 s.'],
      expected: ['fail', 'fail', 'Classified: it ended after 4 s.'],
      is_classified: true,
      is_folded_again: true,
    },
    { stored: [null, null, null], expected: [null, null, null] },
  ]
  const idOf = (i: number) => `00000000-0000-4000-8000-00000000010${i}`
  for (const [i, { stored }] of cases.entries()) {
    const [call, metrics, reason] = stored
    await sql`insert into calls (company_id, id, direction, status, outcome)
      values (${company_id}, ${idOf(i)}, 'inbound', 'completed', ${call})`
    await sql`insert into call_metrics (call_id, outcome, outcome_confidence, outcome_reason)
      values (${idOf(i)}, ${metrics}, 0.5, ${reason})`
  }
  const outcomes = async () => {
    const rows = await sql`
      select c.outcome as of_call, c.is_outcome_classified, m.outcome, m.outcome_reason, m.outcome_confidence, exists (
        select from dirty_calls d where d.call_id = c.id) as is_folded_again
      from calls c join call_metrics m on m.call_id = c.id order by c.id`
    return [...rows]
  }
  const expected = cases.map(({ expected, is_classified = false, is_folded_again = false }, i) => ({
    of_call: expected[0],
    is_outcome_classified: is_classified,
    outcome: expected[1],
    outcome_reason: expected[2],
    outcome_confidence: i === 2 ? null : 0.5,
    is_folded_again,
  }))
  await upgrade(url, migration)
  t.same(await outcomes(), expected)
  await downgrade(url, before)
  t.same(await outcomes(), expected, 'the down migration keeps them')
  await sql`update calls set outcome = 'callback' where id = ${idOf(0)}`
  t.match((await outcomes())[0], { of_call: 'callback', outcome: 'success' }, 'the triggers are gone')
  await upgrade(url, migration)
  t.match((await outcomes())[0], { of_call: 'callback', outcome: 'callback', outcome_reason: null })
})
