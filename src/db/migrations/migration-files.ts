import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What is wrong with migrations, in a line for an operator. */
export class MigrationError extends Error {}

/** One direction of a migration: the file beside the journal that says it. */
export interface MigrationFile {
  /** NNNN_name.sql or NNNN_name.down.sql. */
  name: string
  statements: string[]
  /** Whether it runs outside of a transaction: its first line says `-- no-transaction`. */
  runsOutsideTransaction: boolean
}

/** What drizzle's journal says of one migration. */
export interface JournalEntry {
  /** 0 for 0000. */
  index: number
  /** NNNN_name. */
  tag: string
  /** Its moment in drizzle's journal, ms: what the bookkeeping tells it by. */
  when: number
}

/** One direction of a migration: the file beside the journal that says it. */
export interface MigrationFile {
  /** NNNN_name.sql or NNNN_name.down.sql. */
  name: string
  statements: string[]
  /** Whether it runs outside of a transaction: its first line says `-- no-transaction`. */
  runsOutsideTransaction: boolean
}

/** What drizzle's journal says of one migration. */
export interface JournalEntry {
  /** 0 for 0000. */
  index: number
  /** NNNN_name. */
  tag: string
  /** Its moment in drizzle's journal, ms: what the bookkeeping tells it by. */
  when: number
}

/** One migration with its way back, as they lie in the folder. */
export interface Migration extends JournalEntry {
  /** SHA-256 of the file, hex, as drizzle's own migrator computes it. */
  hash: string
  up: MigrationFile
  down: MigrationFile
}

/** The folder beside src and dist. */
export const migrationsFolder = fileURLToPath(new URL('../../../drizzle', import.meta.url))

/** What parts the statements of a file, in drizzle's own files and in ours. */
export const statementBreakpoint = '--> statement-breakpoint'

/** The statements of a file; what is nothing but comment is none. */
export const splitStatements = (text: string): string[] =>
  text
    .split(statementBreakpoint)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^\s*--.*$/gm, '').trim() !== '')

/**
 * The journal, oldest first, without the files it names.
 *
 * @throws MigrationError when it is missing or is no journal
 */
export function readJournal(folder = migrationsFolder): JournalEntry[] {
  const path = `${folder}/meta/_journal.json`
  const text = read(path)
  try {
    const { entries } = JSON.parse(text) as { entries: { idx: number; when: number; tag: string }[] }
    return entries.map(({ idx, when, tag }) => ({ index: idx, tag, when }))
  } catch {
    throw new MigrationError(`${path} is no journal of migrations: take it from version control.`)
  }
}

/**
 * Every migration of the folder, oldest first.
 *
 * @throws MigrationError when a file of the journal is missing
 */
export function readMigrations(folder = migrationsFolder): Migration[] {
  return readJournal(folder).map((entry) => {
    const text = read(`${folder}/${entry.tag}.sql`)
    return {
      ...entry,
      hash: createHash('sha256').update(text).digest('hex'),
      up: stepOf(`${entry.tag}.sql`, text),
      down: stepOf(`${entry.tag}.down.sql`, read(`${folder}/${entry.tag}.down.sql`)),
    }
  })
}

const stepOf = (file: string, text: string): MigrationFile => ({
  name: file,
  statements: splitStatements(text),
  runsOutsideTransaction: text.startsWith('-- no-transaction'),
})

function read(path: string): string {
  if (!existsSync(path)) throw new MigrationError(`${path} is missing: it belongs to the migrations.`)
  return readFileSync(path, 'utf8')
}

/**
 * How many migrations are applied at a target: `head`, `base`, a number (`0002`, `2`), a whole name, or steps from
 * where the database is (`+1`, `-1`).
 *
 * @throws MigrationError naming what there is
 */
export function resolveTarget(target: string, entries: JournalEntry[], applied: number): number {
  if (target === 'head') return entries.length
  if (target === 'base') return 0
  const known = entries.find(
    ({ tag, index }) => tag === target || (/^\d+$/.test(target) && index === Number(target)),
  )
  if (known !== undefined) return known.index + 1
  const steps = /^[+-]\d+$/.test(target) ? applied + Number(target) : Number.NaN
  if (steps >= 0 && steps <= entries.length) return steps
  const names = entries.map(({ tag }) => tag).join(', ')
  throw new MigrationError(
    Number.isNaN(steps)
      ? `There is no migration ${target}: head, base, +N, -N, or one of ${names}.`
      : `${target} goes beyond the ${entries.length} migrations there are; ${applied} are applied.`,
  )
}

/** A file of a migration: what is generated, and what a person wrote before and after it. */
export interface FileSections {
  /** From a first line `-- hand-written` or `-- no-transaction` to the line `-- generated`, both included. */
  head: string
  generated: string
  /** From the line that begins with `-- hand-written` to the end. */
  tail: string
}

/** Takes a file apart, so that its generated part can be made again between what was written by hand. */
export function splitSections(text: string): FileSections {
  const mark = /^-- (?:hand-written|no-transaction)/.test(text) ? /^-- generated.*\n/m.exec(text) : null
  const from = mark === null ? 0 : mark.index + mark[0].length
  const rest = text.slice(from)
  const at = /^-- hand-written/m.exec(rest)?.index ?? rest.length
  return { head: text.slice(0, from), generated: trimmed(rest.slice(0, at)), tail: rest.slice(at).trim() }
}

/** Puts a file together again. */
export const joinSections = ({ head, generated, tail }: FileSections): string =>
  `${head}${[trimmed(generated), tail].filter((part) => part !== '').join(`\n${statementBreakpoint}\n`)}\n`

/** Without the breakpoints at its ends, which stand between parts. */
function trimmed(text: string): string {
  let bare = text.trim()
  while (bare.startsWith(statementBreakpoint)) bare = bare.slice(statementBreakpoint.length).trim()
  while (bare.endsWith(statementBreakpoint)) bare = bare.slice(0, -statementBreakpoint.length).trim()
  return bare
}
