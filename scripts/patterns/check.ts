// Checks that no regular expression takes more than linear time: a text that makes one quadratic blocks the whole service. Runs
// in `npm run lint:patterns`, after `npm run openapi -- dist/openapi.json`. Recheck analyses each pattern; patterns that were
// found to be linear are remembered in dist/patterns.json.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { check } from 'recheck'
import { exceptions } from './exceptions.ts'
import { findPatterns, type Pattern, schemaPatterns } from './find-patterns.ts'

const cachePath = 'dist/patterns.json'
/** Per pattern, ms; the slowest takes a second on an idle machine. A pattern that takes longer is to be simplified, or listed. */
const timeout = 120_000
const concurrentChecks = 4

const keyOf = ({ source, flags }: Pattern) => createHash('sha256').update(`/${source}/${flags}`).digest('hex')

function readCache(): Set<string> {
  try {
    return new Set(JSON.parse(readFileSync(cachePath, 'utf8')) as string[])
  } catch {
    // The first run, or an interrupted one: every pattern is checked.
    return new Set()
  }
}

const isListed = ({ file, source }: Pattern) =>
  exceptions.some((exception) => exception.file === file && exception.sources.includes(source))

/** Returns the problem of a pattern; undefined when it is linear. */
async function problemOf({ file, line, source, flags, isComputed }: Pattern): Promise<string | undefined> {
  const place = line === undefined ? file : `${file}:${line}`
  const listIt = 'or list it with its reason in scripts/patterns/exceptions.ts'
  if (isComputed) return `${place}: RegExp(${source}) is computed. Write it as a literal, ${listIt}.`
  const result = await check(source, flags, { timeout })
  if (result.status === 'safe') return undefined
  // Recheck counts the steps of its own machine, and its search for attacks depends on how fast that runs.
  if (result.status === 'vulnerable' && isFast(source, flags, result.attack.string)) return undefined
  const finding =
    result.status === 'unknown'
      ? 'could not be analysed'
      : `takes ${result.complexity.summary} time, for example for ${result.attack.pattern}`
  return `${place}: /${source}/${flags} ${finding}. Simplify it, ${listIt}.`
}

/** Recheck's attacks have 10,000 to 300,000 characters: linear time is below 50 ms, quadratic time takes seconds. */
const slowMs = 1_000

/** Whether this engine searches the text without taking quadratic time. */
function isFast(source: string, flags: string, text: string): boolean {
  try {
    runInNewContext('pattern.test(text)', { pattern: new RegExp(source, flags), text }, { timeout: slowMs })
    return true
  } catch {
    // The search was interrupted after `slowMs`.
    return false
  }
}

const patterns = [...findPatterns(['src', 'sdk/src']), ...schemaPatterns('dist/openapi.json')]
const unlisted = [
  ...new Map(patterns.filter((pattern) => !isListed(pattern)).map((p) => [keyOf(p), p])).values(),
]
const known = readCache()
const pending = unlisted.filter((pattern) => !known.has(keyOf(pattern)))
const problems = exceptions.flatMap(({ file, sources }) =>
  sources
    .filter((source) => !patterns.some((pattern) => pattern.file === file && pattern.source === source))
    .map(
      (source) => `scripts/patterns/exceptions.ts: ${file} has no pattern ${source}. Remove the exception.`,
    ),
)
const work = pending.values()
await Promise.all(
  Array.from({ length: concurrentChecks }, async () => {
    for (const pattern of work) {
      const problem = await problemOf(pattern)
      if (problem === undefined) known.add(keyOf(pattern))
      else problems.push(problem)
    }
  }),
)
mkdirSync('dist', { recursive: true })
const current = unlisted.map(keyOf).filter((key) => known.has(key))
writeFileSync(cachePath, `${JSON.stringify(current)}\n`)
for (const problem of problems) process.stderr.write(`${problem}\n`)
// Recheck keeps its own process running.
process.exit(problems.length === 0 ? 0 : 1)
