/** Numbers that a company does not call, whatever the campaign. */
export { inForce, type NewSuppression, suppress, suppressedAmong } from './suppress.ts'
