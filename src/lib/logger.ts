import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/**
 * Creates the log of a service: a JSON object per line, for programs, or in a terminal a line for people. A line for people
 * begins with the address, where there is one, and shows a request as method, route, status and time.
 */
export function createLogger(
  level: string,
  out: NodeJS.WritableStream & { isTTY?: boolean } = process.stdout,
): Logger {
  if (out.isTTY !== true) return pino({ level }, out)
  const stream = pretty({
    colorize: true,
    destination: out,
    sync: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,url,reqId,method,route,status,ms',
    messageFormat: lineForPeople,
    singleLine: true,
  })
  return pino({ level }, stream)
}

function lineForPeople(log: Record<string, unknown>, messageKey: string): string {
  const { url, method, route, status, ms } = log
  const message = String(log[messageKey])
  if (typeof url === 'string') return `${url} ${message}`
  return status === undefined ? message : `${method} ${route} ${status} in ${ms} ms`
}
