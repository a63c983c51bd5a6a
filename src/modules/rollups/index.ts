/** Calls folded by hour and day, so that what many add up to is read from few rows, and is never behind. */
export { noteChanged } from './changes.ts'
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
export { foldCompany, foldStep } from './fold.ts'
export { checkStep } from './nightly.ts'
export { type Difference, daysWithCalls, mendDay } from './rebuild.ts'
