// Parses and validates the arguments of `npm run db`, before anything is done.
import { parseArgs } from 'node:util'
import { commandLine, silentCommandLine } from '../../lib/command-line.ts'
import { UsageError } from '../run-command.ts'

export const usage = `Usage: ${commandLine('db')} COMMAND

  upgrade [TARGET]            apply migrations up to TARGET; without TARGET up to the newest
  downgrade TARGET [--yes]    undo migrations down to TARGET; shows what data is lost and asks first
  current                     show the current migration of the database
  history                     list all migrations: applied, pending, edited, skipped or unknown
  stamp TARGET                record TARGET as the current migration without running anything

  upgrade [FROM:TO|TO] --sql  print the SQL as a script for psql; FROM defaults to base; needs no database
  downgrade FROM:TO --sql     for example: ${silentCommandLine('db')} upgrade --sql > upgrade.sql

  generate --name NAME [--custom]
                              generate a migration with drizzle-kit from the changes in src/db/schema, and a draft of
                              its down migration; drizzle-kit asks in both directions whether something was renamed;
                              --custom: an empty migration, for SQL that the schema cannot express
  check                           check the migrations' files, and that no schema change is without a migration

TARGET: head, base, a number (0002 or 2), a full name, or steps from the current migration (+1, -1).
Database: DATABASE_URL or PGHOST, or without them the embedded database in DATA_DIR (default .data).`

/** A valid command. */
export type DbCommand =
  | { command: 'help' | 'check' }
  | { command: 'current' | 'history' }
  | { command: 'upgrade' | 'stamp'; target: string }
  | { command: 'downgrade'; target: string; yes: boolean }
  | { command: 'sql'; direction: 'upgrade' | 'downgrade'; from: string; to: string }
  | { command: 'generate'; name: string; custom: boolean }

type Flags = { [name: string]: string | boolean | undefined }

const options = {
  help: { type: 'boolean', short: 'h' },
  yes: { type: 'boolean', short: 'y' },
  sql: { type: 'boolean' },
  name: { type: 'string' },
  custom: { type: 'boolean' },
} as const

/** The options of each command, and the minimum and maximum number of its positional arguments. */
const commands: Record<string, { flags: string[]; positionals: [number, number] }> = {
  upgrade: { flags: ['sql'], positionals: [0, 1] },
  downgrade: { flags: ['yes', 'sql'], positionals: [1, 1] },
  current: { flags: [], positionals: [0, 0] },
  history: { flags: [], positionals: [0, 0] },
  stamp: { flags: [], positionals: [1, 1] },
  generate: { flags: ['name', 'custom'], positionals: [0, 0] },
  check: { flags: [], positionals: [0, 0] },
}

/** Parses the arguments of `npm run db`. @throws UsageError when they are invalid */
export function parseDbArguments(argv: string[]): DbCommand {
  const { values, positionals } = splitArguments(argv)
  const [command, ...rest] = positionals
  if (values.help || command === 'help') return { command: 'help' }
  if (command === undefined) throw new UsageError('A command is missing.')
  const definition = commands[command]
  if (definition === undefined) throw new UsageError(`There is no command ${command}.`)
  const unknown = Object.keys(values).find((flag) => !definition.flags.includes(flag))
  if (unknown !== undefined) throw new UsageError(`${command} has no option --${unknown}.`)
  const [minimum, maximum] = definition.positionals
  if (rest.length < minimum) throw new UsageError(`${command} needs a target, for example -1, 0001 or base.`)
  if (rest.length > maximum) throw new UsageError(`Unexpected argument ${rest[maximum]} after ${command}.`)
  return toCommand(command, rest[0], values)
}

function splitArguments(argv: string[]): { values: Flags; positionals: string[] } {
  // -1 is a target, but parseArgs would read it as an option.
  const isStep = (argument: string) => /^[+-]\d+$/.test(argument)
  const steps = argv.filter(isStep)
  try {
    const { values, positionals } = parseArgs({
      args: argv.filter((argument) => !isStep(argument)),
      options,
      allowPositionals: true,
    })
    return { values, positionals: [...positionals, ...steps] }
  } catch (error) {
    // Node adds a hint about positional arguments, which does not apply here.
    throw new UsageError(`${(error as Error).message.split('. To specify')[0]?.replace(/\.$/, '')}.`)
  }
}

function toCommand(command: string, target: string | undefined, flags: Flags): DbCommand {
  switch (command) {
    case 'upgrade':
    case 'downgrade':
      if (flags.sql) return toSqlCommand(command, target)
      if (target?.includes(':'))
        throw new UsageError(`${target} is a range, which is allowed with --sql only.`)
      return command === 'upgrade'
        ? { command, target: target ?? 'head' }
        : { command, target: target ?? '', yes: flags.yes === true }
    case 'stamp':
      return { command, target: target ?? '' }
    case 'generate':
      return toGenerateCommand(flags)
    case 'check':
      return { command }
    default:
      return { command: command as 'current' | 'history' }
  }
}

function toSqlCommand(direction: 'upgrade' | 'downgrade', range = 'head'): DbCommand {
  const [from, to, ...surplus] = range.includes(':') ? range.split(':') : ['base', range]
  if (!from || !to || surplus.length > 0) {
    throw new UsageError(`${range} is not a range. Use FROM:TO, for example 0001:head or base:0001.`)
  }
  if (direction === 'downgrade' && !range.includes(':')) {
    throw new UsageError(
      `downgrade --sql needs FROM:TO, for example head:${range}, because it does not read the current migration.`,
    )
  }
  if (/^[+-]/.test(from)) {
    throw new UsageError(
      `${from} cannot be the start of a range, because no database is read. Name a migration.`,
    )
  }
  return { command: 'sql', direction, from, to }
}

function toGenerateCommand({ name, custom }: Flags): DbCommand {
  if (typeof name !== 'string') throw new UsageError('generate needs --name NAME.')
  if (!/^[a-z0-9][a-z0-9_]*$/.test(name)) {
    throw new UsageError(
      `${name} is not a valid name. Use lower-case letters, digits and _, for example add_call_notes.`,
    )
  }
  return { command: 'generate', name, custom: custom === true }
}
