import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { projectRoot } from './programs.ts'

export const compiledFolder = 'dist/tests'
const sources = ['src/**/*.ts', 'sdk/src/**/*.ts', 'test/**/*.ts', 'examples/agent/src/**/*.ts']

/**
 * Compiles the tests and everything they run to JavaScript. A test run starts many processes, and plain JavaScript
 * starts in half the time of TypeScript. Unchanged files are not written again, because another run may be using them.
 */
export async function compileTests(): Promise<void> {
  const folder = join(projectRoot, compiledFolder)
  const { outputFiles } = await build({
    absWorkingDir: projectRoot,
    entryPoints: sources,
    outbase: projectRoot,
    outdir: folder,
    bundle: true,
    treeShaking: false,
    plugins: [keepImports],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
    logLevel: 'warning',
  })
  const compiled = new Map(outputFiles.map(({ path, contents }) => [path, contents]))
  for (const name of assets()) compiled.set(join(folder, name), readFileSync(join(projectRoot, name)))
  for (const path of filesIn(folder)) if (!compiled.has(path)) rmSync(path)
  for (const [path, contents] of compiled) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }
}

/** Files that modules read relative to their own path. */
const assets = () => [
  'package.json',
  ...['src', 'drizzle']
    .flatMap((name) => filesIn(join(projectRoot, name)))
    .filter((path) => !path.endsWith('.ts'))
    .map((path) => relative(projectRoot, path)),
]

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile())
    : []

/** Keeps every import instead of bundling it, and replaces .ts by .js. */
const keepImports: Plugin = {
  name: 'keep-imports',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point') return undefined
      const sdk = /^@new-voice\/sdk(?:\/(\w+))?$/.exec(path)
      const target = sdk ? relative(resolveDir, join(projectRoot, `sdk/src/${sdk[1] ?? 'index'}.ts`)) : path
      return { path: /^\.\.?\//.test(target) ? target.replace(/\.ts$/, '.js') : target, external: true }
    })
  },
}
