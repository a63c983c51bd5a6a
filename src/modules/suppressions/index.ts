/** Numbers that a company does not call, whatever the campaign. */
export { type NewSuppression, suppress, suppressedAmong } from './suppress.ts'
