// Compares tasks, calls, metrics and rollups with each other, and corrects them: `npm run rollups -- --help`.

import { connect, type Db } from '../db/client.ts'
import { commandLine } from '../lib/command-line.ts'
import { isUuid } from '../lib/uuid.ts'
import { compareDay, differs } from '../modules/agreement/index.ts'
import { findDaysWithCalls } from '../modules/rollups/index.ts'
import { parseDay, parseOptions, printLine, runCommand, UsageError } from './run-command.ts'
import { progressBar } from './terminal.ts'
import { assertMigrated, OperatorError, withDatabase } from './with-database.ts'

const usage = `${commandLine('rollups')} rebuild --from 2026-01-01 --to 2026-02-01 [--company ID]

  rebuild    Compares tasks, calls, metrics and rollups of the days from --from to before --to (UTC) with each other, and
             corrects those that differ. Use it after calls were inserted, changed or deleted by SQL. The service may
             keep running. Also queues transcripts of these days that searches do not find
             yet: workers index them.`

interface Options {
  from: Date
  until: Date
  company_id?: string | undefined
}

function readOptions(args: string[]): Options | 'help' {
  const { values, positionals } = parseOptions({
    args,
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      company: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help || positionals.length === 0) return 'help'
  if (positionals.length > 1 || positionals[0] !== 'rebuild') {
    throw new UsageError(`Unknown command "${positionals.join(' ')}". The only command is "rebuild".`)
  }
  const from = parseDay(values.from, '--from')
  const until = parseDay(values.to, '--to')
  if (from >= until) throw new UsageError(`--from (${values.from}) must be before --to (${values.to}).`)
  const { company } = values
  if (company !== undefined && !isUuid(company)) {
    throw new UsageError(`--company must be the id of a company (a uuid), not "${company}".`)
  }
  return { from, until, company_id: company }
}

async function rebuild(url: string, options: Options): Promise<void> {
  const db = connect(url, { max: 4, applicationName: 'new-voice rollups' })
  try {
    await assertMigrated(db)
    await rebuildDays(db, options)
  } finally {
    await db.close()
  }
}

async function rebuildDays(db: Db, options: Options): Promise<void> {
  const days = await findDaysWithCalls(db, options)
  if (days.length === 0)
    throw new OperatorError(
      'There are no calls and no rollups in this period. Check --from, --to and --company.',
    )
  const showProgress = progressBar('days compared')
  const rebuilt: string[] = []
  for (const [i, { company_id, day }] of days.entries()) {
    showProgress(i, days.length)
    const comparison = await compareDay(db, company_id, day)
    if (differs(comparison)) {
      const date = day.toISOString().slice(0, 10)
      const { wrong_calls, wrong_buckets, wrong_values } = comparison
      rebuilt.push(
        `${date} company ${company_id}: ${wrong_values} values corrected, ${wrong_calls} calls and ${wrong_buckets} rollup rows rebuilt`,
      )
    }
  }
  showProgress(days.length, days.length)
  for (const line of rebuilt) printLine(line)
  if (rebuilt.length === 0) printLine('All tasks, calls, metrics and rollups agree.')
}

process.exitCode = await runCommand(usage, async (args) => {
  const options = readOptions(args)
  if (options === 'help') printLine(usage)
  else await withDatabase((url) => rebuild(url, options))
  return 0
})
