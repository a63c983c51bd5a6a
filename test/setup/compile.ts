import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { projectRoot } from './programs.ts'

export const compiledFolder = 'dist/tests'
const sources = ['src/**/*.ts', 'sdk/src/**/*.ts', 'test/**/*.ts', 'examples/agent/src/**/*.ts']

/**
 * Strips the tests, and all they run, of their types: a process of plain JavaScript is up in half the time, and a run
 * starts many. Files that are the same are left alone, for whoever runs them beside this.
 */
export async function compileTests(): Promise<void> {
  const folder = join(projectRoot, compiledFolder)
  const { outputFiles } = await build({
    ...{ absWorkingDir: projectRoot, entryPoints: sources, outbase: projectRoot, outdir: folder },
    ...{ bundle: true, treeShaking: false, plugins: [eachByItself] },
    ...{ format: 'esm', platform: 'node', target: 'node20', sourcemap: 'inline', sourcesContent: false },
    ...{ write: false, logLevel: 'warning' },
  })
  const made = new Map(outputFiles.map(({ path, contents }) => [path, contents]))
  for (const name of assets()) made.set(join(folder, name), readFileSync(join(projectRoot, name)))
  for (const path of filesIn(folder)) if (!made.has(path)) rmSync(path)
  for (const [path, contents] of made) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }
}

/** What compiled modules read by their own place. */
const assets = () => [
  ...['package.json', 'src/cli/sample/calls.jsonl'],
  ...filesIn(join(projectRoot, 'drizzle')).map((path) => relative(projectRoot, path)),
]

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile())
    : []

/** Nothing is bundled: each import stays, and names the compiled file. */
const eachByItself: Plugin = {
  name: 'each by itself',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point') return undefined
      const sdk = /^@new-voice\/sdk(?:\/(\w+))?$/.exec(path)
      const found = sdk ? relative(resolveDir, join(projectRoot, `sdk/src/${sdk[1] ?? 'index'}.ts`)) : path
      return { path: /^\.\.?\//.test(found) ? found.replace(/\.ts$/, '.js') : found, external: true }
    })
  },
}
