import type { ErrorCode } from './error-codes.ts'

/** Kinds of refusal, independent of HTTP; `http/problem.ts` maps each kind to a status. */
export type RefusalKind =
  | 'malformed'
  | 'not_found'
  | 'forbidden'
  | 'conflict'
  | 'stale'
  | 'invalid'
  | 'unavailable'

/** One invalid field of an input. `pointer` is a JSON pointer to it. */
export interface FieldError {
  pointer: string
  detail: string
}

/** An expected error. Its message is written for the caller: what was wrong, and what to do. */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly code: ErrorCode
  readonly errors: FieldError[] | undefined

  constructor(kind: RefusalKind, code: ErrorCode, detail: string, errors?: FieldError[]) {
    super(detail)
    this.name = 'Refusal'
    this.kind = kind
    this.code = code
    this.errors = errors
  }
}

type Spaced<T extends string> = T extends `${infer Head}_${infer Tail}` ? `${Head} ${Spaced<Tail>}` : T
type NotFoundResource<Code> = Code extends `${infer Name}_not_found` ? Spaced<Name> : never

/**
 * The resource does not exist, or belongs to another company: both give the same error, so that ids of other companies
 * cannot be probed.
 *
 * @param resource lower-case singular, such as `call task`; the code is made from it (`call_task_not_found`)
 */
export const notFound = (resource: NotFoundResource<Exclude<ErrorCode, 'route_not_found'>>) =>
  new Refusal(
    'not_found',
    `${resource.replaceAll(' ', '_')}_not_found` as ErrorCode,
    `${resource.charAt(0).toUpperCase()}${resource.slice(1)} not found. Check the id: data of other companies is not visible.`,
  )

/** The request is valid, but not in the current state of the resource. */
export const conflict = (code: ErrorCode, detail: string, errors?: FieldError[]) =>
  new Refusal('conflict', code, detail, errors)

/** The request is well-formed, but breaks a business rule. */
export const invalid = (code: ErrorCode, detail: string, errors?: FieldError[]) =>
  new Refusal('invalid', code, detail, errors)

/** Converts 'not_found' to 'invalid' for a row that the request body names, because 404 is for the resource in the URL. */
export async function invalidIfNotFound<T>(
  row: Promise<T>,
  resource: 'campaign' | 'skillbase',
  id: string,
): Promise<T> {
  try {
    return await row
  } catch (error) {
    if (!(error instanceof Refusal && error.kind === 'not_found')) throw error
    const detail = `The company has no ${resource} with the id ${id}.`
    throw invalid(`unknown_${resource}`, detail, [{ pointer: `/${resource}_id`, detail }])
  }
}

/** The request is not well-formed. */
export const malformed = (code: ErrorCode, detail: string, errors?: FieldError[]) =>
  new Refusal('malformed', code, detail, errors)

/** The service is at its capacity. Nothing was stored, so the caller can safely repeat the request. */
export const overloaded = () =>
  new Refusal(
    'unavailable',
    'overloaded',
    'The service is overloaded. Retry after the number of seconds in the Retry-After header.',
  )
