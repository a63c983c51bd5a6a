import type { EventEmitter } from 'node:events'

/** The response that the handler which is being called will send; undefined outside of a handler. */
let currentResponse: EventEmitter | undefined

/**
 * Calls the handler of a request that only reads. Reads that it starts before its first await stop when the client
 * disconnects: nobody waits for their result. A module variable is enough for these: an AsyncLocalStorage would find later
 * ones too, but makes every await slower in Node 20.
 *
 * @param response emits `close` when the client has disconnected, or the response was sent
 */
export function abandonReadsOnClose<T>(response: EventEmitter, handler: () => T): T {
  currentResponse = response
  try {
    return handler()
  } finally {
    currentResponse = undefined
  }
}

/**
 * Returns a function that registers a callback for when nobody waits for the current request's response any more, and
 * returns a function that removes it; undefined outside of `abandonReadsOnClose`.
 */
export function whenAbandoned(): ((callback: () => void) => () => void) | undefined {
  const response = currentResponse
  if (response === undefined) return undefined
  return (callback) => {
    response.once('close', callback)
    return () => response.off('close', callback)
  }
}

/** Returns a function that calls `run` as the current request's handler is called, for reads after an await. */
export function keepRequest(): <T>(run: () => T) => T {
  const response = currentResponse
  return (run) => (response === undefined ? run() : abandonReadsOnClose(response, run))
}
