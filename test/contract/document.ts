import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { TestService } from '../setup/service.ts'

export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  pattern?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

interface Media {
  schema?: Schema
  example?: unknown
}

interface Response {
  description?: string
  content?: Record<string, Media>
}

export interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  required?: boolean
  schema?: Schema
}

/** An operation of the document, as the tests ask of it. */
export interface Operation {
  operationId: string
  method: string
  path: string
  summary?: string
  tags?: string[]
  /** Any one of them is enough; none: no key is needed. */
  scopes: string[]
  /** A signature of the body stands in place of a key. */
  isSigned: boolean
  parameters: Parameter[]
  body?: { type: string; schema: Schema; example?: unknown }
  responses: Record<string, Response>
}

type Raw = Omit<Operation, 'method' | 'path' | 'scopes' | 'isSigned' | 'body'> & {
  security?: Record<string, string[]>[]
  requestBody?: { content?: Record<string, Media> }
}

/** The OpenAPI document, and whether values fit what it says. */
export class ApiDocument {
  readonly operations: Operation[]
  readonly schemas: Record<string, Schema>
  private readonly responses: Record<string, Response>
  private readonly ajv: Ajv2020
  private readonly compiled = new Map<unknown, ValidateFunction>()

  // biome-ignore lint/suspicious/noExplicitAny: the document is what is under test.
  constructor(document: any) {
    this.schemas = document.components.schemas
    this.responses = document.components.responses
    this.ajv = new Ajv2020({
      allErrors: true,
      strict: true,
      strictTypes: false,
      strictRequired: false,
      discriminator: true,
    })
    addFormats.default(this.ajv)
    this.ajv.addSchema({ $id: 'api', $defs: checkable(this.schemas) })
    this.operations = Object.entries(document.paths as Record<string, Record<string, Raw>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, raw]) => this.operationOf(path, method, raw)),
    )
  }

  private operationOf(path: string, method: string, raw: Raw): Operation {
    const [[type, media] = []] = Object.entries(raw.requestBody?.content ?? {})
    return {
      ...raw,
      method: method.toUpperCase(),
      path,
      scopes: (raw.security ?? []).flatMap((requirement) => requirement.key ?? []),
      isSigned: (raw.security ?? []).some(
        (requirement) => requirement.signature !== undefined || requirement.livekit !== undefined,
      ),
      parameters: raw.parameters ?? [],
      ...(type !== undefined &&
        media?.schema !== undefined && { body: { type, schema: media.schema, example: media.example } }),
      responses: Object.fromEntries(
        Object.entries(raw.responses ?? {}).map(([status, response]) => [status, this.responseOf(response)]),
      ),
    }
  }

  private responseOf(response: Response & { $ref?: string }): Response {
    const name = response.$ref?.split('/').at(-1)
    return name === undefined ? response : (this.responses[name] ?? {})
  }

  /** What is wrong with a value; a field that the schema does not name is wrong too. */
  faults(schema: Schema, value: unknown): string[] {
    let validate = this.compiled.get(schema)
    if (validate === undefined) {
      validate = this.ajv.compile(checkable(schema))
      this.compiled.set(schema, validate)
    }
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }

  fits(schema: Schema, value: unknown): boolean {
    return this.faults(schema, value).length === 0
  }

  /** A schema with its reference followed. */
  resolved(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1)
    return name === undefined ? schema : this.resolved(this.schemas[name] ?? {})
  }

  /** What is wrong with a JSON answer's body by what the operation says of its status. */
  faultsOfAnswer(operation: Operation, status: number, body: unknown): string[] {
    const response = operation.responses[status]
    if (response === undefined) return [`status ${status} is not documented`]
    const schema = Object.values(response.content ?? {})[0]?.schema
    if (schema === undefined) return body === '' ? [] : ['the body is not documented']
    return this.faults(schema, body)
  }
}

/** Reads the document the service serves. */
export async function readDocument(s: TestService): Promise<ApiDocument> {
  return new ApiDocument((await s.request('GET', '/openapi.json')).body)
}

/** The schema as the validator here takes it. */
const checkable = (schema: object) =>
  JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/components/schemas/', '"api#/$defs/'))

/** The schema with every object that names its fields taking no others, unless it says so itself. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, verbatim.has(name) ? value : closed(value)]),
  )
  const names = 'properties' in copy && copy.type !== undefined
  return (names && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy) as T
}

const verbatim = new Set(['examples', 'example', 'default', 'enum', 'const'])
