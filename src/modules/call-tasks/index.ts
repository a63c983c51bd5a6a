/** The contacts of campaigns: the queue. */
export { type AddTasksResult, addTasks, type TaskInput } from './add-tasks.ts'
export {
  assignDialTimezones,
  cancelWaitingTasks,
  copyTasks,
  type RestartFilter,
  restartableStatuses,
  restartTasks,
  skipWaitingTasks,
} from './bulk-commands.ts'
export { type CallTask, getTask, listTasks } from './call-tasks.ts'
export { waitingStatuses } from './lifecycle.ts'
