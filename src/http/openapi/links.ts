import { type JsonSchema, nameIn, type OpenApiDocument, type Operation, operationsOf } from './types.ts'

/**
 * Adds to each response that contains the id of a resource the operations that it can be used with: those of the URL of a
 * created resource, and the import of an uploaded file.
 */
export function addLinks(document: OpenApiDocument): void {
  const schemas = document.components?.schemas ?? {}
  for (const { path, method, operation } of operationsOf(document)) {
    if (method !== 'post') continue
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      const schema = response.content?.['application/json']?.schema
      if (schema === undefined || status >= '300') continue
      const { properties = {} } = schema.$ref === undefined ? schema : (schemas[nameIn(schema.$ref)] ?? {})
      const links = {
        ...(status === '201' && linksToCreated(document, path, properties)),
        ...(properties.import_id !== undefined && linkTo('getImport', { id: '$response.body#/import_id' })),
      }
      if (Object.keys(links).length > 0) response.links = links
    }
  }
}

/** The operations of `path/{id}`, with the parameters of `path` as they were sent. */
function linksToCreated(
  document: OpenApiDocument,
  path: string,
  properties: Record<string, JsonSchema>,
): Record<string, object> {
  if (properties.id === undefined) return {}
  const target = Object.keys(document.paths ?? {}).find(
    (other) => other.startsWith(`${path}/{`) && !other.slice(path.length + 1).includes('/'),
  )
  if (target === undefined) return {}
  const given = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, `$request.path.${name}`])
  const id = target.slice(path.length + 2, -1)
  const parameters = Object.fromEntries([...given, [id, '$response.body#/id']])
  const operations: Operation[] = Object.values(document.paths?.[target] ?? {})
  return Object.assign({}, ...operations.map(({ operationId = '' }) => linkTo(operationId, parameters)))
}

const linkTo = (operationId: string, parameters: Record<string, string>) => ({
  [operationId]: { operationId, parameters },
})
