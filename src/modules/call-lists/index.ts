/** Files of contacts: read as they come, checked row by row, taken into a campaign, and accounted for. */

export { importStep } from './merge.ts'
export { pruneImportRows } from './prune-rows.ts'
