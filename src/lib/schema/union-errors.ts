import type { ErrorObject } from 'ajv'
import { childPointer } from './json-pointer.ts'

/**
 * Replaces the error of each union by the errors of the branch that was meant. Ajv lists the errors of all branches right before
 * the error of their union, and inner unions before outer ones.
 */
export function withoutUnions(errors: readonly ErrorObject[]): ErrorObject[] {
  const remaining: ErrorObject[] = []
  for (const error of errors) {
    // The errors of a name are reported by `propertyNames`.
    if (error.keyword === 'if' || error.propertyName !== undefined) continue
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') {
      remaining.push(error)
      continue
    }
    let first = remaining.length
    while (first > 0 && isWithin(remaining[first - 1]?.instancePath ?? '', error.instancePath)) first--
    remaining.push(...errorsOfMeantBranch(error, remaining.splice(first)))
  }
  return remaining
}

const isWithin = (pointer: string, parent: string) => pointer === parent || pointer.startsWith(`${parent}/`)

interface Branch {
  $ref?: string
  properties?: Record<string, { const?: unknown; enum?: readonly unknown[] }>
}

/**
 * The branch that was meant: the one that a discriminating field names; else those of the type of the value; of these the one with
 * the deepest error, because everything above it was right. Branches that cannot be distinguished are all reported.
 */
function errorsOfMeantBranch(union: ErrorObject, errors: ErrorObject[]): ErrorObject[] {
  const { instancePath, schema } = union
  const branches = Array.isArray(schema) ? (schema as Branch[]) : []
  if (errors.length === 0 || branches.length === 0) return [union]
  const groups = groupByBranch(union, branches, errors)
  const named = namedBranch(union, branches)
  if (typeof named === 'object') return [named]
  const ofNamed = named === undefined ? undefined : groups.get(named)
  if (ofNamed !== undefined) return ofNamed
  const isOfValue = (error: ErrorObject, ...keywords: string[]) =>
    keywords.includes(error.keyword) && error.instancePath === instancePath
  const ofType = [...groups.values()].filter((group) => !group.some((error) => isOfValue(error, 'type')))
  return ofType.length === 0
    ? errors.filter((error) => isOfValue(error, 'type', 'enum', 'const'))
    : deepest(ofType)
}

function deepest(groups: ErrorObject[][]): ErrorObject[] {
  const depthOf = (group: ErrorObject[]) =>
    Math.max(...group.map(({ instancePath }) => instancePath.split('/').length))
  const depth = Math.max(...groups.map(depthOf))
  return groups.filter((group) => depthOf(group) === depth).flat()
}

/** The errors of each branch. Those of a branch that refers to another schema have the paths of that schema. */
function groupByBranch(
  union: ErrorObject,
  branches: readonly Branch[],
  errors: readonly ErrorObject[],
): Map<number, ErrorObject[]> {
  const prefix = `${union.schemaPath}/`
  const groups = new Map<number, ErrorObject[]>()
  let last = { branch: -1, base: '' }
  for (const error of errors) {
    const isOwn = error.schemaPath.startsWith(prefix)
    const base = isOwn ? '' : error.schemaPath.slice(0, error.schemaPath.indexOf('#'))
    if (isOwn) last = { branch: Number.parseInt(error.schemaPath.slice(prefix.length), 10), base }
    else if (base !== last.base || branches[last.branch]?.$ref === undefined) {
      const next = branches.findIndex(({ $ref }, i) => i > last.branch && $ref !== undefined)
      last = { branch: next === -1 ? last.branch : next, base }
    }
    groups.set(last.branch, [...(groups.get(last.branch) ?? []), error])
  }
  return groups
}

/**
 * The branch that a field names which has a constant in every branch, or the error of that field when it names none; undefined
 * when the union has no such field.
 */
function namedBranch(union: ErrorObject, branches: readonly Branch[]): number | ErrorObject | undefined {
  const { data, instancePath } = union
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined
  const tag = Object.keys(branches[0]?.properties ?? {}).find((name) =>
    branches.every((branch) => constantsOf(branch, name).length > 0),
  )
  if (tag === undefined) return undefined
  const value = (data as Record<string, unknown>)[tag]
  const named = branches.findIndex((branch) => constantsOf(branch, tag).includes(value))
  if (named !== -1) return named
  const allowed = branches.flatMap((branch) => constantsOf(branch, tag))
  const pointer = childPointer(instancePath, tag)
  return { ...union, keyword: 'enum', instancePath: pointer, schema: allowed, data: value }
}

function constantsOf({ properties }: Branch, name: string): readonly unknown[] {
  const property = properties?.[name]
  return property?.const === undefined ? (property?.enum ?? []) : [property.const]
}
