import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { root } from './programs.ts'

export const compiledTo = 'dist/tests'
const sources = ['src/**/*.ts', 'sdk/src/**/*.ts', 'test/**/*.ts', 'examples/agent/src/**/*.ts']
/** What compiled modules read by their own place. */
const assets = ['package.json', 'src/cli/sample/calls.jsonl']

/**
 * Strips the tests, and all they run, of their types: a process of plain JavaScript is up in half the time, and a run has
 * two hundred of them. Files that are the same are left alone, for whoever runs them beside this.
 */
export async function compile(): Promise<void> {
  const folder = join(root, compiledTo)
  const { outputFiles } = await build({
    ...{ absWorkingDir: root, entryPoints: sources, outbase: root, outdir: folder },
    ...{ bundle: true, treeShaking: false, plugins: [eachByItself] },
    ...{ format: 'esm', platform: 'node', target: 'node20', sourcemap: 'inline', sourcesContent: false },
    ...{ write: false, logLevel: 'warning' },
  })
  const made = new Set(outputFiles.map(({ path }) => relative(folder, path)))
  if (existsSync(folder)) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.js') && !made.has(name)) rmSync(join(folder, name))
  }
  for (const { path, contents } of outputFiles) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }
  for (const name of assets) cpSync(join(root, name), join(folder, name))
  if (!existsSync(join(folder, 'drizzle')))
    symlinkSync(join(root, 'drizzle'), join(folder, 'drizzle'), 'junction')
}

/** Nothing is bundled: each import stays, and names the compiled file. */
const eachByItself: Plugin = {
  name: 'each by itself',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point') return undefined
      const sdk = /^@new-voice\/sdk(?:\/(\w+))?$/.exec(path)
      const found = sdk ? relative(resolveDir, join(root, `sdk/src/${sdk[1] ?? 'index'}.ts`)) : path
      return { path: /^\.\.?\//.test(found) ? found.replace(/\.ts$/, '.js') : found, external: true }
    })
  },
}
