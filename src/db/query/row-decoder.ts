import { Kind, type TProperties, type TSchema } from '@sinclair/typebox'

type Decode = (text: string) => unknown

/**
 * Returns a function that decodes a driver row in place, by the schema of its columns. Only text is decoded: null, and
 * values that the driver has parsed (int4, float8, boolean, json), stay as they are.
 */
export function rowDecoder(columns: TProperties): (row: Record<string, unknown>) => void {
  const decoders = Object.entries(columns).flatMap(([column, type]) => {
    const decode = decoderOf(type)
    return decode === undefined ? [] : [{ column, decode }]
  })
  return (row) => {
    for (const { column, decode } of decoders) {
      const value = row[column]
      if (typeof value === 'string') row[column] = decode(value)
    }
  }
}

/** Decodes PostgreSQL's text into the type of the schema; undefined when the driver's value has that type already. */
function decoderOf(type: TSchema): Decode | undefined {
  switch (type[Kind]) {
    case 'Date':
      return (text) => new Date(text)
    case 'Integer': // int8: exact to 2^53
    case 'Number': // numeric: use Type.String() for money and other exact decimals
      return Number
    case 'Array': {
      const decode = decoderOf(type.items) ?? ((text: string) => text)
      return (text) => parseArray(text).map((element) => (element === null ? null : decode(element)))
    }
    case 'Union': // Nullable(type)
      return type.anyOf.map(decoderOf).find((decode: unknown) => decode !== undefined)
    default:
      return undefined
  }
}

/** The elements of a one-dimensional array in PostgreSQL's text format: `{a,"b,c",NULL}`. */
const parseArray = (text: string): (string | null)[] =>
  [...text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare === 'NULL' ? null : (bare ?? null)) : quoted.replace(/\\(.)/gs, '$1'),
  )
