/** Suppressions: phone numbers that no campaign of a company calls. */
export { isNumberSuppressed, isSuppressionActive, mayBeCalledAgain } from './is-suppressed.ts'
export { skippedTaskColumns, skipSuppressedTasks } from './skip-tasks.ts'
export { findSuppressedIdentities, type NewSuppression, suppress } from './suppress.ts'
