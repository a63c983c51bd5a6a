import { describeFields } from './describe-fields.ts'
import { mapDiscriminators, simplifySchemas } from './dialect.ts'
import { addErrors } from './errors.ts'
import { exampleOf } from './examples.ts'
import { addResponseHeaders } from './headers.ts'
import { addLinks } from './links.ts'
import { addHeaderParameters } from './parameters.ts'
import { nameSchemas } from './schema-names.ts'
import { bodiesOf, describedOperations, type OpenApiDocument, type RouteFacts } from './types.ts'

/**
 * Completes the document that was made from the schemas of the routes, with what is the same for many operations: names of
 * schemas, descriptions of fields, headers, error responses, links and examples.
 *
 * @param facts by operationId
 */
export function completeDocument(
  given: OpenApiDocument,
  facts: ReadonlyMap<string, RouteFacts>,
): OpenApiDocument {
  // A copy: the validators of the routes use the same schemas.
  const document = structuredCopy(given)
  simplifySchemas(document)
  nameSchemas(document)
  mapDiscriminators(document)
  describeFields(document)
  addHeaderParameters(document, facts)
  addErrors(document, facts)
  addResponseHeaders(document, facts)
  addLinks(document)
  addExamples(document)
  return document
}

/** Symbols, which TypeBox adds to schemas, are left out. */
const structuredCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Adds an example to each body that has none, and sets which bodies are optional. */
function addExamples(document: OpenApiDocument): void {
  const schemas = document.components?.schemas ?? {}
  for (const operation of describedOperations(document)) {
    for (const media of bodiesOf(operation))
      if (media.schema !== undefined && media.example === undefined)
        media.example = exampleOf(media.schema, schemas)
    const { requestBody } = operation
    if (requestBody !== undefined)
      requestBody.required = !isOptional(Object.values(requestBody.content ?? {}))
  }
}

/** Whether a body may be absent: its schema allows null. */
const isOptional = (bodies: { schema?: { anyOf?: { type?: unknown }[] } }[]): boolean =>
  bodies.every(({ schema }) => schema?.anyOf?.some(({ type }) => type === 'null') === true)
