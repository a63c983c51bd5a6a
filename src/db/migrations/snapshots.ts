import { readFileSync } from 'node:fs'
import { type JournalEntry, MigrationError } from './migration-files.ts'

export interface Column {
  name: string
  type: string
  typeSchema?: string
  notNull: boolean
  default?: unknown
}

/** A table as drizzle-kit's snapshot has it; what is read here, and what is kept as it is. */
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

/** The whole schema after a migration, as drizzle-kit keeps it in meta/NNNN_snapshot.json. */
export interface Snapshot {
  id: string
  prevId: string
  version: string
  dialect: string
  /** By schema and name: public.calls. */
  tables: Record<string, Table>
  enums: Record<string, { values: string[] }>
  views: Record<
    string,
    { name: string; schema: string; materialized: boolean; isExisting: boolean; definition?: string }
  >
  [other: string]: unknown
}

/** drizzle-kit's own diff: the statements that lead from one schema to another. */
export type Diff = (from: Snapshot, to: Snapshot) => Promise<string[]>

/** What stands before the first migration. */
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

/** The schema after a migration. @throws MigrationError when its file is missing or is no snapshot */
export function readSnapshot(folder: string, entry: Pick<JournalEntry, 'index'>): Snapshot {
  const path = snapshotPath(folder, entry)
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Snapshot
  } catch {
    throw new MigrationError(`${path} is missing or broken: take it from version control.`)
  }
}

/** The schema before a migration. @throws MigrationError as `readSnapshot` */
export const snapshotBefore = (folder: string, { index }: Pick<JournalEntry, 'index'>): Snapshot =>
  index === 0 ? emptySnapshot : readSnapshot(folder, { index: index - 1 })

/** drizzle-kit and the schema in TypeScript. */
export interface DrizzleKit {
  diff: Diff
  /** The snapshot of the schema as src/db/schema has it now. */
  currentSnapshot(prevId: string): Snapshot
}

/**
 * Loads drizzle-kit, which is there where the service is developed and not in the image.
 *
 * @throws MigrationError when it is not there
 */
export async function loadDrizzleKit(): Promise<DrizzleKit> {
  const schema = await import('../schema/index.ts')
  try {
    // biome-ignore lint/correctness/noUndeclaredDependencies: only who develops the service generates migrations.
    const { generateDrizzleJson, generateMigration } = await import('drizzle-kit/api')
    type Json = Parameters<typeof generateMigration>[0]
    return {
      diff: (from, to) => quietly(() => generateMigration(from as unknown as Json, to as unknown as Json)),
      currentSnapshot: (prevId) => generateDrizzleJson({ ...schema }, prevId) as unknown as Snapshot,
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new MigrationError(
      'drizzle-kit is missing: migrations are generated and checked where the service is developed (npm ci).',
    )
  }
}

/** Where it cannot ask, drizzle-kit prints what it throws, with its stack; the caller says it in words. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  if (process.stdin.isTTY && process.stdout.isTTY) return work()
  const { console } = globalThis
  const print = console.error
  console.error = () => undefined
  try {
    return await work()
  } finally {
    console.error = print
  }
}
