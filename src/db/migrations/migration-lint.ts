import { splitStatements } from './migration-files.ts'

/** Common statements that fail on a table with rows, or that block a table in use. */
const riskRules: { pattern: RegExp; unless?: RegExp; warning: string }[] = [
  {
    pattern: /\bADD COLUMN\b.*\bNOT NULL\b/i,
    unless: /\bDEFAULT\b|\bGENERATED\b|\b(?:big|small)?serial\b/i,
    warning:
      'fails when the table has rows; add the column without NOT NULL or with a DEFAULT, fill it, then SET NOT NULL',
  },
  {
    pattern:
      /\bADD COLUMN\b.*(?:\bDEFAULT (?:gen_random_uuid|uuidv7|clock_timestamp|random|nextval)\(|\bGENERATED ALWAYS AS \(|\b(?:big|small)?serial\b)/i,
    warning:
      'rewrites the whole table and blocks reads and writes until it is done; add the column without the default and fill it in batches',
  },
  {
    pattern: /\bALTER COLUMN\b.*\bTYPE\b/i,
    warning: 'usually rewrites the whole table and its indexes, and blocks reads and writes until it is done',
  },
  {
    pattern: /\bALTER COLUMN\b.*\bSET NOT NULL\b/i,
    warning:
      'reads the whole table and blocks reads and writes until it is done; fails when a row has no value',
  },
  {
    pattern: /\bADD CONSTRAINT\b.*\b(?:CHECK|FOREIGN KEY)\b/i,
    unless: /\bNOT VALID\b/i,
    warning:
      'reads the whole table and blocks writes until it is done; add it NOT VALID, and VALIDATE CONSTRAINT in the next migration',
  },
  {
    pattern: /\bADD (?:CONSTRAINT "[^"]+" )?(?:UNIQUE|PRIMARY KEY)\b/i,
    warning: 'builds an index and blocks reads and writes until it is done',
  },
  {
    pattern: /^CREATE (?:UNIQUE )?INDEX\b/i,
    unless: /\bCONCURRENTLY\b/i,
    warning:
      'builds an index and blocks writes until it is done; on a large table use CREATE INDEX CONCURRENTLY in a separate migration that begins with `-- no-transaction`',
  },
]

const changedTable =
  /^(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX .*? ON)(?: ONLY)?(?: IF EXISTS)? (?:"?public"?\.)?"?(\w+)"?/i
const createdTable = /^CREATE TABLE(?: IF NOT EXISTS)? (?:"?public"?\.)?"?(\w+)"?/i

/**
 * Returns a warning for each statement that fails on a table with rows, or blocks a table in use. Skips tables that the
 * same file creates.
 */
export function lintMigration(file: string, text: string): string[] {
  const newTables = new Set<string>()
  return splitStatements(text).flatMap((statement, i) => {
    const sql = statement
      .replaceAll(/^[ \t]*--.*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
    const created = createdTable.exec(sql)?.[1]
    if (created) newTables.add(created)
    const table = changedTable.exec(sql)?.[1]
    if (table === undefined || newTables.has(table)) return []
    const matchedRules = riskRules.filter(({ pattern, unless }) => pattern.test(sql) && !unless?.test(sql))
    return matchedRules.map(({ warning }) => `${file}, statement ${i + 1} (${table}): ${warning}.`)
  })
}
