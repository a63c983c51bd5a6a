import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { projectRoot } from './programs.ts'

export const compiledFolder = 'dist/tests'
/** Packages of many ES modules, which are bundled too. Other packages are imported from node_modules. */
const bundledPackages = /^(?:@sinclair\/typebox|drizzle-orm|libphonenumber-js|uuid)(?:\/|$)/
/** The tests, and every module that a test starts as a process or a thread, or imports in one. */
const entryPoints = [
  'test/**/*.test.ts',
  'src/main.ts',
  'src/cli/*.ts',
  'src/db/embedded/embedded.ts',
  'src/modules/call-lists/file/reader-thread.ts',
  'test/neighbours/attacker.ts',
  'test/setup/agents/*.ts',
  'test/storm/livekit-process.ts',
  'examples/agent/src/main.ts',
]

/**
 * Compiles the tests and everything they run to JavaScript. A test run starts many processes, and plain JavaScript
 * starts in half the time of TypeScript. Modules that the same entry points use become one file, because most of the rest of the
 * time is spent on finding and opening hundreds of files. Unchanged files are not written again, because another run may be
 * using them.
 */
export async function compileTests(): Promise<void> {
  const folder = join(projectRoot, compiledFolder)
  const { outputFiles } = await build({
    absWorkingDir: projectRoot,
    entryPoints,
    outbase: projectRoot,
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    plugins: [keepPackages, keepPaths(folder)],
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

/** Keeps the imports of packages instead of bundling them. The SDK is bundled from its sources. */
const keepPackages: Plugin = {
  name: 'keep-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ kind, path }) => {
      if (kind === 'entry-point' || bundledPackages.test(path)) return undefined
      const sdk = /^@new-voice\/sdk(?:\/(\w+))?$/.exec(path)
      return sdk ? { path: join(projectRoot, `sdk/src/${sdk[1] ?? 'index'}.ts`) } : { path, external: true }
    })
  },
}

/** Gives each module the URL that it would have as a file of its own, beside the files that it reads. */
const keepPaths = (folder: string): Plugin => ({
  name: 'keep-paths',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const compiled = join(folder, relative(projectRoot, path)).replace(/\.ts$/, '.js')
      const url = JSON.stringify(pathToFileURL(compiled).href)
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' }
    })
  },
})
