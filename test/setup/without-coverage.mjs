// Loaded by each test process before tap's module for code coverage, which is disabled here. That module watches every import
// from a thread of its own, so a process takes more than twice as long to start.
import Module from 'node:module'

const { register } = Module
Module.register = (specifier, ...options) =>
  String(specifier).includes('/@tapjs/processinfo/') ? undefined : register(specifier, ...options)
