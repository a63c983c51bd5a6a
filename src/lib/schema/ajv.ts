import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import { isUuid } from '../uuid.ts'
import { isJsonWithin } from './json-size.ts'
import { hasInexactNumber } from './storable-json.ts'

/** A text with a format is at most this long. Some formats, such as date-time, split the whole text before they reject it. */
const maxFormatLength = 2_000

/**
 * Options with which Ajv compiles in half the time. The schemas are written with TypeBox, and `npm run lint:openapi` checks
 * those of the API. Optimizing the generated code takes longer than it saves.
 */
export const fastCompilation = { validateSchema: false, code: { optimize: false } } satisfies Options

/**
 * An Ajv instance with the string formats (uuid, date-time, ...), and with the keywords of objects whose fields a caller chooses:
 * `x-max-bytes`, the maximum size as JSON, and `x-exact-numbers`, which rejects numbers that were changed when they were parsed.
 * Other unknown keywords are ignored, not errors.
 */
export function ajvWithFormats(options: Options = {}): Ajv {
  const ajv = new Ajv({ strict: false, ...fastCompilation, ...options })
  addFormats.default(ajv)
  // That of ajv-formats also accepts `urn:uuid:`, which PostgreSQL does not read.
  ajv.addFormat('uuid', isUuid)
  limitFormats(ajv)
  ajv.addKeyword({
    keyword: 'x-max-bytes',
    type: 'object',
    schemaType: 'number',
    errors: false,
    validate: (maxBytes: number, value: unknown) => isJsonWithin(value, maxBytes),
  })
  ajv.addKeyword({
    keyword: 'x-exact-numbers',
    type: 'object',
    schemaType: 'boolean',
    errors: false,
    validate: (isRequired: boolean, value: unknown) => !isRequired || !hasInexactNumber(value),
  })
  return ajv
}

/** Makes every format of strings reject a long text before it is read. */
function limitFormats(ajv: Ajv): void {
  for (const [name, format] of Object.entries(ajv.formats)) {
    const matches = matcherOf(format)
    if (matches !== undefined) ajv.addFormat(name, (text) => text.length <= maxFormatLength && matches(text))
  }
}

/** The function that checks a text; undefined for a format of numbers, and for one that accepts every text. */
function matcherOf(format: unknown): ((text: string) => boolean) | undefined {
  if (typeof format === 'function') return format as (text: string) => boolean
  if (format instanceof RegExp) return (text) => format.test(text)
  if (typeof format !== 'object' || format === null) return undefined
  const { type, validate } = format as { type?: string; validate?: unknown }
  return type === 'number' ? undefined : matcherOf(validate)
}
