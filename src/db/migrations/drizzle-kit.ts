import { readFileSync } from 'node:fs'
import { type JournalEntry, MigrationError } from './migration-files.ts'

/** The whole schema after a migration: a file meta/NNNN_snapshot.json. All but the ids is internal to drizzle-kit. */
export interface Snapshot {
  id: string
  /** The id of the snapshot before it. */
  prevId: string
}

/** drizzle-kit, together with the schema in src/db/schema. */
export interface DrizzleKit {
  /**
   * Returns the statements that change one schema into the other. Asks on the terminal when something may have been
   * renamed; undefined when there is no terminal.
   */
  diff(from: Snapshot, to: Snapshot): Promise<string[] | undefined>
  /** Returns the snapshot of src/db/schema. */
  currentSnapshot(): Snapshot
}

export const snapshotName = ({ index }: Pick<JournalEntry, 'index'>) =>
  `meta/${String(index).padStart(4, '0')}_snapshot.json`

/**
 * Reads the schema after a migration.
 *
 * @throws MigrationError when the file is missing or malformed
 */
export function readSnapshot(folder: string, entry: Pick<JournalEntry, 'index'>): Snapshot {
  const path = `${folder}/${snapshotName(entry)}`
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Snapshot
  } catch {
    throw new MigrationError(`${path} is missing or malformed. Restore it from version control.`)
  }
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
      diff: (from, to) => withoutTerminalError(() => generateMigration(from as Json, to as Json)),
      currentSnapshot: () => generateDrizzleJson({ ...schema }),
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new MigrationError(
      'drizzle-kit is not installed. Generating and checking migrations needs the development dependencies: run npm ci.',
    )
  }
}

/** Returns undefined instead of the error that drizzle-kit prints and throws when it has a question and no terminal. */
async function withoutTerminalError<T>(work: () => Promise<T>): Promise<T | undefined> {
  if (process.stdin.isTTY && process.stdout.isTTY) return work()
  const { console } = globalThis
  const consoleError = console.error
  console.error = () => undefined
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && error.message.includes('require a TTY')) return undefined
    throw error
  } finally {
    console.error = consoleError
  }
}
