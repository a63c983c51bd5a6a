import { type CostComponent, llmTokenUnits, type PriceUnit } from '../../db/schema/index.ts'

const speechTokenUnits = ['million_input_tokens', 'million_output_tokens'] as const satisfies PriceUnit[]

/**
 * The units in which each component can be priced. Units of one list price different quantities, so they can be in force
 * together. Units of two lists price the same usage twice, so a model has prices of one list at a time.
 */
const unitLists: Record<CostComponent, readonly (readonly PriceUnit[])[]> = {
  stt: [['second'], ['minute'], speechTokenUnits],
  llm: [llmTokenUnits, ['second'], ['minute']],
  tts: [['million_characters'], speechTokenUnits, ['second'], ['minute']],
  livekit: [['second'], ['minute']],
}

/** The units in which a component can be priced. */
export const unitsOf = (component: CostComponent): PriceUnit[] => unitLists[component].flat()

/** The units that must not be in force together with `unit` for one model. */
export const conflictingUnits = (component: CostComponent, unit: PriceUnit): PriceUnit[] =>
  unitLists[component].filter((units) => !units.includes(unit)).flat()

/** What a provider bills: time, characters or tokens. */
export type BillingBasis = 'time' | 'characters' | 'tokens'

/** What a price in this unit bills. */
export function billingBasisOf(unit: PriceUnit): BillingBasis {
  if (unit === 'second' || unit === 'minute') return 'time'
  return unit === 'million_characters' ? 'characters' : 'tokens'
}
