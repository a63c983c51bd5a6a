// Makes src/openapi.ts from dist/openapi.json, which `npm run openapi -- dist/openapi.json` writes; with --check it only
// says whether that would change it.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'

type Json = Record<string, unknown>
interface Document extends Json {
  paths: Record<string, Record<string, { responses: Json }>>
  components: { responses: Json }
}

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const target = at('src/openapi.ts')

/** Every refusal is the same Problem, and what is an example is no type: that is three fifths of the document. */
function lean(document: Document): OpenAPI3 {
  const [refusal] = Object.values(document.components.responses)
  for (const [path, methods] of Object.entries(document.paths)) {
    const isSocket = Object.values(methods).some(({ responses }) => '101' in responses)
    if (isSocket) delete document.paths[path]
    for (const operation of Object.values(methods)) {
      const good = Object.entries(operation.responses).filter(([status]) => status < '400')
      operation.responses = Object.fromEntries([
        ...good,
        ['default', { $ref: '#/components/responses/Refusal' }],
      ])
    }
  }
  document.components.responses = { Refusal: refusal }
  dropExamples(document)
  return document as unknown as OpenAPI3
}

function dropExamples(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const object = value as Json
  delete object.example
  if (Array.isArray(object.examples)) delete object.examples
  for (const inner of Object.values(object)) dropExamples(inner)
}

const document = lean(JSON.parse(readFileSync(at('../dist/openapi.json'), 'utf8')))
const types = `// Made by \`npm run sdk:types\` from the API's own description.\n${astToString(await openapiTS(document))}`
if (!process.argv.includes('--check')) writeFileSync(target, types)
else if (readFileSync(target, 'utf8') !== types) {
  process.stderr.write('sdk/src/openapi.ts is not what the API says: npm run sdk:types\n')
  process.exitCode = 1
}
