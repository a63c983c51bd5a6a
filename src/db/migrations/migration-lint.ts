import { splitStatements } from './migration-files.ts'

/** What a statement does to a table that has rows and is in use; the list is short, and not all there is. */
const risks: { when: RegExp; unless?: RegExp; says: string }[] = [
  {
    when: /\bADD COLUMN\b.*\bNOT NULL\b/i,
    unless: /\bDEFAULT\b|\bGENERATED\b|\b(?:big|small)?serial\b/i,
    says: 'fails when the table has rows: add the column without NOT NULL or with a DEFAULT, fill it, then SET NOT NULL',
  },
  {
    when: /\bADD COLUMN\b.*(?:\bDEFAULT (?:gen_random_uuid|uuidv7|clock_timestamp|random|nextval)\(|\bGENERATED ALWAYS AS \(|\b(?:big|small)?serial\b)/i,
    says: 'rewrites the whole table, and nobody reads or writes it meanwhile: add the column bare and fill it in batches',
  },
  {
    when: /\bALTER COLUMN\b.*\bTYPE\b/i,
    says: 'mostly rewrites the whole table and its indexes, and nobody reads or writes it meanwhile',
  },
  {
    when: /\bALTER COLUMN\b.*\bSET NOT NULL\b/i,
    says: 'reads the whole table, and nobody reads or writes it meanwhile; it fails on rows that have none',
  },
  {
    when: /\bADD CONSTRAINT\b.*\b(?:CHECK|FOREIGN KEY)\b/i,
    unless: /\bNOT VALID\b/i,
    says: 'reads the whole table while writers wait: add it NOT VALID, and VALIDATE CONSTRAINT in the next migration',
  },
  {
    when: /\bADD (?:CONSTRAINT "[^"]+" )?(?:UNIQUE|PRIMARY KEY)\b/i,
    says: 'builds an index, and nobody reads or writes the table meanwhile',
  },
  {
    when: /^CREATE (?:UNIQUE )?INDEX\b/i,
    unless: /\bCONCURRENTLY\b/i,
    says: 'builds an index while writers wait: on a big table, CREATE INDEX CONCURRENTLY in a migration of its own that begins with `-- no-transaction`',
  },
]

const target =
  /^(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX .*? ON)(?: ONLY)?(?: IF EXISTS)? (?:"?public"?\.)?"?(\w+)"?/i
const created = /^CREATE TABLE(?: IF NOT EXISTS)? (?:"?public"?\.)?"?(\w+)"?/i

/** What an operator should know of a migration's file before it runs on tables that have rows, a line for each. */
export function lintMigration(file: string, text: string): string[] {
  const fresh = new Set<string>()
  return splitStatements(text).flatMap((statement, i) => {
    const bare = statement
      .replaceAll(/^\s*--.*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
    const made = created.exec(bare)?.[1]
    if (made) fresh.add(made)
    const table = target.exec(bare)?.[1]
    if (table === undefined || fresh.has(table)) return []
    const found = risks.filter(({ when, unless }) => when.test(bare) && !unless?.test(bare))
    return found.map(({ says }) => `${file}, statement ${i + 1} (${table}): ${says}.`)
  })
}

/** What a way back cannot bring back by itself. */
export function lintDownMigration(file: string, text: string): string[] {
  const made = splitStatements(text).flatMap((statement) => created.exec(statement)?.[1] ?? [])
  return made.map(
    (table) =>
      `${file} makes ${table} again, empty and without its triggers, grants, comments and storage: write them below a line \`-- hand-written\`.`,
  )
}
