/** Suppressions: phone numbers that no campaign of a company calls. */
export { findSuppressedNumbers, isSuppressionActive, type NewSuppression, suppress } from './suppress.ts'
