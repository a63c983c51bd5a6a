import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Smaller responses fit into one or two packets, and would gain nothing. */
const thresholdBytes = 2_048
/** Up to this size a response is compressed at once, which takes less than a millisecond; larger ones in a thread. */
const syncThresholdBytes = 65_536

const compressibleTypes = /^(application\/json|application\/problem\+json|text\/csv)(;|$)/

/** A request with this header gets a response without compression. */
const optOutHeader = 'x-no-compression'

/**
 * Compresses the JSON and CSV of the routes that are registered from now on. Each batch of rows of an export is flushed, so that
 * it arrives when it is written.
 */
export async function registerCompression(app: FastifyInstance): Promise<void> {
  // Runs before the hook that compresses. The plugin would also compress what its table of media types calls compressible,
  // such as event streams.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!compressibleTypes.test(String(reply.getHeader('content-type')))) request.headers[optOutHeader] = ''
    done(null, payload)
  })
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    threshold: thresholdBytes,
    syncThreshold: syncThresholdBytes,
    zlibOptions: { level: 1, flush: constants.Z_SYNC_FLUSH },
    brotliOptions: {
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
    },
    // Bodies of requests are decoded by `decodeBodies`.
    globalDecompression: false,
  })
}

/**
 * Leaves a response without compression that has a secret beside text that others may choose: who sees the sizes of several
 * such responses can derive the secret from how well they compress (BREACH).
 */
export function leaveUncompressed({ request }: FastifyReply): void {
  request.headers[optOutHeader] = ''
}
