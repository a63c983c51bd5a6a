// Tests the exit code and the totals of .ci/run with a fake npm.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { projectRoot } from '../setup/programs.ts'

const source = join(projectRoot, '.ci/run')
const totalsLine = /^\d+ passed, \d+ failed$/

/**
 * Runs a copy of the script from another directory. `cases` maps npm's arguments to the shell code that npm runs, and
 * `containers` is the code of .ci/containers.
 */
function run(t: Test, cases: Record<string, string>, containers = 'exit 0') {
  const folder = mkdtempSync(join(tmpdir(), 'nv-ci-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['bin', 'repo/.ci']) mkdirSync(join(folder, name), { recursive: true })
  cpSync(source, join(folder, 'repo/.ci/run'))
  writeFileSync(
    join(folder, 'repo/.ci/containers'),
    `echo "$PWD containers" >> ${folder}/log\n${containers}\n`,
  )
  // What is installed is not installed again.
  for (const name of ['nginx', 'caddy'])
    writeFileSync(join(folder, 'bin', name), '#!/bin/sh\n', { mode: 0o755 })
  const npm = Object.entries(cases).map(([command, code]) => `"${command}") ${code} ;;`)
  writeFileSync(
    join(folder, 'bin/npm'),
    `#!/bin/sh\necho "$PWD $CI $*" >> ${folder}/log\ncase "$*" in\n${npm.join('\n')}\nesac\n`,
  )
  chmodSync(join(folder, 'bin/npm'), 0o755)
  const { status, stdout } = spawnSync('bash', [join(folder, 'repo/.ci/run')], {
    cwd: '/',
    encoding: 'utf8',
    env: { HOME: folder, PATH: `${folder}/bin:${process.env.PATH}` },
    input: 'a line of input',
  })
  const lines = stdout.split('\n')
  const commands = readFileSync(join(folder, 'log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.replace(folder, ''))
  return {
    status,
    last: lines.at(-2),
    totals: lines.filter((line) => totalsLine.test(line)),
    commands,
    stdout,
  }
}

const tests = (passed: number, failed: number, code: number) =>
  `echo "output of a test: 7 passed, 7 failed"; echo "${passed} passed, ${failed} failed"; exit ${code}`

test('A successful run installs, verifies, checks the containers and tests in the repository, and ends with the totals', (t) => {
  const { status, last, totals, commands, stdout } = run(t, { test: tests(41, 0, 0) })
  t.equal(status, 0)
  t.equal(last, '41 passed, 0 failed')
  t.same(totals, ['41 passed, 0 failed'], 'the only line with totals')
  t.same(commands, ['/repo true ci', '/repo true run verify', '/repo containers', '/repo false test'])
  t.match(stdout, 'output of a test', 'the output of the tests is shown')
  t.end()
})

test('When any step fails, the run fails and its last line counts the failure', (t) => {
  const cases: [string, Record<string, string>, string][] = [
    ['npm ci', { ci: 'exit 1', test: tests(41, 0, 0) }, '0 passed, 1 failed'],
    ['verify', { 'run verify': 'exit 2', test: tests(41, 0, 0) }, '41 passed, 1 failed'],
    ['a test', { test: tests(40, 1, 1) }, '40 passed, 1 failed'],
    ['verify and a test', { 'run verify': 'exit 2', test: tests(40, 1, 1) }, '40 passed, 2 failed'],
    ['tests that fail but exit with 0', { test: tests(40, 1, 0) }, '40 passed, 1 failed'],
    ['tests that exit with 1 without a failure', { test: tests(41, 0, 1) }, '41 passed, 1 failed'],
    ['tests that exit before their totals', { test: 'exit 1' }, '0 passed, 1 failed'],
    ['tests that print nothing and exit with 0', { test: 'exit 0' }, '0 passed, 1 failed'],
    ['a run without any test', { test: tests(0, 0, 0) }, '0 passed, 1 failed'],
  ]
  for (const [failing, npm, expected] of cases) {
    const { status, last, totals } = run(t, npm)
    t.same({ status, last, totals }, { status: 1, last: expected, totals: [expected] }, failing)
  }
  const { status, last } = run(t, { test: tests(41, 0, 0) }, 'exit 3')
  t.same({ status, last }, { status: 1, last: '41 passed, 1 failed' }, 'the check of the containers')
  t.end()
})

test('No step reads from standard input', (t) => {
  const { last, status } = run(t, { ci: 'read -r line && exit 1 || exit 0', test: tests(1, 0, 0) })
  t.same({ last, status }, { last: '1 passed, 0 failed', status: 0 })
  t.end()
})
