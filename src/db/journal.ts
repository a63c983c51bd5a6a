import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What is wrong with migrations, in a line for an operator. */
export class MigrationError extends Error {}

/** One migration with its way back, as they lie in the folder. */
export interface Migration {
  /** 0 for 0000. */
  index: number
  /** NNNN_name. */
  tag: string
  /** Its moment in drizzle's journal, ms: what the bookkeeping tells it by. */
  when: number
  /** SHA-256 of the file, hex, as drizzle's own migrator computes it. */
  hash: string
  up: string[]
  down: string[]
  /** Whether it runs outside of a transaction: its first line says `-- no-transaction`. */
  isLoose: boolean
}

/** The folder beside src and dist. */
export const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url))

const breakpoint = '--> statement-breakpoint'

const statementsOf = (text: string): string[] =>
  text
    .split(breakpoint)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^\s*--.*$/gm, '').trim() !== '')

/**
 * Every migration of the folder, oldest first.
 *
 * @throws MigrationError when a file of the journal is missing
 */
export function readMigrations(folder = migrationsFolder): Migration[] {
  const journal = JSON.parse(read(`${folder}/meta/_journal.json`)) as {
    entries: { idx: number; when: number; tag: string }[]
  }
  return journal.entries.map(({ idx, when, tag }) => {
    const text = read(`${folder}/${tag}.sql`)
    return {
      index: idx,
      tag,
      when,
      hash: createHash('sha256').update(text).digest('hex'),
      up: statementsOf(text),
      down: statementsOf(read(`${folder}/${tag}.down.sql`)),
      isLoose: text.startsWith('-- no-transaction'),
    }
  })
}

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
export function countAt(target: string, migrations: Migration[], applied: number): number {
  if (target === 'head') return migrations.length
  if (target === 'base') return 0
  const known = migrations.find(
    ({ tag, index }) => tag === target || (/^\d+$/.test(target) && index === Number(target)),
  )
  if (known !== undefined) return known.index + 1
  const steps = /^[+-]\d+$/.test(target) ? applied + Number(target) : Number.NaN
  if (steps >= 0 && steps <= migrations.length) return steps
  const names = migrations.map(({ tag }) => tag).join(', ')
  throw new MigrationError(
    Number.isNaN(steps)
      ? `There is no migration ${target}: head, base, +N, -N, or one of ${names}.`
      : `${target} goes beyond the ${migrations.length} migrations there are; ${applied} are applied.`,
  )
}
