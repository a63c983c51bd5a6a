/** Calls aggregated by hour and day (rollups), so that metrics of many calls are read from few rows. */
export {
  bucketSamples,
  contributionColumns,
  costColumns,
  currentContributions,
  histogramColumns,
  seriesKeys,
} from './contributions.ts'
export { listSetAsideCalls, markCallsChanged } from './dirty-calls.ts'
export { foldCompany, foldStep } from './fold.ts'
export { type Difference, findDaysWithCalls, rebuildDay, recordCheck, recordCheckFailure } from './rebuild.ts'
export { claimDay, findCallsOfDay } from './rebuild-queries.ts'
export {
  aggregateColumns,
  contributionAsRollup,
  histogramsOfRollups,
  histogramsOfSamples,
  minMaxNames,
  minMaxOfRollups,
  nullMinMax,
  nullSums,
  sumNames,
  sumsOfRollups,
} from './rollup-columns.ts'
