/** Maximum size as JSON of the objects whose fields a caller chooses, bytes. */
export const maxJsonBytes = {
  contact_data: 64 * 1024,
  extra_data: 64 * 1024,
  settings: 64 * 1024,
  collected_data: 256 * 1024,
  outcome_data: 256 * 1024,
} as const

/** Bytes of a value as JSON in UTF-8. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

/** A UTF-16 code unit takes at most this many bytes in UTF-8. */
const maxBytesPerUnit = 3

/** Whether a value takes at most `maxBytes` as JSON in UTF-8. */
export function isJsonWithin(value: unknown, maxBytes: number): boolean {
  const text = JSON.stringify(value) ?? ''
  return text.length * maxBytesPerUnit <= maxBytes || Buffer.byteLength(text) <= maxBytes
}
