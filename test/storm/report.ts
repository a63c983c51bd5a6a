import type { Storm } from './storm.ts'

/** Findings that must be zero after a storm. */
export const violations = [
  'overlapping_calls',
  'unfinished',
  'unknown_calls',
  'slots_held',
  'wrong_counters',
  'wrong_histories',
  'over_concurrency',
  'over_company_concurrency',
  'over_minute',
  'over_minute_at_carrier',
  'while_not_allowed',
  'to_suppressed',
  'calls_with_wrong_events',
  'turns_without_event',
  'event_gaps',
  'disagreements',
  'opt_outs_not_suppressed',
  'dialed_after_opt_out',
  'dialed_before_callback',
  'callbacks_lost',
  'dialed_after_success',
  'wrong_shares',
  'double_invites',
  'rooms_left',
] as const satisfies (keyof Storm)[]

export const isClean = (storm: Storm): boolean => violations.every((name) => storm[name] === 0)

/** The findings of a storm as text. */
export function formatFindings(storm: Storm): string {
  const { worst, ...figures } = storm
  const lines = Object.entries(figures).map(([name, value]) => {
    const isWrong = (violations as readonly string[]).includes(name) && value !== 0
    return `  ${name.replaceAll('_', ' ').padEnd(28)} ${value}${isWrong ? '   <- must be 0' : ''}`
  })
  return [
    ...lines,
    `  ${'worst concurrency'.padEnd(28)} ${worst.concurrency}`,
    `  ${'worst 60 s'.padEnd(28)} ${worst.minute}`,
    isClean(storm) ? 'No rule was broken.' : 'A rule was broken.',
  ].join('\n')
}
