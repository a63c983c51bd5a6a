import { exampleConfig } from '../../src/modules/skillbases/index.ts'

export type Json = Record<string, unknown>

export interface FieldError {
  pointer: string
  detail: string
}

/** A copy of a config with one field set (`/flow/states/1`), or removed when the value is undefined. */
export function withChange(pointer: string, value: unknown, config: unknown = exampleConfig): Json {
  const copy = structuredClone(config) as Json
  const path = pointer.split('/').slice(1)
  const last = path.pop() ?? ''
  const parent = path.reduce((inner, name) => inner[name] as Json, copy)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy
}

/** The example config with a graph as its flow. */
export const withGraph = (
  states: unknown[],
  transitions: [from: string, to: string, condition?: string][],
  initial?: string,
): Json =>
  withChange('/flow', {
    type: 'graph',
    states,
    transitions: transitions.map(([from, to, condition]) => ({ from, to, ...(condition && { condition }) })),
    ...(initial && { initial }),
  })

/** A valid tool of type http. */
export const httpTool = (fields: Json = {}): Json => ({
  type: 'http',
  name: 'book',
  description: 'Books a visit.',
  url: 'https://crm.clinic.example/visits',
  ...fields,
})

export const pointersOf = (errors: FieldError[]) => errors.map(({ pointer }) => pointer).sort()
