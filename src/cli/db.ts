// Migrations as an operator works with them: `npm run db -- --help`.
import { createInterface } from 'node:readline/promises'
import {
  current,
  downgrade,
  history,
  migrationsToUndo,
  readMigrationStatus,
  stamp,
  upgrade,
} from '../db/migrations/migrate.ts'
import { type Migration, readMigrations } from '../db/migrations/migration-files.ts'
import { type DbCommand, type GenerateCommand, parseDbArguments, UsageError, usage } from './db/arguments.ts'
import { type DataLoss, findDataLoss } from './db/data-loss.ts'
import { renderSqlScript } from './db/sql-script.ts'
import { formatTable } from './terminal.ts'
import { isOperatorError, withDatabase } from './with-database.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)
const tell = (line: string) => void process.stderr.write(`${line}\n`)

/** The exit code: 0 done, 1 it failed, 2 it was asked wrongly or not agreed to. */
async function main(): Promise<number> {
  try {
    return (await run(parseDbArguments(process.argv.slice(2)))) ?? 0
  } catch (error) {
    if (error instanceof UsageError) {
      tell(`${error.message}\n\n${usage}`)
      return 2
    }
    if (!isOperatorError(error)) throw error
    tell((error as Error).message)
    return 1
  }
}

async function run(words: DbCommand): Promise<number | undefined> {
  switch (words.command) {
    case 'help':
      say(usage)
      return 0
    case 'sql':
      process.stdout.write(renderSqlScript(words.direction, words.from, words.to, readMigrations()))
      return 0
    case 'check':
      return check()
    case 'generate':
    case 'way-back':
    case 'again':
      return generate(words)
    default:
      return withDatabase((url) => onDatabase(words, url))
  }
}

type OnDatabase = Exclude<DbCommand, GenerateCommand | { command: 'help' | 'check' | 'sql' }>

async function onDatabase(words: OnDatabase, url: string): Promise<number | undefined> {
  const options = { log: say }
  switch (words.command) {
    case 'upgrade': {
      const done = await upgrade(url, words.target, options)
      if (done.length === 0) say('Nothing to do.')
      break
    }
    case 'downgrade': {
      const { migrations, applied } = await readMigrationStatus(url)
      const back = migrationsToUndo(words.target, migrations, applied)
      if (back.length === 0) say('Nothing to do.')
      else if (!(await isAgreed(url, back, words.yes))) return 2
      else await downgrade(url, words.target, { ...options, expectedApplied: applied })
      break
    }
    case 'stamp':
      await stamp(url, words.target, options)
      break
    case 'history': {
      const all = await history(url)
      const width = Math.max(...all.map(({ tag }) => tag.length))
      for (const { tag, state } of all) say(`${tag.padEnd(width)}  ${state}`)
      return 0
    }
  }
  const at = await current(url)
  say(at ? `${at.tag}${at.isHead ? ' (head)' : ''}` : 'The database is at base: no migration is applied.')
  return 0
}

/** Says what is lost and asks. Without a terminal nobody can answer: it wants --yes. */
async function isAgreed(url: string, back: Migration[], yes: boolean): Promise<boolean> {
  const losses = await findDataLoss(url, back)
  say(`Going back over ${back.map(({ tag }) => tag).join(', ')}.`)
  if (losses.length === 0) say('No table loses data by it.')
  else say(`What is lost for good:\n${formatTable(['', 'rows'], losses.map(lossLine))}`)
  if (yes) return true
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    tell('Nothing was changed: say --yes to do it.')
    return false
  }
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  // Ctrl-C or the end of the input is a no, too.
  const answer = await Promise.race([
    asking.question('Do it? (y/N) '),
    new Promise<string>((resolve) => asking.once('close', () => resolve(''))),
  ])
  asking.close()
  if (/^y(es)?$/i.test(answer.trim())) return true
  tell('Nothing was changed.')
  return false
}

const lossLine = ({ name: what, rows, isExact }: DataLoss) => [what, `${isExact ? '' : 'about '}${rows}`]

async function check(): Promise<number> {
  const { checkMigrations } = await import('../db/migrations/check-migrations.ts')
  const faults = await checkMigrations()
  for (const fault of faults) tell(fault)
  if (faults.length === 0) say('The migrations are whole, and the schema has no change beyond them.')
  return faults.length === 0 ? 0 : 1
}

async function generate(words: GenerateCommand): Promise<number> {
  const { files, warnings } = await made(words)
  for (const file of files) say(`drizzle/${file}`)
  for (const warning of warnings) tell(`warning: ${warning}`)
  if (words.command === 'again')
    tell('A database that has them as they were: make it anew, or take it down with the old files first.')
  return 0
}

async function made(words: GenerateCommand) {
  const making = await import('../db/migrations/generate.ts')
  if (words.command === 'way-back') return making.regenerateDownMigration(words.target)
  if (words.command === 'again') return making.regenerateFrom(words.target)
  return words.custom ? making.generateCustomMigration(words.name) : making.generateMigration(words.name)
}

// Whoever reads us may stop to: `npm run db -- history | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await main()
