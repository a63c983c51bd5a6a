/** Numbers that a company does not call, whatever the campaign. */
export { findSuppressedNumbers, isSuppressionActive, type NewSuppression, suppress } from './suppress.ts'
