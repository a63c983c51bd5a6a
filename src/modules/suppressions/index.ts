/** Suppressions: phone numbers that no campaign of a company calls. */
export { findSuppressedIdentities, isSuppressionActive, type NewSuppression, suppress } from './suppress.ts'
