import type { Readable } from 'node:stream'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../lib/error-codes.ts'
import { malformed } from '../lib/errors.ts'
import { sendProblem } from './problem.ts'

/** A file of 100 MB; the fields and boundaries around it need less than 1 MB. */
export const maxBodyBytes = 101 * 2 ** 20
const maxFieldBytes = 65_536

/** Lets the routes of an app read multipart forms part by part as they arrive. */
export const registerUploadForm = async (app: FastifyInstance): Promise<void> => {
  await app.register(multipart, {
    limits: {
      files: 1,
      fields: 20,
      parts: 21,
      fieldSize: maxFieldBytes,
      fileSize: maxBodyBytes,
      headerPairs: 50,
    },
    throwFileSizeLimit: false,
  })
}

/** A hook that refuses a body that is too large before reading it. */
export async function refuseLargeBody(request: FastifyRequest, reply: FastifyReply) {
  if (Number(request.headers['content-length'] ?? 0) <= maxBodyBytes) return
  const detail = 'The file is larger than 100 MB. Split it into several files, or save a workbook as CSV.'
  reply.header('connection', 'close')
  return sendProblem(request, reply, { status: 413, code: 'body_too_large', detail })
}

/** A file that is uploaded; `name` is that of the client. */
interface UploadedFile {
  name: string | undefined
  source: Readable
}

interface FileHandler<T> {
  /** Reads the file, with the fields that precede it. */
  read: (file: UploadedFile, fields: Readonly<Record<string, string>>) => Promise<T>
  /** Called with the result of `read` when parts that follow the file are invalid. */
  discard: (read: T, reason: unknown) => Promise<void>
}

/** Reads the parts of a form: fields first, then the file. @throws Refusal 'malformed'; errors of `read` */
export async function readUploadForm<T>(request: FastifyRequest, handler: FileHandler<T>): Promise<T> {
  if (!request.isMultipart()) {
    throw malformed(
      'no_form',
      'The body is not a form. Send multipart/form-data with the file in a part named file.',
    )
  }
  let read: { result: T } | undefined
  try {
    const fields: Record<string, string> = {}
    for await (const part of request.parts()) {
      if (read !== undefined) {
        throw invalidPart(
          part.fieldname,
          'field_after_file',
          'The part follows the file. Send the file last.',
        )
      }
      if (part.type === 'field') fields[part.fieldname] = String(part.value)
      else if (part.fieldname !== 'file') {
        throw invalidPart(
          part.fieldname,
          'unknown_file',
          'The part is a file, but its name is not "file". Rename it to file.',
        )
      } else {
        const file = { name: part.filename, source: part.file }
        read = { result: await readUpload(file, fields, handler.read) }
      }
    }
  } catch (error) {
    const refusal = formRefusal(error)
    if (read !== undefined) await handler.discard(read.result, refusal)
    throw refusal
  }
  if (read !== undefined) return read.result
  throw invalidPart(
    'file',
    'no_file',
    'The form has no part named "file". Send the list in a part with this name.',
  )
}

/** Reads a file. On an error the rest of it is read and discarded, so that the client gets the response. */
export async function readUpload<T>(
  file: UploadedFile,
  fields: Readonly<Record<string, string>>,
  read: FileHandler<T>['read'],
): Promise<T> {
  try {
    return await read(file, fields)
  } catch (error) {
    if (!file.source.destroyed) file.source.resume()
    throw error
  }
}

/** Converts an error of the form parser to a Refusal with a text for the caller. Any other error is returned unchanged. */
function formRefusal(error: unknown): unknown {
  const { code, message = '' } = error as { code?: string; message?: string }
  if (code === 'FST_FILES_LIMIT') {
    return invalidPart('file', 'several_files', 'The form has several files. Send one file per request.')
  }
  if (code === 'FST_PARTS_LIMIT' || code === 'FST_FIELDS_LIMIT') {
    return malformed(
      'too_many_fields',
      'The form has more than 20 fields. Send only the fields that the API documentation lists.',
    )
  }
  const isFormError = /^(Multipart:|Unexpected end of|Malformed|Part terminated|Unterminated)/i.test(message)
  return isFormError
    ? malformed(
        'broken_form',
        'The form cannot be parsed. Check that its boundary is the one in the Content-Type header, and that the body is complete.',
      )
    : error
}

const invalidPart = (name: string, code: ErrorCode, detail: string) =>
  malformed(code, `Part "${name}" of the form is invalid. ${detail}`, [{ pointer: `/${name}`, detail }])
