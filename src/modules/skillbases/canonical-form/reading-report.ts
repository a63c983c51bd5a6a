import type { FieldError } from '../../../lib/errors.ts'

export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value of a member of its own; undefined for members that an object inherits, such as `constructor`. */
export const ownValue = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** How a config was read: what was converted, what could not be read, and where each canonical part comes from. */
export class ReadingReport {
  /** What a part was read as. Pointers lead into the config as it was sent. */
  readonly conversions: FieldError[] = []
  /** Parts that cannot be read. Pointers lead into the config as it was sent. */
  readonly errors: FieldError[] = []
  private readonly origins = new Map<string, string>()

  convert(pointer: string, detail: string): void {
    this.conversions.push({ pointer, detail })
  }

  reject(pointer: string, detail: string): void {
    this.errors.push({ pointer, detail })
  }

  /** Records that a part of the canonical form was written elsewhere in the config as it was sent. */
  moved(canonicalPointer: string, sentPointer: string): void {
    if (canonicalPointer !== sentPointer) this.origins.set(canonicalPointer, sentPointer)
  }

  /** The pointer into the config as it was sent, for a pointer into its canonical form. */
  sentPointer(canonicalPointer: string): string {
    for (let prefix = canonicalPointer; prefix !== ''; prefix = prefix.slice(0, prefix.lastIndexOf('/'))) {
      const origin = this.origins.get(prefix)
      if (origin !== undefined) return origin + canonicalPointer.slice(prefix.length)
    }
    return canonicalPointer
  }

  /** An error or a warning of the canonical form, with the pointers of the config as it was sent, also those in its text. */
  asSent({ pointer, detail }: FieldError): FieldError {
    if (this.origins.size === 0) return { pointer, detail }
    const sentDetail = detail.replace(/\/(flow|tools)\/[\w/]+/g, (named) => this.sentPointer(named))
    return { pointer: this.sentPointer(pointer), detail: sentDetail }
  }
}
