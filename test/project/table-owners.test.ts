import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { test } from 'tap'
import ts from 'typescript'
import * as schema from '../../src/db/schema/index.ts'
import { projectRoot } from '../setup/programs.ts'

type Schema = typeof schema
type TableExport = { [K in keyof Schema]: Schema[K] extends PgTable ? K : never }[keyof Schema]

/** The module that writes each table. docs/architecture.md shows the same. */
const owners: Record<TableExport, string> = {
  companies: 'companies',
  apiKeys: 'companies',
  idempotencyKeys: 'http',
  skillbases: 'skillbases',
  skillbaseVersions: 'skillbases',
  campaigns: 'campaigns',
  campaignPace: 'campaigns',
  campaignWindows: 'campaigns',
  campaignFailures: 'campaigns',
  campaignEvents: 'campaigns',
  callTasks: 'call-tasks',
  taskEvents: 'call-tasks',
  suppressions: 'suppressions',
  leases: 'dialing',
  companyPace: 'dialing',
  testCalls: 'dialing',
  imports: 'call-lists',
  importRows: 'call-lists',
  simulatedCalls: 'telephony/simulated',
  livekitCalls: 'telephony/livekit',
  callBriefs: 'briefs',
  callTokens: 'briefs',
  calls: 'calls',
  callLogs: 'telemetry',
  callMetrics: 'telemetry',
  callTexts: 'search',
  changedTranscripts: 'search',
  prices: 'prices',
  priceAliases: 'prices',
  rerates: 'costs',
  supersededCosts: 'costs',
  eventOutbox: 'events',
  eventHeads: 'events',
  events: 'events',
  liveTickets: 'live',
  webhooks: 'webhooks',
  webhookDeliveries: 'webhooks',
  webhookAttempts: 'webhooks',
  dirtyCalls: 'rollups',
  callContributions: 'rollups',
  metricSeries: 'rollups',
  metricRollups: 'rollups',
  rollupChecks: 'rollups',
}

interface Exception {
  module: string
  tables: TableExport[]
  reason: string
}

/** Modules that write tables of others. A new exception needs a reason that a function of the owner cannot meet. */
const exceptions: Exception[] = [
  {
    module: 'dialing',
    tables: ['calls', 'callTasks', 'taskEvents', 'campaigns', 'campaignEvents', 'campaignPace', 'dirtyCalls'],
    reason:
      'claims, applies carrier events and settles in batches: one statement checks a limit and uses it up',
  },
  {
    module: 'call-lists',
    tables: ['callTasks'],
    reason:
      'merges and reverts 20,000 rows in one statement, which finds duplicates and suppressed numbers too',
  },
  {
    module: 'campaigns',
    tables: ['callTasks'],
    reason:
      'an edit of calling hours moves the times of waiting tasks, in the statement that reads the windows',
  },
  {
    module: 'campaigns',
    tables: ['leases'],
    reason: 'marks attempts that a user ends to be hung up; dialing imports campaigns, not the reverse',
  },
  {
    module: 'calls',
    tables: ['leases'],
    reason: 'the statement that ends a call releases its lease; dialing imports calls, not the reverse',
  },
  {
    module: 'call-tasks',
    tables: ['leases'],
    reason:
      'the statement that reopens a task returns its attempt to the settler; dialing imports call-tasks',
  },
  {
    module: 'suppressions',
    tables: ['callTasks', 'taskEvents'],
    reason:
      'a number that is suppressed ends the contacts that wait for a call to it; call-tasks imports suppressions',
  },
  { module: 'costs', tables: ['callMetrics'], reason: 'writes the cost columns' },
]

/** Table names by the names of their exports. */
const tables = new Map(
  Object.entries(schema).flatMap(([name, value]) =>
    is(value, PgTable) ? [[name, getTableName(value)]] : [],
  ),
)
const exportOf = new Map<string, TableExport>(
  [...tables].map(([name, table]) => [table, name as TableExport]),
)
/** `update` only before `set`: it also occurs in `for update` and `do update`. */
const sqlWrites =
  /\b(?:insert into|delete from|merge into|copy|update(?=\s+\S+(?:\s+(?:as\s+)?\w+)?\s+set\b))\s+"?(\w+)"?/g

/** The tables that a source file writes, with Drizzle's builder or in a text of SQL. */
function writtenTables(path: string, text: string): Set<TableExport> {
  const written = new Set<TableExport>()
  const tableOf = (node: ts.Node | undefined) =>
    node !== undefined && ts.isIdentifier(node) ? tables.get(node.text) : undefined
  const add = (table: string | undefined) => {
    const name = exportOf.get(table ?? '')
    if (name !== undefined) written.add(name)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      if (['insert', 'update', 'delete'].includes(node.expression.name.text)) add(tableOf(node.arguments[0]))
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      if (['defineBatchDelete', 'defineChangeQueue'].includes(node.expression.text))
        add(tableOf(node.arguments[0]))
    }
    for (const [, table] of textOf(node).matchAll(sqlWrites)) add(table)
    ts.forEachChild(node, visit)
  }
  /** The text of a literal. A table in a template is replaced by its name, any other expression by a question mark. */
  const textOf = (node: ts.Node): string => {
    if (ts.isStringLiteralLike(node)) return node.text
    if (!ts.isTemplateExpression(node)) return ''
    const spans = node.templateSpans.map(
      ({ expression, literal }) => `${tableOf(expression) ?? '?'}${literal.text}`,
    )
    return node.head.text + spans.join('')
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
  return written
}

/** src/modules/leases/... -> leases, src/telephony/livekit/... -> telephony/livekit, src/http/... -> http */
const moduleOf = (path: string): string => {
  const [first = '', second = ''] = path.replace(/^modules\//, '').split('/')
  return first === 'telephony' ? `${first}/${second}` : first
}

/** Every pair of a module and a table that it writes. */
function findWrites(): { module: string; table: TableExport }[] {
  const files = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
  const pairs = files
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) =>
      [...writtenTables(path, readFileSync(join(projectRoot, 'src', path), 'utf8'))].map(
        (table) => `${moduleOf(path)} ${table}`,
      ),
    )
  return [...new Set(pairs)].map((pair) => {
    const [module = '', table = ''] = pair.split(' ')
    return { module, table: table as TableExport }
  })
}

test('Writes are found in every form', async (t) => {
  const forms: Record<string, TableExport[]> = {
    'tx.insert(calls).values(x); tx.update(campaigns); db.orm.delete(imports)': [
      'calls',
      'campaigns',
      'imports',
    ],
    'sql`with x as (insert into calls as c (id) select 1) update call_tasks t set a = 1`': [
      'calls',
      'callTasks',
    ],
    'sql`delete from ${importRows} where id = ${id}`; sql`update ${calls} set a = ${b}`': [
      'importRows',
      'calls',
    ],
    'const s = "copy leases (id) from stdin"; sql`merge into call_logs using x`': ['leases', 'callLogs'],
    'sql`select 1 from calls for update`; sql`insert into x on conflict do update set a = 1`': [],
    'seen.delete(key); sql`update ${other} set a = 1`; // insert into calls': [],
  }
  for (const [text, expected] of Object.entries(forms))
    t.same([...writtenTables('x.ts', text)], expected, text)
})

test('Only the owner of a table writes it', async (t) => {
  const writes = findWrites()
  const isException = ({ module, table }: { module: string; table: TableExport }) =>
    exceptions.some((exception) => exception.module === module && exception.tables.includes(table))
  const foreign = writes.filter(({ module, table }) => owners[table] !== module)
  t.same(
    foreign.filter((write) => !isException(write)),
    [],
    'writes of tables of other modules',
  )
  t.same(
    Object.entries(owners).filter(
      ([name, owner]) => !writes.some(({ module, table }) => table === name && module === owner),
    ),
    [],
    'tables that their owner does not write',
  )
  const unused = exceptions.flatMap(({ module, tables }) =>
    tables.filter((name) => !foreign.some((write) => write.module === module && write.table === name)),
  )
  t.same(unused, [], 'exceptions that nothing needs')
})

test('docs/architecture.md names the owner of every table', async (t) => {
  const text = readFileSync(join(projectRoot, 'docs/architecture.md'), 'utf8')
  const section = /### Who writes which table\n([\s\S]*?)\nExceptions,/.exec(text)?.[1] ?? ''
  const documented = [...section.matchAll(/^\| ([a-z_, ]+?)(?:;.*?)? \| ([\w/-]+?)(?:\/[\w-]+\.ts)? \|$/gm)]
    .flatMap(([, names = '', owner = '']) => names.split(', ').map((name) => [name, owner]))
    .filter(([, owner]) => owner !== 'owner')
  const expected = Object.entries(owners).map(([name, owner]) => [tables.get(name), owner])
  t.same(documented.sort(), expected.sort())
})
