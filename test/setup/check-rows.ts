import { TypeRegistry } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { checkRowsWith } from '../../src/db/query/define-query.ts'
import { ajvWithFormats } from '../../src/lib/schema/ajv.ts'

const ajv = ajvWithFormats()

// TypeBox does not validate Type.Unsafe, which contains plain JSON schema here.
TypeRegistry.Set('Unsafe', (schema, value) => ajv.validate(schema as object, value))

/** Importing this file validates every row of a `defineQuery` against its schema. A query with an invalid row fails. */
checkRowsWith((query, schema, row) => {
  // Nearly every row is valid, and finding that out is faster than listing its errors.
  if (Value.Check(schema, row)) return
  const error = Value.Errors(schema, row).First()
  throw new TypeError(`a row of ${query} does not match its schema: ${error?.path} ${error?.message}`)
})
