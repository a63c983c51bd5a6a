import { TypeRegistry } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { checkRowsWith } from '../../src/db/query/define-query.ts'
import { ajvWithFormats } from '../../src/lib/ajv.ts'

const ajv = ajvWithFormats()

// TypeBox checks no Type.Unsafe by itself: what it holds is plain JSON schema.
TypeRegistry.Set('Unsafe', (schema, value) => ajv.validate(schema as object, value))

/** From here on every row that a `defineQuery` returns is checked against its schema; one that differs fails its query. */
checkRowsWith((query, schema, row) => {
  const error = Value.Errors(schema, row).First()
  if (error !== undefined)
    throw new TypeError(`a row of ${query} does not match its schema: ${error.path} ${error.message}`)
})
