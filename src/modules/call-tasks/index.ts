/** Call tasks: the contacts of campaigns, which are the queue of the dialer. */
export { findTaskDifferences, followCorrectedCalls } from './attempt-figures.ts'
export {
  assignDialTimezones,
  cancelWaitingTasks,
  copyTasks,
  getSkipProgress,
  restartTasks,
  skipWaitingTasks,
  type TaskSelection,
} from './bulk-commands.ts'
export { listTasks } from './call-tasks.ts'
export { type CallbackRequest, findCallbackWarnings, readCallbackRequest } from './callback-request.ts'
export { callbackAtOf, factsOf, followLateReports } from './late-reports.ts'
