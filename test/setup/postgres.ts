import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import type { Test } from 'tap'

/**
 * A database of the test's own, with the schema of the newest migration and nothing in it. It is dropped when
 * the test ends, whoever is still connected.
 */
export async function testDatabase(t: Test): Promise<{ url: string }> {
  return createDatabase(t, `template ${fromRunner('TEST_TEMPLATE')} strategy file_copy`)
}

/** The same without a schema: for tests of the migrations themselves. */
export async function emptyDatabase(t: Test): Promise<{ url: string }> {
  return createDatabase(t, "template template0 strategy file_copy encoding 'UTF8'")
}

async function createDatabase(t: Test, how: string): Promise<{ url: string }> {
  // The name begins with the template's: what a killed test leaves on an outside server, the runner finds.
  const name = `${fromRunner('TEST_TEMPLATE')}_${randomBytes(6).toString('hex')}`
  await asAdmin(`create database ${name} ${how}`)
  t.teardown(() => asAdmin(`drop database if exists ${name} with (force)`))
  const url = new URL(fromRunner('TEST_PG'))
  url.pathname = `/${name}`
  return { url: url.href }
}

async function asAdmin(statement: string): Promise<void> {
  const sql = postgres(fromRunner('TEST_PG'), { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

function fromRunner(name: 'TEST_PG' | 'TEST_TEMPLATE'): string {
  const value = process.env[name]
  if (!value)
    throw new Error(`${name} is not set: run the tests with "npm test", or "npm test -- ${process.argv[1]}".`)
  return value
}
