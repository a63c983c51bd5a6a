/** The contacts of campaigns: the queue. */
export { type Added, addTasks, type TaskInput } from './add.ts'
export { type CallTask, cancelOpenTasks, getTask, listTasks } from './call-tasks.ts'
export { openStatuses } from './lifecycle.ts'
