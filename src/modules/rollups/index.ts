/** Calls aggregated by hour and day (rollups), so that metrics of many calls are read from few rows. */
export {
  bucketSamples,
  contributionColumns,
  costColumns,
  currentContributions,
  histogramColumns,
  seriesKeys,
} from './contributions.ts'
export { markCallsChanged } from './dirty-calls.ts'
export { foldCompany, foldStep } from './fold.ts'
export { findDaysWithCalls, rebuildDay } from './rebuild.ts'
export { reconcileStep } from './reconcile.ts'
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
