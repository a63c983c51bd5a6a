// Generates src/openapi.ts from dist/openapi.json, which `npm run openapi -- dist/openapi.json` writes. With --check it
// only reports whether the file would change.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'

type Json = Record<string, unknown>
interface Document extends Json {
  paths: Record<string, Record<string, { responses: Json }>>
  components: { responses: Json; headers?: Json }
}

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const target = pathOf('src/openapi.ts')

/**
 * Removes more than half of the document, which the types do not need: WebSocket routes, examples, links, and the headers of
 * responses. All error responses of an operation become one `default` response, because each of them is a Problem.
 */
function withoutExtras(document: Document): OpenAPI3 {
  const [errorResponse] = Object.values(document.components.responses)
  for (const [path, methods] of Object.entries(document.paths)) {
    const isSocket = Object.values(methods).some(({ responses }) => '101' in responses)
    if (isSocket) delete document.paths[path]
    for (const operation of Object.values(methods)) {
      const successes = Object.entries(operation.responses)
        .filter(([status]) => status < '400')
        .map(([status, response]) => [status, withBodyOnly(response as Json)])
      operation.responses = Object.fromEntries([
        ...successes,
        ['default', { $ref: '#/components/responses/Refusal' }],
      ])
    }
  }
  document.components.responses = { Refusal: withBodyOnly(errorResponse as Json) }
  document.components.headers = undefined
  dropExamples(document)
  return document as unknown as OpenAPI3
}

/** The bodies of a response, without its headers and links. */
const withBodyOnly = ({ description, content }: Json) => ({ description, content })

function dropExamples(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const object = value as Json
  delete object.example
  if (Array.isArray(object.examples)) delete object.examples
  for (const inner of Object.values(object)) dropExamples(inner)
}

const document = withoutExtras(JSON.parse(readFileSync(pathOf('../dist/openapi.json'), 'utf8')))
const types = `// Generated from the OpenAPI document by \`npm run sdk:types\`. Do not edit.\n${astToString(await openapiTS(document))}`
if (!process.argv.includes('--check')) writeFileSync(target, types)
else if (readFileSync(target, 'utf8') !== types) {
  process.stderr.write('sdk/src/openapi.ts is out of date. Run: npm run sdk:types\n')
  process.exitCode = 1
}
