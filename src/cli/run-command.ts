import { type ParseArgsConfig, parseArgs } from 'node:util'
import { isOperatorError } from './with-database.ts'

export const printLine = (line: string) => void process.stdout.write(`${line}\n`)
export const printError = (line: string) => void process.stderr.write(`${line}\n`)

/** The arguments of a command are wrong. The usage is printed after the message. */
export class UsageError extends Error {}

/**
 * Runs a command with the arguments of the process. Returns the exit code: that of `run`; 1 when it failed for a reason that the
 * operator can correct; 2 for wrong arguments.
 */
export async function runCommand(usage: string, run: (args: string[]) => Promise<number>): Promise<number> {
  try {
    return await run(process.argv.slice(2))
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`${error.message}\n\n${usage}`)
      return 2
    }
    if (!isOperatorError(error)) throw error
    printError(error.message)
    return 1
  }
}

/** Like `parseArgs` of Node.js. @throws UsageError */
export function parseOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The start of a day (UTC). @throws UsageError that names the option */
export function parseDay(text: string | undefined, option: string): Date {
  const day = new Date(`${text}T00:00:00Z`)
  if (text?.length !== 10 || Number.isNaN(day.getTime())) {
    const received = text === undefined ? 'It is missing.' : `It is "${text}".`
    throw new UsageError(`${option} must be a date like 2026-01-31. ${received}`)
  }
  return day
}
