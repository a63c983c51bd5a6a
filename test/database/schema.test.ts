import { sql } from 'drizzle-orm'
import type { Sql } from 'postgres'
import { test } from 'tap'
import { inCompany } from '../../src/db/transaction.ts'
import { a, b, errorOf, insert, noSuchId, openDb, quote, seededDatabase, tryAndRollBack } from './seed.ts'

/**
 * Lists what would prevent the tables from being distributed by company_id, by the rules of Citus. The triggers at the end
 * of the query are allowed: they exist for hand-written SQL, or read and write rows of the same company only, which are in
 * the same shard (Citus allows triggers with `citus.enable_unsafe_triggers`).
 */
const distributionProblems = async (owner: Sql) =>
  (
    await owner<{ problem: string }[]>`
      with tables as (
        select c.oid, c.relname as name, a.attnum as company, a.attnotnull and a.atttypid = 'uuid'::regtype as is_valid
        from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attname = 'company_id'
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.oid <> 'companies'::regclass
      ), foreign_keys as (
        select k.*, t.name, t.company, p.company as parent_company
        from pg_constraint k join tables t on t.oid = k.conrelid left join tables p on p.oid = k.confrelid
        where k.contype = 'f'
      )
      select name || ' has no company_id uuid not null' as problem from tables where is_valid is not true
      union all
      select name || ' has no primary key' from tables
      where not exists (select from pg_index where indrelid = oid and indisprimary)
      union all
      select i.indexrelid::regclass || ' is unique without company_id' from pg_index i join tables t on t.oid = i.indrelid
      where i.indisunique and (t.company = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])) is not true
      union all
      select k.conname || ' excludes without company_id' from pg_constraint k join tables t on t.oid = k.conrelid
      where k.contype = 'x' and (t.company = any (k.conkey)) is not true
      union all
      select conname || ' refers without company_id on both sides' from foreign_keys k
      where confrelid <> 'companies'::regclass and not exists (
        select from generate_subscripts(conkey, 1) i where conkey[i] = k.company and confkey[i] = k.parent_company)
      union all
      select conname || ' would change company_id' from foreign_keys
      where confdeltype in ('n', 'd') and company = any (coalesce(confdelsetcols, conkey))
        or confupdtype in ('n', 'd', 'c') and company = any (conkey)
      union all
      select conname || ' ties companies to a distributed table' from pg_constraint
      where contype = 'f' and conrelid = 'companies'::regclass and confrelid <> 'companies'::regclass
      union all
      select tgname || ' is a trigger on ' || tgrelid::regclass from pg_trigger
      where not tgisinternal and (tgrelid::regclass::text, tgname) not in (
        ('call_tasks', 'fill_company'), ('call_metrics', 'fill_company'), ('call_logs', 'fill_company'),
        ('call_tasks', 'clear_dial_timezone'), ('skillbases', 'keep_version'), ('calls', 'copy_outcome_to_metrics'),
        ('call_metrics', 'copy_outcome_to_call'))`
  ).map(({ problem }) => problem)

test('The tables can be distributed by company_id without changes', async (t) => {
  const { owner } = await seededDatabase(t)
  t.same(await distributionProblems(owner), [])

  t.test('The check above finds each kind of problem', async (t) => {
    const cases: [string, string[]][] = [
      ['create table x (company_id uuid, primary key (company_id))', []],
      [
        'create table x (id uuid primary key)',
        ['x has no company_id uuid not null', 'x_pkey is unique without company_id'],
      ],
      [
        'create table x (company_id uuid unique)',
        ['x has no company_id uuid not null', 'x has no primary key'],
      ],
      ['create table x (company_id text primary key)', ['x has no company_id uuid not null']],
      [
        'create table x (company_id uuid not null, id uuid primary key)',
        ['x_pkey is unique without company_id'],
      ],
      ['alter table calls add constraint x unique (livekit_room_id)', ['x is unique without company_id']],
      ['create unique index x on calls (lower(language))', ['x is unique without company_id']],
      ['create unique index x on calls (language) include (company_id)', ['x is unique without company_id']],
      ['create unique index x on calls (language, company_id)', []],
      [
        'alter table calls add constraint x exclude using btree (language with =)',
        ['x excludes without company_id'],
      ],
      [
        'create table x (company_id uuid, id uuid, call_id uuid, primary key (company_id, id), constraint x_fkey foreign key (call_id, company_id) references calls)',
        ['x_fkey refers without company_id on both sides'],
      ],
      [
        'create table x (company_id uuid, id uuid, skillbase_id uuid, primary key (company_id, id), constraint x_fkey foreign key (skillbase_id) references companies)',
        [],
      ],
      [
        'alter table calls add constraint x foreign key (company_id, campaign_id) references campaigns on delete set null',
        ['x would change company_id'],
      ],
      [
        'alter table calls add constraint x foreign key (company_id, campaign_id) references campaigns on delete set null (campaign_id)',
        [],
      ],
      [
        'alter table calls add constraint x foreign key (company_id, campaign_id) references campaigns on delete set default',
        ['x would change company_id'],
      ],
      [
        'alter table calls add constraint x foreign key (company_id, campaign_id) references campaigns on update cascade',
        ['x would change company_id'],
      ],
      [
        'alter table companies add call_id uuid, add constraint x foreign key (id, call_id) references calls',
        ['x ties companies to a distributed table'],
      ],
      [
        'create trigger x before insert on calls for each row execute function fill_company_from_call()',
        ['x is a trigger on calls'],
      ],
      [
        'create trigger fill_company before insert on calls for each row execute function fill_company_from_call()',
        ['fill_company is a trigger on calls'],
      ],
    ]
    for (const [statement, problems] of cases) {
      await owner.unsafe(`begin; ${statement}`)
      t.same((await distributionProblems(owner)).sort(), problems.sort(), statement)
      await owner.unsafe('rollback')
    }
  })
})

test('Every table, and every column with a unit, has a comment', async (t) => {
  const { owner } = await seededDatabase(t)
  const unitPattern =
    '^(ttfb|latency|eou|cost)_|_(ms|sec|seconds|minutes|tokens|characters|bytes|usd|rate|score|confidence|timezone)$|^timezone$'
  const described = await owner<{ name: string; comment: string | null }[]>`
    select relname as name, obj_description(c.oid, 'pg_class') as comment from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    union all
    select relname || '.' || attname, col_description(c.oid, attnum) from pg_class c join pg_attribute on attrelid = c.oid
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped
      and attname ~ ${unitPattern}`
  t.same(
    described.filter(({ comment }) => !comment?.trim()).map(({ name }) => name),
    [],
  )
  const names = described.map(({ name }) => name)
  for (const name of [
    'calls',
    'campaigns.retry_delay_minutes',
    'call_logs.eou_latency',
    'call_metrics.cost_stt',
  ]) {
    t.ok(names.includes(name), `${name} is checked`)
  }
})

/** Foreign keys that no index supports: deleting a parent row would scan the whole table. */
const foreignKeysWithoutIndex = async (owner: Sql) =>
  (
    await owner<{ name: string }[]>`
      select conname as name from pg_constraint k where contype = 'f' and connamespace = 'public'::regnamespace
      and not exists (
        select from pg_index i where i.indrelid = k.conrelid and i.indisvalid
        and k.conkey <@ (i.indkey::int2[])[0:cardinality(k.conkey) - 1]
        and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) in (
          select '(' || attname || ' IS NOT NULL)' from pg_attribute where attrelid = k.conrelid and attnum = any (k.conkey)))
      ) order by 1`
  ).map(({ name }) => name)

test('Every foreign key is supported by an index', async (t) => {
  const { owner } = await seededDatabase(t)
  // A version is deleted only together with its skillbase, which the indexed foreign key to the skillbase prevents while a
  // call or a campaign refers to it.
  const exceptions = ['calls_skillbase_version_fkey', 'campaigns_skillbase_version_fkey']
  t.same(await foreignKeysWithoutIndex(owner), exceptions)
  await owner.unsafe('begin; drop index calls_campaign_idx; drop index calls_call_task_idx')
  t.same(
    await foreignKeysWithoutIndex(owner),
    ['calls_call_task_fkey', 'calls_campaign_fkey', ...exceptions].sort(),
  )
  await owner.unsafe('rollback')
})

test('hand-written SQL', async (t) => {
  const { url, owner } = await seededDatabase(t)
  const db = openDb(t, url, 3)

  t.test('Tasks, metrics and turns without company_id get it from their parent', async (t) => {
    const statements = [
      `insert into call_tasks (campaign_id, phone_number) values ('${b.campaign}', '+79990000003')`,
      `insert into call_metrics (call_id) values ('${b.bare_call}')`,
      `insert into call_logs (call_id, turn_index, role) values ('${b.call}', 7, 'user')`,
    ]
    for (const statement of statements) {
      const [row] = await owner.unsafe(`${statement} returning company_id`)
      t.equal(row?.company_id, b.company)
    }
    const batch = await owner.unsafe(`insert into call_logs (call_id, turn_index, role) values
      ('${a.call}', 8, 'user'), ('${b.call}', 8, 'user') returning company_id`)
    t.same(
      batch.map(({ company_id }) => company_id),
      [a.company, b.company],
    )
  })

  t.test('A parent that does not exist is reported by name', async (t) => {
    const cases = {
      'call_tasks.campaign_id refers to no campaign': `insert into call_tasks (campaign_id, phone_number) values ('${noSuchId}', '+79990000004')`,
      'call_metrics.call_id refers to no call': `insert into call_metrics (call_id) values ('${noSuchId}')`,
      'call_logs.call_id refers to no call': `insert into call_logs (call_id, turn_index, role) values (null, 1, 'user')`,
    }
    for (const [message, statement] of Object.entries(cases)) {
      t.match(await tryAndRollBack(owner, statement), { code: '23503', message })
    }
  })

  t.test('To the tenant role, a parent of another company does not exist', async (t) => {
    const statement = `insert into call_logs (call_id, turn_index, role) values ('${b.call}', 9, 'user')`
    const error = await errorOf(inCompany(db, a.company, (tx) => tx.execute(sql.raw(statement))))
    t.match(error, { code: '23503', message: 'call_logs.call_id refers to no call' })
  })

  t.test('Each config of a skillbase is stored under its version', async (t) => {
    const storedVersions = () => owner`
      select version, config from skillbase_versions where skillbase_id = ${a.skillbase} order by version`
    t.same([...(await storedVersions())], [{ version: 1, config: {} }])
    await owner.unsafe(`update skillbases set config = '{"n": 2}', version = 2 where id = '${a.skillbase}'`)
    await owner.unsafe(`update skillbases set name = 'N', config = '{"n": 2}' where id = '${a.skillbase}'`)
    t.same(
      [...(await storedVersions())],
      [
        { version: 1, config: {} },
        { version: 2, config: { n: 2 } },
      ],
    )
  })

  t.test('A config cannot change without its version, and the error names the solution', async (t) => {
    const error = await tryAndRollBack(
      owner,
      `update skillbases set config = '{"n": 3}' where id = '${a.skillbase}'`,
    )
    t.match(error, {
      code: '23514',
      constraint_name: 'skillbases_version_is_kept',
      message: /raise version together with config/,
    })
    const reusedVersion = await tryAndRollBack(
      owner,
      `update skillbases set version = 1 where id = '${a.skillbase}'`,
    )
    t.match(reusedVersion, { code: '23514' }, 'an old version with another config')
    const restored = `update skillbases set version = 1, config = '{}' where id = '${a.skillbase}'`
    t.equal(await tryAndRollBack(owner, restored), undefined, 'an old version with its own config')
  })

  t.test('Deleting a skillbase without references deletes its versions', async (t) => {
    await owner.unsafe(insert('skillbases', { id: quote(noSuchId) }))
    await owner.unsafe(`delete from skillbases where id = '${noSuchId}'`)
    t.equal((await owner`select 1 from skillbase_versions where skillbase_id = ${noSuchId}`).length, 0)
  })
})
