import { defaultRates, type Rates, withFaults } from '../../src/telephony/simulated/call-plan.ts'

/** Rates at which one fate is certain, and nothing else goes wrong. */
export const ratesOfOnly = (
  fate: keyof Rates['fates'],
  conversation: keyof Rates['conversations'] = 'success',
): Rates => {
  const none = withFaults(defaultRates, 0)
  const zero = <T extends object>(of: T) => Object.fromEntries(Object.keys(of).map((name) => [name, 0])) as T
  return {
    ...none,
    fates: { ...zero(none.fates), [fate]: 1 },
    conversations: { ...zero(none.conversations), [conversation]: 1 },
  }
}
