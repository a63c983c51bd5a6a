// Installs the packages of bench/package.json when they are missing or older than its lock file. `npm run bench` runs it
// first, because `npm ci` in the root folder does not install them.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const modifiedMs = (name: string) => statSync(`${folder}${name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0

// npm writes the second file at the end of an installation.
if (modifiedMs('package-lock.json') > modifiedMs('node_modules/.package-lock.json')) {
  process.stdout.write('Installing the packages of the benchmarks (npm ci in bench/).\n')
  // Warnings are not shown: the job queues declare Node 22, but what is measured also runs on Node 20.
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: folder, stdio: 'inherit' })
  if (status !== 0) {
    process.stderr.write(
      'The packages of the benchmarks could not be installed. npm needs the network or a filled cache for them. Nothing else needs these packages.\n',
    )
    process.exit(1)
  }
}
