import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const isCompiled = import.meta.url.endsWith('.js')

/**
 * How to run a command of src/cli from here, without its arguments: `npm run db --` in a clone, and `node dist/cli/db.js`
 * in the image, which has neither the sources nor what npm's scripts need.
 *
 * @param name `db` for src/cli/db.ts, which is also the name of its script in package.json
 */
export function commandLine(name: 'db' | 'demo' | 'import' | 'keys' | 'livekit' | 'rollups'): string {
  if (!isCompiled) return `npm run ${name} --`
  const path = fileURLToPath(new URL(`../cli/${name}.js`, import.meta.url))
  const fromHere = relative(process.cwd(), path)
  return `node ${fromHere.startsWith('..') ? path : fromHere}`
}

/** Like `commandLine`, for a command whose output is written to a file. */
export const silentCommandLine = (name: Parameters<typeof commandLine>[0]): string =>
  commandLine(name).replace('npm run', 'npm run --silent')
