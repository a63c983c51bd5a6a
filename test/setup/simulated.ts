import { defaultRates, type Rates, withFaults } from '../../src/telephony/simulated/call-plan.ts'

/** Rates without any faults, with which every call has this fate and every conversation ends like this. */
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
