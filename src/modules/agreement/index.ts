/** Compares call tasks, calls, metrics, campaign counters and rollups with each other, and corrects what differs. */
export { compareDay, differs } from './compare-day.ts'
export { reconcileStep } from './reconcile.ts'
