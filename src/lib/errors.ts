/** What can be refused, in words that know no protocol; `http/problem.ts` gives each its status. */
export type RefusalKind =
  | 'malformed'
  | 'not_found'
  | 'forbidden'
  | 'conflict'
  | 'stale'
  | 'invalid'
  | 'unavailable'

/** One fault of an input: `pointer` is a JSON pointer into it. */
export interface FieldError {
  pointer: string
  detail: string
}

/** An expected refusal: its message is written for the caller and says what to do. */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly code: string
  readonly errors: FieldError[] | undefined

  constructor(kind: RefusalKind, code: string, detail: string, errors?: FieldError[]) {
    super(detail)
    this.name = 'Refusal'
    this.kind = kind
    this.code = code
    this.errors = errors
  }
}

/** There is no such thing, or it is another company's: the two are told apart by nobody. */
export const notFound = (what: string) =>
  new Refusal('not_found', `${what.replaceAll(' ', '_')}_not_found`, `There is no such ${what}.`)

/** The state of things does not allow it now. */
export const conflict = (code: string, detail: string) => new Refusal('conflict', code, detail)

/** Well-formed, and against a rule. */
export const invalid = (code: string, detail: string, errors?: FieldError[]) =>
  new Refusal('invalid', code, detail, errors)

/** Not even well-formed. */
export const malformed = (code: string, detail: string, errors?: FieldError[]) =>
  new Refusal('malformed', code, detail, errors)

/** There is more to do than can be done: nothing was taken, and the same request may come again. */
export const overloaded = () =>
  new Refusal('unavailable', 'overloaded', 'The service is busy: try again in a moment.')
