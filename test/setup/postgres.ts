import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import type { Test } from 'tap'

/** Creates a database with the schema of the newest migration and no rows. It is dropped when the test ends. */
export async function testDatabase(t: Test): Promise<{ url: string }> {
  return createDatabase(t, `template ${runnerVariable('TEST_TEMPLATE')} strategy file_copy`)
}

/** Creates a database without a schema, for tests of the migrations. It is dropped when the test ends. */
export async function emptyDatabase(t: Test): Promise<{ url: string }> {
  return createDatabase(t, "template template0 strategy file_copy encoding 'UTF8'")
}

async function createDatabase(t: Test, options: string): Promise<{ url: string }> {
  // The name begins with the template's name, so that the test runner finds and drops databases of killed tests.
  const name = `${runnerVariable('TEST_TEMPLATE')}_${randomBytes(6).toString('hex')}`
  await asAdmin(`create database ${name} ${options}`)
  t.teardown(() => asAdmin(`drop database if exists ${name} with (force)`))
  const url = new URL(runnerVariable('TEST_PG'))
  url.pathname = `/${name}`
  return { url: url.href }
}

async function asAdmin(statement: string): Promise<void> {
  const sql = postgres(runnerVariable('TEST_PG'), { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

function runnerVariable(name: 'TEST_PG' | 'TEST_TEMPLATE'): string {
  const value = process.env[name]
  if (!value)
    throw new Error(
      `${name} is not set. Run the tests with "npm test", or one file with "npm test -- test/<name>.test.ts".`,
    )
  return value
}
