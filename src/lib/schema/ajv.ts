import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'

/** An Ajv instance with the string formats (uuid, date-time, ...). Unknown keywords are ignored, not errors. */
export function ajvWithFormats(options: Options = {}): Ajv {
  const ajv = new Ajv({ strict: false, ...options })
  addFormats.default(ajv)
  return ajv
}
