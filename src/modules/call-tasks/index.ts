/** Call tasks: the contacts of campaigns, which are the queue of the dialer. */
export { type AddTasksResult, addTasks, type TaskInput } from './add-tasks.ts'
export {
  assignDialTimezones,
  cancelWaitingTasks,
  copyTasks,
  restartTasks,
  skipWaitingTasks,
  type TaskSelection,
} from './bulk-commands.ts'
export { type CallTask, getTask, listTasks } from './call-tasks.ts'
