/** Call lists: reads files of contacts, checks each row, merges the valid rows into a campaign, and counts the results. */
export { importStep } from './merge.ts'
export { pruneImportRows } from './prune-rows.ts'
