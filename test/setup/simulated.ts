import { defaultRates, type Rates, withFaults } from '../../src/telephony/simulated/call-plan.ts'

/** Rates without faults: every call has the given fate, and every conversation ends as given. */
export const ratesOfOnly = (
  fate: keyof Rates['fates'],
  conversation: keyof Rates['conversations'] = 'success',
): Rates => {
  const noFaults = withFaults(defaultRates, 0)
  const zeros = <T extends object>(rates: T) =>
    Object.fromEntries(Object.keys(rates).map((name) => [name, 0])) as T
  return {
    ...noFaults,
    fates: { ...zeros(noFaults.fates), [fate]: 1 },
    conversations: { ...zeros(noFaults.conversations), [conversation]: 1 },
  }
}
