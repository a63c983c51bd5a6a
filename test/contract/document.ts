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
  uniqueItems?: boolean
  maxProperties?: number
  'x-max-bytes'?: number
  /** An item that is validated on its own: another value rejects the item, not the request. */
  'x-validated-per-item'?: boolean
  description?: string
  examples?: unknown[]
}

interface Media {
  schema?: Schema
  example?: unknown
}

interface Response {
  description?: string
  headers?: Record<string, { $ref: string }>
  content?: Record<string, Media>
  links?: Record<string, { operationId: string; parameters: Record<string, string> }>
}

interface Body {
  type: string
  schema: Schema
  example?: unknown
}

export interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  description?: string
  required?: boolean
  schema?: Schema
  example?: unknown
}

/** An operation of the OpenAPI document, in the form that the tests need. */
export interface Operation {
  operationId: string
  method: string
  path: string
  summary?: string
  description?: string
  tags?: string[]
  /** Scopes of which a key needs one; empty: no key is needed. */
  scopes: string[]
  /** A signature of the body replaces the key. */
  isSigned: boolean
  parameters: Parameter[]
  body?: Body
  isBodyRequired: boolean
  /** The body in each type that the operation accepts; `body` is the first. */
  bodies: Body[]
  responses: Record<string, Response>
}

type Raw = Omit<
  Operation,
  'method' | 'path' | 'scopes' | 'isSigned' | 'body' | 'isBodyRequired' | 'bodies'
> & {
  security?: Record<string, string[]>[]
  requestBody?: { required?: boolean; content?: Record<string, Media> }
}

/** The parts of a document that operations refer to. */
interface Components {
  schemas: Record<string, Schema>
  responses: Record<string, Response>
  parameters: Record<string, Parameter>
}

/** The OpenAPI document, and a validator for the values that it describes. */
export class ApiDocument {
  readonly operations: Operation[]
  readonly schemas: Record<string, Schema>
  private readonly components: Components
  private readonly ajv: Ajv2020
  private readonly compiled = new Map<unknown, ValidateFunction>()

  // biome-ignore lint/suspicious/noExplicitAny: the document is what is under test.
  constructor(document: any) {
    this.components = document.components
    this.schemas = this.components.schemas
    this.ajv = new Ajv2020({
      allErrors: true,
      strict: true,
      strictTypes: false,
      strictRequired: false,
      discriminator: true,
    })
    addFormats.default(this.ajv)
    this.ajv.addKeyword({
      keyword: 'x-max-bytes',
      validate: (bytes: number, value: unknown) => bytesOf(value) <= bytes,
    })
    this.ajv.addKeyword('x-validated-per-item')
    // It is about numbers as they were written, which a parsed value no longer shows.
    this.ajv.addKeyword({ keyword: 'x-exact-numbers', schemaType: 'boolean' })
    this.ajv.addSchema({ $id: 'api', $defs: validatable(this.schemas) })
    this.operations = Object.entries(document.paths as Record<string, Record<string, Raw>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, raw]) => this.operationOf(path, method, raw)),
    )
  }

  private operationOf(path: string, method: string, raw: Raw): Operation {
    const bodies = Object.entries(raw.requestBody?.content ?? {}).map(
      ([type, { schema = {}, example }]): Body => ({ type, schema, example }),
    )
    const [body] = bodies
    return {
      ...raw,
      method: method.toUpperCase(),
      path,
      scopes: (raw.security ?? []).flatMap((requirement) => requirement.key ?? []),
      isSigned: (raw.security ?? []).some(
        (requirement) => requirement.signature !== undefined || requirement.livekit !== undefined,
      ),
      parameters: (raw.parameters ?? []).map((parameter) => this.parameterOf(parameter)),
      isBodyRequired: raw.requestBody?.required === true,
      bodies,
      ...(body !== undefined && { body }),
      responses: Object.fromEntries(
        Object.entries(raw.responses ?? {}).map(([status, response]) => [status, this.responseOf(response)]),
      ),
    }
  }

  private parameterOf(parameter: Parameter & { $ref?: string }): Parameter {
    const name = parameter.$ref?.split('/').at(-1)
    return name === undefined ? parameter : (this.components.parameters[name] as Parameter)
  }

  private responseOf(response: Response & { $ref?: string }): Response {
    const name = response.$ref?.split('/').at(-1)
    return name === undefined ? response : (this.components.responses[name] ?? {})
  }

  /** The reasons why a value does not match a schema; empty when it does. Fields that it does not define are errors. */
  schemaErrors(schema: Schema, value: unknown): string[] {
    let validate = this.compiled.get(schema)
    if (validate === undefined) {
      validate = this.ajv.compile(validatable(schema))
      this.compiled.set(schema, validate)
    }
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }

  matches(schema: Schema, value: unknown): boolean {
    return this.schemaErrors(schema, value).length === 0
  }

  /** Follows the $ref of a schema. */
  resolved(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1)
    return name === undefined ? schema : this.resolved(this.schemas[name] ?? {})
  }

  /** The reasons why the body of a JSON response does not match the documentation of its status; empty when it does. */
  responseErrors(operation: Operation, status: number, body: unknown): string[] {
    const response = operation.responses[status]
    if (response === undefined) return [`the status ${status} is not documented`]
    const schema = Object.values(response.content ?? {})[0]?.schema
    if (schema === undefined) return body === '' ? [] : ['the body is not documented']
    return this.schemaErrors(schema, body)
  }
}

/** Fetches the OpenAPI document from the service. */
export async function readDocument(s: TestService): Promise<ApiDocument> {
  return new ApiDocument((await s.request('GET', '/openapi.json')).body)
}

/** Bytes as JSON; more than any limit for a value of hostile depth, which JSON.stringify cannot write. */
function bytesOf(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value))
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** The schema in the form that the validator needs: its own references, and no mapping, which it takes from the constants. */
const validatable = (schema: object) =>
  JSON.parse(
    JSON.stringify(withoutUnknownFields(schema), (key, value) =>
      key === 'discriminator' ? { propertyName: value.propertyName } : value,
    ).replaceAll('"#/components/schemas/', '"api#/$defs/'),
  )

/** The schema with additionalProperties false in every object that has properties, unless the schema sets it. */
function withoutUnknownFields<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(withoutUnknownFields) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      dataKeywords.has(name) ? value : withoutUnknownFields(value),
    ]),
  )
  const isObjectSchema = 'properties' in copy && copy.type !== undefined
  return (
    isObjectSchema && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy
  ) as T
}

/** Keywords whose values are data, not schemas. */
const dataKeywords = new Set(['examples', 'example', 'default', 'enum', 'const'])
