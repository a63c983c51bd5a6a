// The settings with which docs/campaigns.md advises to rehearse.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { outcomes } from '../../src/db/schema/index.ts'
import { decideRetry, earlierAttempts } from '../../src/modules/dialing/settle/retry-decision.ts'
import { defaultRates } from '../../src/telephony/simulated/call-plan.ts'
import { projectRoot } from '../setup/programs.ts'

const page = readFileSync(join(projectRoot, 'docs/campaigns.md'), 'utf8')
const section = page.slice(page.indexOf('## Rehearse'))

test('With the settings of the docs for rehearsals, no retry of a simulated outcome waits for minutes', (t) => {
  const settings = JSON.parse(/```json\n([\s\S]*?)```/.exec(section)?.[1] ?? '')
  const ended_at = new Date()
  for (const outcome of outcomes) {
    const attempt = { outcome, isNotDialed: false, isReached: true, isTaskCancelled: false, ended_at }
    const { retryAt = ended_at } = decideRetry(
      { ...attempt, request: { kind: 'none' }, earlier: earlierAttempts({}, {}) },
      { max_attempts: null, max_retries: 3, ...settings },
      1,
    )
    t.ok(retryAt.getTime() - ended_at.getTime() < 60_000, outcome)
  }
  t.end()
})

test('The docs state the rates of simulated calls that wait for a retry', (t) => {
  const { no_answer, busy, declined } = defaultRates.fates
  t.ok(section.includes(`about ${no_answer * 100} are not answered`))
  t.ok(section.includes(`${busy * 100} are busy`))
  t.ok(section.includes(`${declined * 100} are declined`))
  t.end()
})
