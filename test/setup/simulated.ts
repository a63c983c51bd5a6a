import { type Rates, usualRates, withFaults } from '../../src/telephony/simulated-plan.ts'

/** Rates at which one fate is certain, and nothing else goes wrong. */
export const only = (
  fate: keyof Rates['fates'],
  conversation: keyof Rates['conversations'] = 'success',
): Rates => {
  const none = withFaults(usualRates, 0)
  const zero = <T extends object>(of: T) => Object.fromEntries(Object.keys(of).map((name) => [name, 0])) as T
  return {
    ...none,
    fates: { ...zero(none.fates), [fate]: 1 },
    conversations: { ...zero(none.conversations), [conversation]: 1 },
  }
}
