// What an operator types after `npm run db --`, read and refused before anything is done.
import { parseArgs } from 'node:util'

/** What was typed cannot be meant: the line says why, and usage follows it. */
export class UsageError extends Error {}

export const usage = `Usage: npm run db -- COMMAND        (in the image: node dist/cli/db.js COMMAND)

  upgrade [TARGET]            apply migrations, to the newest without TARGET
  downgrade TARGET [--yes]    go back; says first what is lost, and asks
  current                     where the database is
  history                     every migration: applied, pending, edited since
  stamp TARGET                say where the database is without running anything

  upgrade [FROM:TO|TO] --sql  print the SQL instead, a script for psql; without FROM from base; needs no database
  downgrade FROM:TO --sql     (with npm: npm run --silent db -- upgrade --sql > upgrade.sql)

  generate --name NAME        make the next migration and its way back from what changed in src/db/schema
  generate --name NAME --custom   an empty pair, for what the schema cannot say
  generate --way-back N       make the way back of migration N again; what is written by hand stays
  generate --again N          make N and all newer again from the present schema; only while they are unreleased
  check                       whether the migrations are whole and the schema has no change beyond them

TARGET: head, base, a number (0002 or 2), a whole name, or steps from where it is (+1, -1).
Database: DATABASE_URL; without it the embedded one of DATA_DIR (.data).`

/** A command as typed, sound in its form. */
export type DbCommand =
  | { command: 'help' | 'check' }
  | { command: 'current' | 'history' }
  | { command: 'upgrade' | 'stamp'; target: string }
  | { command: 'downgrade'; target: string; yes: boolean }
  | { command: 'sql'; direction: 'upgrade' | 'downgrade'; from: string; to: string }
  | GenerateCommand

export type GenerateCommand =
  | { command: 'generate'; name: string; custom: boolean }
  | { command: 'way-back'; target: string }
  | { command: 'again'; target: string }

type Flags = { [name: string]: string | boolean | undefined }

const options = {
  help: { type: 'boolean', short: 'h' },
  yes: { type: 'boolean', short: 'y' },
  sql: { type: 'boolean' },
  name: { type: 'string' },
  custom: { type: 'boolean' },
  'way-back': { type: 'string' },
  again: { type: 'string' },
} as const

/** Which options a command knows, and how many words may follow it. */
const forms: Record<string, { flags: string[]; words: [number, number] }> = {
  upgrade: { flags: ['sql'], words: [0, 1] },
  downgrade: { flags: ['yes', 'sql'], words: [1, 1] },
  current: { flags: [], words: [0, 0] },
  history: { flags: [], words: [0, 0] },
  stamp: { flags: [], words: [1, 1] },
  generate: { flags: ['name', 'custom', 'way-back', 'again'], words: [0, 0] },
  check: { flags: [], words: [0, 0] },
}

/** @throws UsageError */
export function parseDbArguments(argv: string[]): DbCommand {
  const { values, positionals } = parsed(argv)
  const [command, ...rest] = positionals
  if (values.help || command === 'help') return { command: 'help' }
  if (command === undefined) throw new UsageError('A command is missing.')
  const form = forms[command]
  if (form === undefined) throw new UsageError(`There is no command ${command}.`)
  const unknown = Object.keys(values).find((flag) => !form.flags.includes(flag))
  if (unknown !== undefined) throw new UsageError(`${command} has no --${unknown}.`)
  const [least, most] = form.words
  if (rest.length < least) throw new UsageError(`${command} needs a target, like -1, 0001 or base.`)
  if (rest.length > most) throw new UsageError(`${command} does not understand ${rest[most]}.`)
  return worded(command, rest[0], values)
}

function parsed(argv: string[]): { values: Flags; positionals: string[] } {
  // -1 is a target; parseArgs would take it for an option.
  const isStep = (word: string) => /^[+-]\d+$/.test(word)
  const steps = argv.filter(isStep)
  try {
    const { values, positionals } = parseArgs({
      args: argv.filter((word) => !isStep(word)),
      options,
      allowPositionals: true,
    })
    return { values, positionals: [...positionals, ...steps] }
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. To specify')[0]?.replace(/\.$/, '')}.`)
  }
}

function worded(command: string, target: string | undefined, flags: Flags): DbCommand {
  switch (command) {
    case 'upgrade':
    case 'downgrade':
      if (flags.sql) return script(command, target)
      if (target?.includes(':')) throw new UsageError(`${target}: a range goes with --sql.`)
      return command === 'upgrade'
        ? { command, target: target ?? 'head' }
        : { command, target: target ?? '', yes: flags.yes === true }
    case 'stamp':
      return { command, target: target ?? '' }
    case 'generate':
      return generating(flags)
    case 'check':
      return { command }
    default:
      return { command: command as 'current' | 'history' }
  }
}

function script(direction: 'upgrade' | 'downgrade', range = 'head'): DbCommand {
  const [from, to, ...more] = range.includes(':') ? range.split(':') : ['base', range]
  if (!from || !to || more.length > 0) {
    throw new UsageError(`${range} is no range: FROM:TO, like 0001:head or base:0001.`)
  }
  if (direction === 'downgrade' && !range.includes(':')) {
    throw new UsageError(`downgrade --sql needs FROM:TO, like head:${range}: no database says where it is.`)
  }
  if (/^[+-]/.test(from))
    throw new UsageError(`${from} stands for nothing without a database: name a migration.`)
  return { command: 'sql', direction, from, to }
}

function generating(flags: Flags): DbCommand {
  const wanted = ['name', 'way-back', 'again'].filter((flag) => typeof flags[flag] === 'string')
  const [flag] = wanted
  if (wanted.length !== 1 || flag === undefined) {
    throw new UsageError('generate needs one of --name NAME, --way-back N and --again N.')
  }
  const value = String(flags[flag])
  if (flag === 'name') return { command: 'generate', name: value, custom: flags.custom === true }
  if (flags.custom) throw new UsageError('--custom goes with --name.')
  return { command: flag as 'way-back' | 'again', target: value }
}
