// Creates API keys without a running service: `npm run keys -- --help`.

import { randomBytes } from 'node:crypto'
import { readConfig } from '../config.ts'
import { connect, type Db } from '../db/client.ts'
import { upgrade } from '../db/migrations/migrate.ts'
import { type KeyScope, keyScopeDescriptions, keyScopes } from '../db/schema/index.ts'
import { acrossCompanies, asOwner } from '../db/transaction.ts'
import { commandLine } from '../lib/command-line.ts'
import { createCompany, createKey, findCompaniesNamed } from '../modules/companies/index.ts'
import { parseDay, parseOptions, printError, printLine, runCommand, UsageError } from './run-command.ts'
import { assertMigrated, OperatorError, withDatabase } from './with-database.ts'

const usage = `${commandLine('keys')} create --company NAME --scopes SCOPE[,SCOPE...] [--name NAME] [--expires 2027-01-31]

  create     Creates an API key of a company, and the company when there is none with this name, slug or id. Prints the key, which
             cannot be read again. The service may be running.
  --scopes   ${keyScopes.map((scope) => `${scope}: ${keyScopeDescriptions[scope]}`).join('\n             ')}
  --name     The name of the key in lists of keys; "created in the shell" by default.
  --expires  The first day (UTC) on which the key does not work; by default it does not expire.`

interface Options {
  company: string
  scopes: KeyScope[]
  name: string
  expires_at: Date | null
}

function readOptions(args: string[]): Options | 'help' {
  const { values, positionals } = parseOptions({
    args,
    allowPositionals: true,
    options: {
      company: { type: 'string' },
      scopes: { type: 'string', default: '' },
      name: { type: 'string', default: 'created in the shell' },
      expires: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help || (positionals.length === 0 && args.length === 0)) return 'help'
  if (positionals.join(' ') !== 'create')
    throw new UsageError(`Unknown command "${positionals.join(' ')}". The only command is "create".`)
  const company = values.company?.trim() ?? ''
  if (company === '' || company.length > 200)
    throw new UsageError('--company must be the name, slug or id of a company, up to 200 characters.')
  const name = values.name.trim()
  if (name === '' || name.length > 200) throw new UsageError('--name must have 1 to 200 characters.')
  return {
    company,
    name,
    scopes: parseScopes(values.scopes),
    expires_at: values.expires === undefined ? null : parseDay(values.expires, '--expires'),
  }
}

function parseScopes(text: string): KeyScope[] {
  const scopes = text.split(/[\s,]+/).filter((scope) => scope !== '')
  const unknown = scopes.filter((scope) => !keyScopes.includes(scope as KeyScope))
  if (scopes.length > 0 && unknown.length === 0) return scopes as KeyScope[]
  const received = scopes.length === 0 ? 'It is missing.' : `"${unknown.join('", "')}" is none.`
  throw new UsageError(
    `--scopes must be one or more of ${keyScopes.join(', ')}, separated by commas. ${received}`,
  )
}

async function create(url: string, options: Options): Promise<void> {
  const db = connect(url, { max: 2, applicationName: 'new-voice keys' })
  try {
    await migrate(url, db)
    const company = await findOrCreateCompany(db, options.company)
    const { name, scopes, expires_at } = options
    const now = new Date()
    if (expires_at !== null && expires_at <= now) throw new OperatorError('--expires must be after today.')
    const created = await asOwner(db, company.id, (tx) => createKey(tx, { name, scopes, expires_at }, now))
    // Only the key is written to stdout, so that a shell can assign it to a variable.
    printError(`company  ${company.name} (${company.slug}), ${company.id}`)
    printError(`scopes   ${created.scopes.join(', ')}`)
    printError('key      shown only now:')
    printLine(created.key)
  } finally {
    await db.close()
  }
}

/** As the service does at its start. */
async function migrate(url: string, db: Db): Promise<void> {
  if (readConfig().autoMigrate) await upgrade(url, 'head', { log: printError })
  else await assertMigrated(db)
}

function findOrCreateCompany(db: Db, text: string) {
  return acrossCompanies(db, async (tx) => {
    const found = await findCompaniesNamed(tx, text)
    if (found.length > 1) {
      const ids = found.map(({ id, slug }) => `${id} (${slug})`).join(', ')
      throw new OperatorError(`Several companies have this name. Use the id of one: ${ids}.`)
    }
    if (found[0] !== undefined) return found[0]
    const slug = slugOf(text)
    const isTaken = (await findCompaniesNamed(tx, slug)).length > 0
    return createCompany(tx, {
      name: text,
      slug: isTaken ? `${slug}-${randomBytes(3).toString('hex')}` : slug,
    })
  })
}

/** A slug from the Latin letters and digits of a name. */
function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  return (words ?? ['company']).join('-').slice(0, 50).replace(/-$/, '')
}

process.exitCode = await runCommand(usage, async (args) => {
  const options = readOptions(args)
  if (options === 'help') printLine(usage)
  else await withDatabase((url) => create(url, options))
  return 0
})
