import { type FieldError, malformed } from '../lib/errors.ts'
import { synonymsOf } from '../lib/schema/typebox.ts'
import { type QueryAlias, queryAliases } from './query-aliases.ts'

/*
 * Queries of programs that were written for another API: other names of parameters and values, other notations of lists and
 * booleans, and parameters without a value. They are replaced before the validation, which rejects all other names.
 */

/** A query as Node.js parsed it: a parameter that is repeated has an array. */
export type RawQuery = Readonly<Record<string, unknown>>

interface QueryParameter {
  isList: boolean
  isBoolean: boolean
  /** Values by their other names. */
  synonyms: ReadonlyMap<string, string> | undefined
  default: unknown
  maximum: number | undefined
}

/** The parameters of a route by name. A Map, because names such as `constructor` are members of every object. */
export type QueryPlan = ReadonlyMap<string, QueryParameter>

interface ParameterSchema {
  type?: string
  items?: object
  enum?: readonly unknown[]
  default?: unknown
  maximum?: number
}

/** @param schema the schema of a route's query, with its properties */
export function planQuery(schema: { properties?: Record<string, ParameterSchema> }): QueryPlan {
  return new Map(
    Object.entries(schema.properties ?? {}).map(([name, parameter]) => [
      name,
      {
        isList: parameter.type === 'array',
        isBoolean:
          parameter.type === 'boolean' ||
          (parameter.enum?.length === 2 &&
            parameter.enum.includes('true') &&
            parameter.enum.includes('false')),
        synonyms: synonymsOf(parameter.items ?? parameter),
        default: parameter.default,
        maximum: parameter.maximum,
      },
    ]),
  )
}

export interface NormalizedQuery {
  query: Record<string, unknown>
  /** The names that the caller used, by the names of the parameters; only those that differ. */
  givenNames: ReadonlyMap<string, string>
}

/** One way in which the query gives a parameter. */
interface Given {
  name: string
  value: unknown
}

const aliasByName: ReadonlyMap<string, QueryAlias> = new Map(
  queryAliases.map((entry) => [entry.alias, entry]),
)

/**
 * The query with the names and values of the API. Parameters that the route does not have stay as they are, so that the
 * validation rejects them.
 *
 * @throws Refusal 'malformed' when two names of one parameter have different values, or `page` is not a page number
 */
export function normalizeQuery(raw: RawQuery, plan: QueryPlan): NormalizedQuery {
  const query: Record<string, unknown> = Object.create(null)
  const given = new Map<string, Given[]>()
  const pages: Given[] = []
  for (const [name, sent] of Object.entries(raw)) {
    const alias = plan.has(name) ? undefined : aliasByName.get(name)
    const listName = listNameOf(name, plan)
    const canonical = alias?.canonical ?? listName ?? name
    const parameter = plan.get(canonical)
    if (parameter === undefined) {
      query[name] = sent
      continue
    }
    const value = normalizeValue(sent, parameter, alias)
    if (value === undefined) continue
    const names = given.get(canonical) ?? []
    const earlierItems = listName && names.find((entry) => entry.name === `${listName}[]`)
    if (canonical === 'skip' && alias !== undefined) pages.push({ name, value })
    else if (earlierItems) earlierItems.value = [earlierItems.value, value].flat()
    else given.set(canonical, [...names, { name: listName === undefined ? name : `${listName}[]`, value }])
  }
  for (const { name, value } of pages) {
    const skip = skipOfPage(value, given.get('limit')?.[0]?.value, plan)
    given.set('skip', [...(given.get('skip') ?? []), { name, value: skip }])
  }
  const givenNames = new Map<string, string>()
  for (const [canonical, values] of given) {
    const [first, ...others] = values
    const different = others.find(({ value }) => !isSameValue(value, first?.value))
    if (first === undefined || different !== undefined)
      throw invalidQuery(`/${different?.name}`, conflictText(canonical, values))
    query[canonical] = first.value
    if (values.every(({ name }) => name !== canonical)) givenNames.set(canonical, first.name)
  }
  return { query, givenNames }
}

/** The list parameter that `name[]` or `name[0]` is a notation of. */
function listNameOf(name: string, plan: QueryPlan): string | undefined {
  const listName = /^(.+)\[\d*\]$/s.exec(name)?.[1]
  return listName !== undefined && plan.get(listName)?.isList ? listName : undefined
}

/** A value in the notation of the API; undefined when it is empty, which means that the parameter is not given. */
function normalizeValue(sent: unknown, parameter: QueryParameter, alias: QueryAlias | undefined): unknown {
  const texts = [sent].flat().flatMap((text) => {
    if (typeof text !== 'string') return [text]
    const parts = parameter.isList ? text.split(',') : [text]
    return parts.filter((part) => part !== '')
  })
  const values = texts.map((text) => {
    if (typeof text !== 'string') return text
    const value = alias?.convert?.(text) ?? text
    if (parameter.isBoolean) return booleanTexts.get(value) ?? value
    return parameter.synonyms?.get(value) ?? value
  })
  if (values.length === 0) return undefined
  if (parameter.isList) return [...new Set(values)]
  return values.length === 1 ? values[0] : values
}

/** How programs write booleans: Python writes `True`. */
const booleanTexts: ReadonlyMap<string, string> = new Map([
  ['True', 'true'],
  ['TRUE', 'true'],
  ['1', 'true'],
  ['False', 'false'],
  ['FALSE', 'false'],
  ['0', 'false'],
])

/** Whether two values are the same number or text, or lists of the same values. */
function isSameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return String([...a].sort()) === String([...b].sort())
  return a === b || (a !== '' && Number(a) === Number(b))
}

const integerPattern = /^\d{1,15}$/

/** The number of items before a page. Undefined limit: the default of the route. */
function skipOfPage(page: unknown, limit: unknown, plan: QueryPlan): string {
  const isPage = typeof page === 'string' && integerPattern.test(page) && Number(page) >= 1
  if (!isPage) throw invalidQuery('/page', 'Must be the number of a page: an integer of at least 1.')
  // An invalid limit is rejected by the validation.
  const items = Number(limit ?? plan.get('limit')?.default)
  const skip = (Number(page) - 1) * (Number.isInteger(items) ? items : 1)
  const maximum = plan.get('skip')?.maximum ?? Number.POSITIVE_INFINITY
  if (skip <= maximum) return String(skip)
  const detail = `Page ${page} of ${items} items follows ${skip} items. At most ${maximum} can be skipped: use \`cursor\` for later pages.`
  throw invalidQuery('/page', detail)
}

function conflictText(canonical: string, values: Given[]): string {
  const names = values.map(({ name }) => `\`${name}\``).join(' and ')
  return `${names} are names of the same parameter and have different values. Send only \`${canonical}\`.`
}

const invalidQuery = (pointer: string, detail: FieldError['detail']) =>
  malformed(
    'invalid_querystring',
    'The query string has an invalid query parameter. See errors for what is allowed.',
    [{ pointer, detail }],
  )

/** By the request. */
const givenNamesOf = new WeakMap<object, NormalizedQuery['givenNames']>()

/** Lets errors of the request use the names that its query used. */
export function rememberGivenNames(request: object, givenNames: NormalizedQuery['givenNames']): void {
  if (givenNames.size > 0) givenNamesOf.set(request, givenNames)
}

/** An error of a query parameter that points at the name in the query; any other error is returned unchanged. */
export function errorAsGiven(request: object, error: FieldError): FieldError {
  const name = givenNamesOf.get(request)?.get(error.pointer.slice(1))
  return name === undefined ? error : { ...error, pointer: `/${name}` }
}
