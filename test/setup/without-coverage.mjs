// Loaded by each test process before tap's modules for coverage, mocks and TypeScript. None of them is used here, but they watch every
// import from a thread of their own, so a process takes twice as long to start.
import Module, { syncBuiltinESMExports } from 'node:module'

Module.register = () => undefined
syncBuiltinESMExports()
