import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { projectRoot } from './programs.ts'

export const compiledFolder = 'dist/tests'
/** Packages of many modules. A process loads one file faster than hundreds, so each of their entry points becomes one. */
const bundledPackages = /^(?:@sinclair\/typebox|drizzle-orm|libphonenumber-js|uuid)(?:\/|$)/
const packagesFolder = 'packages'
const sources = ['src/**/*.ts', 'sdk/src/**/*.ts', 'test/**/*.ts', 'examples/agent/src/**/*.ts']

const buildOptions = {
  absWorkingDir: projectRoot,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  write: false,
  logLevel: 'warning',
} satisfies BuildOptions

/**
 * Compiles the tests and everything they run to JavaScript. A test run starts many processes, and plain JavaScript
 * starts in half the time of TypeScript. Unchanged files are not written again, because another run may be using them.
 */
export async function compileTests(): Promise<void> {
  const folder = join(projectRoot, compiledFolder)
  const imported = new Set<string>()
  const own = await build({
    ...buildOptions,
    entryPoints: sources,
    outbase: projectRoot,
    outdir: folder,
    treeShaking: false,
    plugins: [keepImports(imported)],
    sourcemap: 'inline',
    sourcesContent: false,
  })
  const packages = await build({
    ...buildOptions,
    entryPoints: [...imported].map((name) => ({ in: fileURLToPath(import.meta.resolve(name)), out: name })),
    outdir: join(folder, packagesFolder),
    packages: 'external',
    splitting: true,
  })
  const outputFiles = [...own.outputFiles, ...packages.outputFiles]
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

/**
 * Keeps every import instead of bundling it, and replaces .ts by .js. Adds the imported entry points of `bundledPackages` to
 * `imported`.
 */
const keepImports = (imported: Set<string>): Plugin => ({
  name: 'keep-imports',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point') return undefined
      if (bundledPackages.test(path)) {
        imported.add(path)
        return {
          path: relative(resolveDir, join(projectRoot, packagesFolder, `${path}.js`)),
          external: true,
        }
      }
      const sdk = /^@new-voice\/sdk(?:\/(\w+))?$/.exec(path)
      const target = sdk ? relative(resolveDir, join(projectRoot, `sdk/src/${sdk[1] ?? 'index'}.ts`)) : path
      return { path: /^\.\.?\//.test(target) ? target.replace(/\.ts$/, '.js') : target, external: true }
    })
  },
})
