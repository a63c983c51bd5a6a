// Where the project is, and what of it runs as a process of its own: from sources, or as `npm test` compiled it.
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const isCompiled = extname(here) === '.js'

// tap has whatever a test starts load a module that watches what it loads, for coverage, which nobody asks for here: a
// process of ours is up in twice the time.
createRequire(import.meta.url)('process-on-spawn').removeAllListeners()
delete process.env.NODE_OPTIONS

/** The project's folder, whose files are read as they stand. */
export const projectRoot = resolve(here, isCompiled ? '../../../../..' : '../../..')

/** What node is told so that it can run our modules. */
export const nodeArgs = isCompiled ? [] : ['--import', 'tsx']

/** The file of a module, such as `src/main`: as the one that asks is, compiled or not. */
export const modulePath = (name: string): string => resolve(here, '../../..', `${name}${extname(here)}`)

/** A module as a program: node's arguments. */
export const programArgs = (name: string): string[] => [...nodeArgs, modulePath(name)]
