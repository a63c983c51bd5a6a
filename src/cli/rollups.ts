// Rollups compared with the calls they were folded from, and mended: `npm run rollups -- --help`.
import { parseArgs } from 'node:util'
import { connect, type Db } from '../db/client.ts'
import { findMissingMigrations } from '../db/migrations/migrate.ts'
import { findDaysWithCalls, rebuildDay } from '../modules/rollups/index.ts'
import { progressBar } from './terminal.ts'
import { isOperatorError, OperatorError, withDatabase } from './with-database.ts'

const usage = `npm run rollups -- rebuild --from 2026-01-01 --to 2026-02-01 [--company ID]

  rebuild    Compares the rollups of these days (of UTC, --to is not among them) with the calls themselves, and mends
             what differs: for rows that hand-made SQL wrote, changed or deleted. The service may run meanwhile.`

const say = (line: string) => void process.stdout.write(`${line}\n`)
const tell = (line: string) => void process.stderr.write(`${line}\n`)

class UsageError extends Error {}

/** The exit code: 0 done, 1 it failed, 2 it was asked wrongly. */
async function main(): Promise<number> {
  try {
    const words = readWords(process.argv.slice(2))
    if (words === 'help') say(usage)
    else await withDatabase((url) => rebuild(url, words))
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      tell(`${error.message}\n\n${usage}`)
      return 2
    }
    if (!isOperatorError(error)) throw error
    tell(error.message)
    return 1
  }
}

interface Words {
  from: Date
  until: Date
  company_id?: string | undefined
}

function readWords(args: string[]): Words | 'help' {
  const { values, positionals } = parsed(args)
  if (values.help || positionals.length === 0) return 'help'
  if (positionals.length > 1 || positionals[0] !== 'rebuild') {
    throw new UsageError(`There is no "${positionals.join(' ')}".`)
  }
  const [from, until] = [dayOf(values.from, '--from'), dayOf(values.to, '--to')]
  if (from >= until) throw new UsageError('--from must be before --to.')
  const { company } = values
  if (company !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(company)) {
    throw new UsageError('--company is the id of a company, a uuid.')
  }
  return { from, until, company_id: company }
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        company: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function dayOf(text: string | undefined, name: string): Date {
  const day = new Date(`${text}T00:00:00Z`)
  if (text?.length !== 10 || Number.isNaN(day.getTime())) {
    throw new UsageError(`${name} is a date, like 2026-01-31.`)
  }
  return day
}

async function rebuild(url: string, words: Words): Promise<void> {
  const db = connect(url, { max: 4, applicationName: 'new-voice rollups' })
  try {
    if ((await findMissingMigrations(db.client)).length > 0)
      throw new OperatorError('Migrations are pending: npm run db -- upgrade.')
    await mendDays(db, words)
  } finally {
    await db.close()
  }
}

async function mendDays(db: Db, words: Words): Promise<void> {
  const days = await findDaysWithCalls(db, words)
  if (days.length === 0) throw new OperatorError('There is no call in this period, and no rollup.')
  const show = progressBar('days compared')
  const differing: string[] = []
  for (const [i, { company_id, day }] of days.entries()) {
    show(i, days.length)
    const { wrong_calls, wrong_buckets } = await rebuildDay(db, company_id, day)
    if (wrong_calls + wrong_buckets > 0) {
      const date = day.toISOString().slice(0, 10)
      differing.push(`${date} of company ${company_id}: ${wrong_calls} calls, ${wrong_buckets} cells mended`)
    }
  }
  show(days.length, days.length)
  for (const line of differing) say(line)
  if (differing.length === 0) say('Nothing differed.')
}

process.exitCode = await main()
