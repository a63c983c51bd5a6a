import type { Storm } from './storm.ts'

/** What must be zero after a storm. */
export const violations = [
  'doubles',
  'lost',
  'unknown_to_us',
  'wrong_counters',
  'wrong_histories',
  'over_concurrency',
  'over_company_concurrency',
  'over_minute',
  'over_minute_at_carrier',
  'while_not_allowed',
  'to_suppressed',
  'untold_calls',
  'untold_turns',
  'event_gaps',
  'double_invites',
  'rooms_left',
] as const satisfies (keyof Storm)[]

export const isClean = (storm: Storm): boolean => violations.every((name) => storm[name] === 0)

/** The figures of a storm, for people. */
export function show(storm: Storm): string {
  const { worst, ...figures } = storm
  const lines = Object.entries(figures).map(([name, value]) => {
    const isWrong = (violations as readonly string[]).includes(name) && value !== 0
    return `  ${name.replaceAll('_', ' ').padEnd(28)} ${value}${isWrong ? '   <- must be 0' : ''}`
  })
  return [
    ...lines,
    `  ${'worst concurrency'.padEnd(28)} ${worst.concurrency}`,
    `  ${'worst 60 s'.padEnd(28)} ${worst.minute}`,
    isClean(storm) ? 'The storm broke no rule.' : 'The storm broke a rule.',
  ].join('\n')
}
