import {
  describedOperations,
  type JsonSchema,
  type MediaType,
  mapInnerSchemas,
  nameIn,
  type OpenApiDocument,
  type Place,
} from './types.ts'

/**
 * Moves every object schema of the document into its components, so that generated clients have a named type for each body,
 * page and nested object. The name is the schema's `title`; without one it is made from the operation (`createCampaign`
 * receives a `CreateCampaign`), from the items (a page of `Campaign` is a `CampaignPage`), or from the object around it
 * (`slots` of `Diagnostics` is `DiagnosticsSlots`). Equal schemas share a name.
 *
 * @throws Error when two different schemas would get the same name: one of them needs a title
 */
export function nameSchemas(document: OpenApiDocument): void {
  const names = new SchemaNames(document)
  for (const operation of describedOperations(document)) {
    const id = operation.operationId ?? ''
    for (const [type, media] of Object.entries(operation.requestBody?.content ?? {}))
      names.replace(media, type.startsWith('multipart/') ? `${pascalCase(id)}Form` : pascalCase(id))
    for (const { content } of Object.values(operation.responses ?? {}))
      for (const media of Object.values(content ?? {})) names.replace(media, responseName(id, media.schema))
    for (const parameter of operation.parameters ?? [])
      names.replace(parameter, `${pascalCase(id)}${pascalCase(parameter.name ?? '')}`)
  }
}

/** A title that is a name; others are for people. */
const titlePattern = /^[A-Z][A-Za-z0-9]*$/

class SchemaNames {
  private readonly schemas: Record<string, JsonSchema>
  private readonly nameByKey = new Map<string, string>()

  constructor(document: OpenApiDocument) {
    document.components ??= {}
    document.components.schemas ??= {}
    this.schemas = document.components.schemas
    for (const [name, schema] of Object.entries(this.schemas)) {
      const named = this.nameInside(schema, name)
      this.schemas[name] = named
      this.nameByKey.set(keyOf(named), name)
    }
  }

  /** Replaces the schema of a body or parameter by a reference to its component, if it needs a name. */
  replace(part: { schema?: JsonSchema }, suggestion: string): void {
    if (part.schema !== undefined) part.schema = this.named(part.schema, suggestion)
  }

  private nameInside(schema: JsonSchema, suggestion: string): JsonSchema {
    return mapInnerSchemas(schema, (inner, place) => this.named(inner, innerName(suggestion, place)))
  }

  private named(given: JsonSchema, suggestion: string): JsonSchema {
    const titled = given.title !== undefined && titlePattern.test(given.title) ? given.title : undefined
    const schema = this.nameInside(given, titled ?? suggestion)
    if (titled === undefined && !isObjectWithFields(schema)) return schema
    const { title: _, 'x-validated-per-item': isValidatedPerItem, ...component } = schema
    const key = keyOf(component)
    const name = this.nameByKey.get(key) ?? titled ?? suggestion
    const existing = this.schemas[name]
    if (existing === undefined) this.schemas[name] = component
    else if (keyOf(existing) !== key)
      throw new Error(`Two different schemas are called ${name} in the document. Give one of them a title.`)
    this.nameByKey.set(key, name)
    const { description, examples } = component
    const shared = this.schemas[name]
    return {
      $ref: `#/components/schemas/${name}`,
      ...(description !== undefined && description !== shared?.description && { description }),
      ...(examples !== undefined && examples !== shared?.examples && { examples }),
      ...(isValidatedPerItem === true && { 'x-validated-per-item': true }),
    }
  }
}

const isObjectWithFields = ({ $ref, properties, additionalProperties }: JsonSchema) =>
  $ref === undefined &&
  properties !== undefined &&
  (Object.keys(properties).length > 0 || additionalProperties === false)

/** Equal for schemas that allow the same values. */
const keyOf = ({ title: _, description: __, examples: ___, ...rest }: JsonSchema) => JSON.stringify(rest)

function innerName(outer: string, place: Place): string {
  if (place.kind === 'property') return `${outer}${pascalCase(place.name)}`
  return place.kind === 'member' ? singular(outer) : outer
}

const pascalCase = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('')

function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`
  return name.endsWith('s') && !name.endsWith('ss') ? name.slice(0, -1) : `${name}Item`
}

function responseName(operationId: string, schema: MediaType['schema']): string {
  const item = schema?.properties?.items?.items?.$ref
  if (item !== undefined)
    return `${nameIn(item)}${schema?.properties?.next_cursor === undefined ? 'List' : 'Page'}`
  return pascalCase(operationId.replace(/^get/, ''))
}
