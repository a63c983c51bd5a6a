import { sql } from 'drizzle-orm'
import postgres, { type Sql } from 'postgres'
import { test } from 'tap'
import { platformCompany, skillbases } from '../../src/db/schema/index.ts'
import { asOwner, inCompany, readCompany } from '../../src/db/transaction.ts'
import { a, b, errorOf, insert, openDb, seededDatabase, validRows } from './seed.ts'

/** All tables, and the column with the company of a row. */
const listTenantTables = (owner: Sql) => owner<{ name: string; company: string; is_protected: boolean }[]>`
  select c.relname as name, case when c.oid = 'companies'::regclass then 'id' else 'company_id' end as company,
    c.relrowsecurity and exists (select from pg_policy where polrelid = c.oid
      and polroles = array(select oid from pg_roles where rolname = 'new_voice_tenant')) as is_protected
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`

/** Whether the tenant role has a privilege on a table. */
const hasPrivilege = async (owner: Sql, table: string, privilege: string): Promise<boolean> => {
  const [row] = await owner<{ has: boolean }[]>`
    select has_table_privilege('new_voice_tenant', ${table}, ${privilege}) as has`
  return row?.has ?? false
}

test('row-level security', async (t) => {
  const { url, owner } = await seededDatabase(t)
  const db = openDb(t, url, 3)
  const tables = await listTenantTables(owner)
  const asA = (statement: string) => inCompany(db, a.company, (tx) => tx.execute(sql.raw(statement)))
  const count = async ({ name, company }: { name: string; company: string }, id: string) =>
    Number((await owner.unsafe(`select count(*) from ${name} where ${company} = '${id}'`))[0]?.count)

  t.test('Every table has row-level security and a policy for the tenant role', async (t) => {
    t.same(tables.map(({ name }) => name).sort(), Object.keys(validRows).sort())
    t.same(
      tables.filter(({ is_protected }) => !is_protected),
      [],
    )
    const [role] =
      await owner`select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'new_voice_tenant'`
    t.same(role, { rolsuper: false, rolbypassrls: false, rolcanlogin: false })
  })

  t.test('A SELECT without a WHERE returns only rows of its company', async (t) => {
    for (const table of tables) {
      // Every company can read the prices of the platform.
      const selected = (await asA(`select ${table.company} as company from ${table.name}`)).filter(
        ({ company }) => company !== platformCompany,
      )
      t.ok(await count(table, b.company), `the other company has rows in ${table.name}`)
      t.equal(selected.length, await count(table, a.company))
      t.same([...new Set(selected.map((row) => row.company))], [a.company])
    }
  })

  t.test('An UPDATE without a WHERE changes only rows of its company', async (t) => {
    for (const table of tables) {
      const { name, company } = table
      if (!(await hasPrivilege(owner, name, 'update'))) continue
      const before = await owner.unsafe(`select xmin::text from ${name} where ${company} = '${b.company}'`)
      const changed = await asA(`update ${name} set ${company} = ${company} returning 1`)
      t.equal(changed.length, await count(table, a.company), name)
      const after = await owner.unsafe(`select xmin::text from ${name} where ${company} = '${b.company}'`)
      t.same([...after], [...before])
    }
  })

  t.test('A row can be neither inserted into another company nor moved there', async (t) => {
    for (const { name, company } of tables) {
      const [foreign] = await owner.unsafe(
        `select to_jsonb(x)::text as row from ${name} x where ${company} = '${b.company}'`,
      )
      const [stored] = await owner.unsafe(
        `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
         where attrelid = '${name}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      )
      const columns = sql.raw(stored?.columns)
      const insertError = await errorOf(
        inCompany(db, a.company, (tx) =>
          tx.execute(
            sql`insert into ${sql.raw(name)} (${columns}) select ${columns} from jsonb_populate_record(null::${sql.raw(name)}, ${foreign?.row}::jsonb)`,
          ),
        ),
      )
      const insertMessage = (await hasPrivilege(owner, name, 'insert'))
        ? /row-level security/
        : /permission denied/
      t.match(insertError ?? {}, { code: '42501', message: insertMessage }, name)
      const updateError = await errorOf(asA(`update ${name} set ${company} = '${b.company}'`))
      const updateMessage = (await hasPrivilege(owner, name, 'update'))
        ? /row-level security/
        : /permission denied/
      t.match(updateError ?? {}, { code: '42501', message: updateMessage }, name)
    }
  })

  t.test('A transaction without a company can neither read nor write any row', async (t) => {
    const client = postgres(url, { max: 1, onnotice: () => undefined })
    t.teardown(() => client.end())
    const withoutCompany = (statement: string) =>
      client.begin(async (tx) => {
        await tx.unsafe('set local role new_voice_tenant')
        return tx.unsafe(statement)
      })
    // After it was set once, even with SET LOCAL, the setting is '' instead of null until the connection ends.
    for (const opening of ['select 1', `begin; set local app.company_id = '${a.company}'; commit`]) {
      await client.unsafe(opening)
      for (const { name } of tables) {
        t.equal((await withoutCompany(`select 1 from ${name}`)).length, 0, name)
        t.equal((await errorOf(withoutCompany(insert(name))))?.code, '42501', name)
      }
    }
  })

  t.test('Versions of a skillbase can be inserted and read, but neither changed nor deleted', async (t) => {
    const updateError = await errorOf(asA(`update skillbase_versions set config = '{}'`))
    t.match(updateError ?? {}, { code: '42501', message: /permission denied/ })
    const deleteError = await errorOf(asA('delete from skillbase_versions'))
    t.match(deleteError ?? {}, { code: '42501', message: /permission denied/ })
    t.same(await errorOf(asA(insert('skillbase_versions'))), undefined)
  })

  t.test('A read transaction cannot write', async (t) => {
    const write = readCompany(db, a.company, (tx) => tx.execute(sql.raw(insert('skillbases'))))
    t.equal((await errorOf(write))?.code, '25006')
    t.equal((await readCompany(db, a.company, (tx) => tx.select().from(skillbases))).length, 1)
  })

  t.test('Role and company are reset at the end of the transaction, also when it fails', async (t) => {
    // Its pool has one connection, so each transaction uses the same.
    const single = openDb(t, url, 3)
    const state = async () => {
      const connection = await single.pool.acquire({ lane: 'test' })
      const [row] = await connection.sql.unsafe(
        `select pg_backend_pid() as pid, current_user = session_user as is_session_user, now() = statement_timestamp() as is_outside_transaction,
         current_setting('app.company_id', true) as company`,
      )
      single.pool.release(connection)
      return row
    }
    const identityQuery = sql`select pg_backend_pid() as pid, current_user, current_setting('app.company_id') as company`
    const [inside] = await inCompany(single, a.company, (tx) => tx.execute(identityQuery))
    const clean = { pid: inside?.pid, is_session_user: true, is_outside_transaction: true, company: '' }
    t.match(inside, { current_user: 'new_voice_tenant', company: a.company })
    t.same(await state(), clean)
    await errorOf(inCompany(single, a.company, (tx) => tx.execute(sql`select 1 / 0`)))
    t.same(await state(), clean, 'after a failed statement')
    await errorOf(inCompany(single, a.company, () => Promise.reject(new Error('thrown by fn'))))
    t.same(await state(), clean, 'after fn rejected')
    await readCompany(single, a.company, (tx) => tx.execute(identityQuery))
    t.same(await state(), clean, 'after a read transaction')
    const [session] = await owner`select current_user as name`
    const [asOwnerRow] = await asOwner(single, b.company, (tx) => tx.execute(identityQuery))
    t.match(asOwnerRow, { pid: inside?.pid, current_user: session?.name, company: b.company })
    t.same(await state(), clean, 'after asOwner')
  })

  t.test('A company_id that is not a uuid is rejected before anything is sent', async (t) => {
    const injected = `${a.company}'; reset role; --`
    for (const id of ['', 'x', injected]) {
      t.rejects(
        inCompany(db, id, (tx) => tx.execute(sql`select 1`)),
        TypeError,
      )
    }
  })

  // The last test, because it deletes the rows of company A.
  t.test('A DELETE without a WHERE deletes only rows of its company', async (t) => {
    const before = await Promise.all(tables.map((table) => count(table, b.company)))
    await asA('update call_tasks set call_id = null')
    await asA('update calls set call_task_id = null')
    const writtenByWorkersOnly = [
      'companies',
      'changed_transcripts',
      'dirty_calls',
      'metric_series',
      'call_contributions',
      'metric_rollups',
      'rollup_checks',
      'rerates',
      'company_pace',
      'simulated_calls',
      'event_outbox',
      'event_heads',
      'events',
      'live_tickets',
      'livekit_calls',
    ]
    const inForeignKeyOrder = [
      'call_logs',
      'call_metrics',
      'call_tasks',
      'calls',
      'campaigns',
      'skillbases',
      'api_keys',
    ]
    const withoutForeignKeys = [
      'idempotency_keys',
      'import_rows',
      'price_aliases',
      'prices',
      'suppressions',
      'webhooks',
    ]
    for (const name of [...inForeignKeyOrder, ...withoutForeignKeys]) await asA(`delete from ${name}`)
    for (const [i, table] of tables.entries()) {
      t.equal(await count(table, b.company), before[i], table.name)
      t.equal(await count(table, a.company), writtenByWorkersOnly.includes(table.name) ? 1 : 0, table.name)
    }
  })
})
