/** Call tasks: the contacts of campaigns, which are the queue of the dialer. */
export { findTaskDifferences, followCorrectedCalls, unreachedCounts } from './attempt-figures.ts'
export {
  assignDialTimezones,
  cancelWaitingTasks,
  getSkipProgress,
  type RestartSelection,
  restartTasks,
  skipWaitingTasks,
} from './bulk-commands.ts'
export { listTasks } from './call-tasks.ts'
export { type CallbackRequest, findCallbackWarnings, readCallbackRequest } from './callback-request.ts'
export { copyTasks } from './copy-tasks.ts'
export { recordUnreadableOptOut } from './history.ts'
export { callbackAtOf, factsOf, followLateReports } from './late-reports.ts'
