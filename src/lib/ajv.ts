import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'

/** A compiler of JSON schemas that knows the formats (uuid, date-time, ...) and takes keywords it does not know. */
export function ajvWithFormats(options: Options = {}): Ajv {
  const ajv = new Ajv({ strict: false, ...options })
  addFormats.default(ajv)
  return ajv
}
