/** Calls folded by hour and day, so that what many add up to is read from few rows, and is never behind. */

export {
  bucketSamples,
  columnList,
  contributionColumns,
  currentContributions,
  histogramColumns,
  histogramSum,
  minMaxColumns,
  seriesKeys,
  sumColumns,
} from './contributions.ts'
export { markCallsChanged } from './dirty-calls.ts'
export { foldCompany, foldStep } from './fold.ts'
export { type Difference, findDaysWithCalls, rebuildDay } from './rebuild.ts'
export { reconcileStep } from './reconcile.ts'
