// Tests that files of this repository agree with each other.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { test } from 'tap'
import { readConfig } from '../../src/config.ts'
import { projectRoot } from '../setup/programs.ts'

test('.env.example lists every variable that the service reads, with its default', (t) => {
  const source = readFileSync(join(projectRoot, 'src/config.ts'), 'utf8')
  const example = readFileSync(join(projectRoot, '.env.example'), 'utf8')
  const declared = new Set([...source.matchAll(/^ {2}([A-Z][A-Z_]+): Type\./gm)].map(([, name]) => name))
  const listed = [...example.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name)
  t.same(listed.toSorted(), [...declared].toSorted())
  t.same(readConfig(parseEnv(example)), readConfig({}), 'an unchanged copy changes no setting')
  t.end()
})

test('No lock file contains a registry URL', (t) => {
  for (const folder of ['.', 'bench', 'examples/agent']) {
    const lock = JSON.parse(readFileSync(join(projectRoot, folder, 'package-lock.json'), 'utf8'))
    const packages: [string, { resolved?: string }][] = Object.entries(lock.packages)
    t.ok(packages.length > 100, folder)
    t.same(
      packages.filter(([, { resolved }]) => resolved?.startsWith('http')),
      [],
      folder,
    )
  }
  t.end()
})
