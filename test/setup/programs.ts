// Paths of the project, and the arguments with which a test starts one of its modules as a process: the compiled
// file when the test itself is compiled, else the source.
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const isCompiled = extname(here) === '.js'

// tap makes every child process of a test load a module for code coverage, which is disabled here. Without it a child
// process starts in half the time.
createRequire(import.meta.url)('process-on-spawn').removeAllListeners()
delete process.env.NODE_OPTIONS

/** The root folder of the repository. */
export const projectRoot = resolve(here, isCompiled ? '../../../../..' : '../../..')

/** Arguments with which node can run a module of the project. */
export const nodeArgs = isCompiled ? [] : ['--import', 'tsx']

/** The path of a module, given as `src/main`: the compiled file, or the source when this file is not compiled. */
export const modulePath = (name: string): string => resolve(here, '../../..', `${name}${extname(here)}`)

/** The arguments with which node runs a module, given as `src/main`. */
export const programArgs = (name: string): string[] => [...nodeArgs, modulePath(name)]
