import { sql } from 'drizzle-orm'
import type { CostAmounts, CostComponent, CostLine, Providers } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { invalid } from '../../lib/errors.ts'
import { divide, formatFixed, isZero, parseDecimal } from '../../lib/numbers/decimal.ts'
import { getSkillbase, getVersion } from '../skillbases/index.ts'
import type { Usage } from './calculate-costs.ts'
import { type BillableCall, calculateCallCosts, readPricesFor } from './price-calls.ts'

export interface EstimateInput {
  usage?: Usage | undefined
  /** How long the call is that `usage` is of; without it there is nothing a minute. */
  minutes?: number | undefined
  skillbase_id?: string | undefined
  skillbase_version?: number | undefined
  providers?: Providers | undefined
  is_phone?: boolean | undefined
  at?: Date | undefined
}

export interface Estimate {
  /** USD of one call. */
  per_call: CostAmounts
  /** USD of one minute of it. */
  per_minute: CostAmounts | null
  lines: CostLine[]
  unpriced: CostComponent[]
  usage: Record<string, string | number | null>
  minutes: number | null
  /** Calls the usage is the average of; null where it was given. */
  n: number | null
}

/**
 * What a call will cost at the prices of an instant: one with the usage that is given, or an average one of a
 * skillbase's own last thousand.
 *
 * @throws Refusal 'not_found', or 'invalid' where there is nothing to go by
 */
export async function estimateCosts(tx: Tx, input: EstimateInput, now: Date): Promise<Estimate> {
  const { skillbase_id, providers } = input
  const config = skillbase_id === undefined ? null : await configOf(tx, skillbase_id, input.skillbase_version)
  const basis = input.usage
    ? { usage: input.usage, minutes: input.minutes ?? null, n: null }
    : await average(tx, input)
  const call = {
    call_id: '',
    started_at: (input.at ?? now).toISOString(),
    is_phone: input.is_phone ?? true,
    usage: basis.usage,
    ...{ present: {}, cost_lines: null, reported: {} },
    providers: providers ?? null,
    config,
  } satisfies BillableCall
  const { amounts, lines, unpriced } = calculateCallCosts(call, await readPricesFor(tx, [call]))
  const given = Object.entries(basis.usage).filter(([, used]) => used !== undefined)
  const usage = Object.fromEntries(given) as Estimate['usage']
  return { per_call: amounts, per_minute: aMinute(amounts, basis.minutes), lines, unpriced, ...basis, usage }
}

function aMinute(amounts: CostAmounts, minutes: number | null): CostAmounts | null {
  if (minutes === null || isZero(parseDecimal(minutes))) return null
  const entries = Object.entries(amounts).map(([name, amount]) => [
    name,
    formatFixed(divide(parseDecimal(amount), parseDecimal(minutes)), 6),
  ])
  return Object.fromEntries(entries)
}

async function configOf(
  tx: Tx,
  skillbase_id: string,
  version: number | undefined,
): Promise<BillableCall['config']> {
  const skillbase = await getSkillbase(tx, skillbase_id)
  const number = version ?? skillbase.published_version ?? skillbase.version
  return (await getVersion(tx, skillbase_id, number)).config as BillableCall['config']
}

async function average(tx: Tx, { skillbase_id, skillbase_version }: EstimateInput) {
  if (skillbase_id === undefined) {
    throw invalid(
      'nothing_to_estimate',
      'Say what a call uses (usage), or whose calls to go by (skillbase_id).',
    )
  }
  const [found] = await tx.execute<{ n: number; minutes: string | null } & Record<string, string | null>>(sql`
    select count(*)::int as n, round(avg(duration_sec)::numeric / 60, 6)::text as minutes,
      ${sql.raw(usages.map((name) => `round(avg(coalesce(${name}, 0))::numeric, 6)::text as ${name}`).join(', '))}
    from (
      select c.duration_sec, ${sql.raw(usages.map((name) => `m.${name}`).join(', '))}
      from calls c join call_metrics m on m.company_id = ${tx.company_id}::uuid and m.call_id = c.id
      where c.company_id = ${tx.company_id}::uuid and c.skillbase_id = ${skillbase_id}::uuid
        and (${skillbase_version ?? null}::int is null or c.skillbase_version = ${skillbase_version ?? null}::int)
        and c.ended_at is not null
        and greatest(m.stt_duration_sec, m.llm_input_tokens, m.tts_characters, m.livekit_duration_sec) > 0
      order by c.started_at desc, c.id desc limit 1000
    ) as last`)
  const { n = 0, minutes = null, ...sums } = found ?? {}
  if (n === 0)
    throw invalid('no_history', 'No call of this skillbase was measured yet: say what a call uses (usage).')
  return { usage: sums as Usage, minutes: minutes === null ? null : Number(minutes), n }
}

const usages = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
  'livekit_duration_sec',
]
