/** Files of contacts: read as they come, checked row by row, taken into a campaign, and accounted for. */
export { forgetRows } from './forget.ts'
export { importStep } from './merge.ts'
