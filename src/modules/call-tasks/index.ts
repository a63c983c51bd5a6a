/** The contacts of campaigns: the queue. */
export { type Added, addTasks, type TaskInput } from './add.ts'
export { type CallTask, getTask, listTasks } from './call-tasks.ts'
export { openStatuses } from './lifecycle.ts'
export {
  cancelOpenTasks,
  copyTasks,
  placeTasks,
  type RestartChoice,
  restartable,
  restartTasks,
  skipOpenTasks,
} from './moves.ts'
