// The command `npm run db`: runs, generates and checks migrations. `npm run db -- --help` prints its usage.
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
import { type DbCommand, parseDbArguments, usage } from './db/arguments.ts'
import { type DataLoss, findDataLoss } from './db/data-loss.ts'
import { renderSqlScript } from './db/sql-script.ts'
import { printLine as print, printError, runCommand } from './run-command.ts'
import { formatTable } from './terminal.ts'
import { withDatabase } from './with-database.ts'

async function run(command: DbCommand): Promise<number> {
  switch (command.command) {
    case 'help':
      print(usage)
      return 0
    case 'sql':
      process.stdout.write(renderSqlScript(command.direction, command.from, command.to, readMigrations()))
      return 0
    case 'check':
      return check()
    case 'generate':
      return generate(command.name, command.custom)
    default:
      return withDatabase((url) => runOnDatabase(command, url))
  }
}

type DatabaseCommand = Exclude<DbCommand, { command: 'help' | 'check' | 'sql' | 'generate' }>

async function runOnDatabase(command: DatabaseCommand, url: string): Promise<number> {
  const options = { log: print }
  switch (command.command) {
    case 'upgrade': {
      const applied = await upgrade(url, command.target, options)
      if (applied.length === 0) print('Nothing to do.')
      break
    }
    case 'downgrade': {
      const { migrations, applied } = await readMigrationStatus(url)
      const toUndo = migrationsToUndo(command.target, migrations, applied)
      if (toUndo.length === 0) print('Nothing to do.')
      else if (!(await confirmDowngrade(url, toUndo, command.yes))) return 2
      else await downgrade(url, command.target, { ...options, expectedApplied: applied })
      break
    }
    case 'stamp':
      await stamp(url, command.target, options)
      break
    case 'history': {
      const migrations = await history(url)
      const width = Math.max(...migrations.map(({ tag }) => tag.length))
      for (const { tag, state } of migrations) print(`${tag.padEnd(width)}  ${state}`)
      return 0
    }
  }
  const migration = await current(url)
  print(
    migration
      ? `${migration.tag}${migration.isHead ? ' (head)' : ''}`
      : 'The database is at base: no migration is applied.',
  )
  return 0
}

/** Shows the data that the downgrade deletes and asks for confirmation. Without a terminal, `--yes` is required. */
async function confirmDowngrade(url: string, toUndo: Migration[], yes: boolean): Promise<boolean> {
  const losses = await findDataLoss(url, toUndo)
  print(`The downgrade undoes ${toUndo.map(({ tag }) => tag).join(', ')}.`)
  if (losses.length === 0) print('No table loses data.')
  else print(`It permanently deletes:\n${formatTable(['', 'rows'], losses.map(tableRow))}`)
  if (yes) return true
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    printError('Nothing was changed. Add --yes to downgrade without a question.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // Ctrl-C and the end of the input count as no.
  const answer = await Promise.race([
    terminal.question('Continue? (y/N) '),
    new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
  ])
  terminal.close()
  if (/^y(es)?$/i.test(answer.trim())) return true
  printError('Nothing was changed.')
  return false
}

const tableRow = ({ name, rows, isExact }: DataLoss) => [name, `${isExact ? '' : 'about '}${rows}`]

async function check(): Promise<number> {
  const { checkMigrations } = await import('../db/migrations/check-migrations.ts')
  const problems = await checkMigrations()
  for (const problem of problems) printError(problem)
  if (problems.length > 0) return 1
  print('The migrations are complete, and the schema has no change without a migration.')
  return 0
}

async function generate(name: string, isCustom: boolean): Promise<number> {
  // Imported on demand: drizzle-kit is not in the production image.
  const { generateMigration } = await import('../db/migrations/generate.ts')
  const { tag, warnings } = await generateMigration(name, isCustom)
  for (const warning of warnings) printError(`warning: ${warning}`)
  print(`drizzle/${tag}.down.sql is a draft. Its first lines say what to do.`)
  return 0
}

// The reader may close the pipe early: `npm run db -- history | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await runCommand(usage, (args) => run(parseDbArguments(args)))
