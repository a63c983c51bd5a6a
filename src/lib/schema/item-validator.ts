import type { FieldError } from '../errors.ts'
import { lazy } from '../lazy.ts'
import { ajvWithFormats } from './ajv.ts'
import { fieldErrors } from './schema-errors.ts'

/** Compiles a JSON schema at first use. The returned function returns the errors of an item. */
export function createItemValidator(schema: object): (item: unknown) => FieldError[] {
  const compiled = lazy(() => ajvWithFormats({ allErrors: true, verbose: true }).compile(schema))
  return (item) => {
    const validate = compiled()
    if (validate(item)) return []
    const errors = fieldErrors(validate.errors ?? [])
    return errors.length > 0 ? errors : [{ pointer: '', detail: 'The item is not valid.' }]
  }
}
