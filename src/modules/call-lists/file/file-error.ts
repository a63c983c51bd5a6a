import type { FileErrorCode } from '../../../lib/list-error-codes.ts'

/**
 * A file that cannot be read at all. An invalid row does not cause this error. `cause` is set when the reader failed
 * unexpectedly.
 */
export class FileError extends Error {
  readonly code: FileErrorCode
  constructor(code: FileErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }
}
