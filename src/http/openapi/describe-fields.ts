import { aliasSentence } from '../query-aliases.ts'
import { fieldDescriptions } from './field-descriptions.ts'
import { type JsonSchema, nameIn, type OpenApiDocument, operationsOf } from './types.ts'

/**
 * Describes each field and parameter whose schema has no description of its own, from the table of descriptions. Query
 * parameters also get the sentence on their other names.
 */
export function describeFields(document: OpenApiDocument): void {
  const schemas = document.components?.schemas ?? {}
  for (const [name, { properties = {} }] of Object.entries(schemas)) {
    for (const [field, schema] of Object.entries(properties)) {
      if (isDescribed(schema, schemas)) continue
      const description = fieldDescriptions[`${name}.${field}`] ?? fieldDescriptions[field]
      if (description !== undefined) schema.description = description
    }
  }
  for (const { operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) {
      const { name = '', schema = {} } = parameter
      const description =
        parameter.description ??
        schema.description ??
        fieldDescriptions[`${operation.operationId}.${name}`] ??
        (parameter.in === 'query' ? fieldDescriptions[`?${name}`] : undefined) ??
        fieldDescriptions[name]
      const aliases = parameter.in === 'query' ? aliasSentence(name) : undefined
      const sentences = [description, aliases].filter(Boolean)
      if (sentences.length > 0) parameter.description = sentences.join(' ')
    }
  }
}

/** Whether a schema, the one that it refers to, or one of its alternatives has a description. */
function isDescribed(schema: JsonSchema, schemas: Record<string, JsonSchema>): boolean {
  if (schema.description !== undefined) return true
  if (schema.$ref !== undefined) return schemas[nameIn(schema.$ref)]?.description !== undefined
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return alternatives.some((alternative) => isDescribed(alternative, schemas))
}
