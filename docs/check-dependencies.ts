// Compares the tables of packages in docs/development.md with the manifests and lock files: every dependency has exactly one
// line, every line has a dependency, and its licence is the one in the lock file. Runs in `npm run lint:docs`.
import { readFileSync } from 'node:fs'

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}
interface Lock {
  packages: Record<string, { license?: string }>
}

const readText = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const readJson = <T>(path: string) => JSON.parse(readText(path)) as T

/** Licences of all dependencies by name. The packages of the SDK are in the lock file of the root. */
function installedLicences(): Map<string, string | undefined> {
  const licences = new Map<string, string | undefined>()
  for (const [folder, lockFolder] of [
    ['', ''],
    ['sdk/', ''],
    ['bench/', 'bench/'],
    ['examples/agent/', 'examples/agent/'],
  ]) {
    const { dependencies, devDependencies } = readJson<Manifest>(`${folder}package.json`)
    const { packages } = readJson<Lock>(`${lockFolder}package-lock.json`)
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      if (!version.startsWith('file:')) licences.set(name, packages[`node_modules/${name}`]?.license)
  }
  return licences
}

/** The lines of the tables with four columns, whose last column is the licence. */
const documented = [...readText('docs/development.md').matchAll(/^\| (\S+) \|(?:[^|]*\|){2} ([^|]+) \|$/gm)]
  .map(([, name = '', licence = '']) => ({ name, licence }))
  .filter(({ name }) => name !== '---')

const installed = installedLicences()
const names = documented.map(({ name }) => name)
const problems = [
  ...[...installed.keys()].filter((name) => !names.includes(name)).map((name) => `${name} has no line.`),
  ...names.filter((name) => !installed.has(name)).map((name) => `${name} has a line, but is no dependency.`),
  ...names.filter((name, i) => names.indexOf(name) < i).map((name) => `${name} has two lines.`),
  ...documented
    .filter(({ name, licence }) => installed.has(name) && installed.get(name) !== licence)
    .map(({ name, licence }) => `${name} has the licence ${installed.get(name)}, not ${licence}.`),
]
for (const problem of problems) process.stderr.write(`docs/development.md, Dependencies: ${problem}\n`)
if (problems.length > 0) process.exitCode = 1
