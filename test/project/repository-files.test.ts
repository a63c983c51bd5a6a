// Tests that files of this repository agree with each other.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { test } from 'tap'
import { environmentVariables, readConfig } from '../../src/config.ts'
import { projectRoot } from '../setup/programs.ts'

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')

test('.env.example lists every variable that the service and compose.yaml read, with its default', (t) => {
  const example = read('.env.example')
  const composeFiles = read('compose.yaml') + read('compose.override.yaml')
  const interpolated = [...composeFiles.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name)
  const expected = new Set([...environmentVariables.map(({ name }) => name), ...interpolated])
  const listed = [...example.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name)
  t.ok(listed.includes('POSTGRES_PASSWORD'))
  t.same(listed.toSorted(), [...expected].toSorted())
  t.same(readConfig(parseEnv(example)), readConfig({}), 'an unchanged copy changes no setting')
  t.end()
})

test('No lock file contains a registry URL', (t) => {
  for (const folder of ['.', 'bench', 'examples/agent']) {
    const lock = JSON.parse(read(join(folder, 'package-lock.json')))
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
