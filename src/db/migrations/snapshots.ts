import { readFileSync } from 'node:fs'
import { type JournalEntry, MigrationError } from './migration-files.ts'

export interface Column {
  name: string
  type: string
  typeSchema?: string
  notNull: boolean
  default?: unknown
}

/** A table in a drizzle-kit snapshot. Only the properties that are read here are typed. */
export interface Table {
  name: string
  schema: string
  columns: Record<string, Column>
  indexes: Record<
    string,
    { name: string; columns: { expression: string; isExpression: boolean }[]; where?: string }
  >
  foreignKeys: Record<
    string,
    { name: string; tableFrom: string; tableTo: string; columnsFrom: string[]; columnsTo: string[] }
  >
  compositePrimaryKeys: Record<string, { columns: string[] }>
  uniqueConstraints: Record<string, { name: string; columns: string[] }>
  policies: Record<string, { name: string; using?: string; withCheck?: string }>
  checkConstraints: Record<string, { name: string; value: string }>
  isRLSEnabled: boolean
}

/** The whole schema after a migration: a file meta/NNNN_snapshot.json in drizzle-kit's format. */
export interface Snapshot {
  id: string
  prevId: string
  version: string
  dialect: string
  /** Keys are schema and name: `public.calls`. */
  tables: Record<string, Table>
  enums: Record<string, { values: string[] }>
  views: Record<
    string,
    { name: string; schema: string; materialized: boolean; isExisting: boolean; definition?: string }
  >
  [other: string]: unknown
}

/** drizzle-kit's diff: the statements that change one schema into the other. */
export type Diff = (from: Snapshot, to: Snapshot) => Promise<string[]>

/** The snapshot before the first migration. */
export const emptySnapshot: Snapshot = {
  id: '00000000-0000-0000-0000-000000000000',
  prevId: '',
  version: '7',
  dialect: 'postgresql',
  tables: {},
  enums: {},
  schemas: {},
  views: {},
  sequences: {},
  roles: {},
  policies: {},
  _meta: { columns: {}, schemas: {}, tables: {} },
}

export const snapshotPath = (folder: string, { index }: Pick<JournalEntry, 'index'>) =>
  `${folder}/meta/${String(index).padStart(4, '0')}_snapshot.json`

/**
 * Reads the schema after a migration.
 *
 * @throws MigrationError when the file is missing or malformed
 */
export function readSnapshot(folder: string, entry: Pick<JournalEntry, 'index'>): Snapshot {
  const path = snapshotPath(folder, entry)
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Snapshot
  } catch {
    throw new MigrationError(`${path} is missing or malformed. Restore it from version control.`)
  }
}

/**
 * Reads the schema before a migration.
 *
 * @throws MigrationError as `readSnapshot`
 */
export const snapshotBefore = (folder: string, { index }: Pick<JournalEntry, 'index'>): Snapshot =>
  index === 0 ? emptySnapshot : readSnapshot(folder, { index: index - 1 })

/** drizzle-kit, together with the schema in src/db/schema. */
export interface DrizzleKit {
  diff: Diff
  /** The snapshot of src/db/schema. `prevId` is the id of the snapshot before it. */
  currentSnapshot(prevId: string): Snapshot
}

/**
 * Loads drizzle-kit, a development dependency that the production image does not contain.
 *
 * @throws MigrationError when it is not installed
 */
export async function loadDrizzleKit(): Promise<DrizzleKit> {
  const schema = await import('../schema/index.ts')
  try {
    // biome-ignore lint/correctness/noUndeclaredDependencies: migrations are generated in development only.
    const { generateDrizzleJson, generateMigration } = await import('drizzle-kit/api')
    type Json = Parameters<typeof generateMigration>[0]
    return {
      diff: (from, to) =>
        suppressErrorOutput(() => generateMigration(from as unknown as Json, to as unknown as Json)),
      currentSnapshot: (prevId) => generateDrizzleJson({ ...schema }, prevId) as unknown as Snapshot,
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new MigrationError(
      'drizzle-kit is not installed. Generating and checking migrations needs the development dependencies: run npm ci.',
    )
  }
}

/** Without a terminal, drizzle-kit prints its error and stack trace before it throws. Suppresses that output. */
async function suppressErrorOutput<T>(work: () => Promise<T>): Promise<T> {
  if (process.stdin.isTTY && process.stdout.isTTY) return work()
  const { console } = globalThis
  const consoleError = console.error
  console.error = () => undefined
  try {
    return await work()
  } finally {
    console.error = consoleError
  }
}
