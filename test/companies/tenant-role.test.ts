import { test } from 'tap'
import { readDocument } from '../contract/document.ts'
import { carrierSecret, listeningCarrier } from '../contract/recipes.ts'
import { callWith, headersFor, isSuccess, recipeOf } from '../contract/requests.ts'
import { World } from '../contract/world.ts'
import { startTestService, type TestService } from '../setup/service.ts'

/** Writes of requests without row-level security, with the reason; see docs/decisions/0017. */
const allowed: Record<string, string> = {
  'events insert': 'the sequencer, which runs in the same process, numbers committed events of all companies',
  'event_heads insert': 'the sequencer',
  'event_heads update': 'the sequencer',
  'event_outbox delete': 'the sequencer',
  'api_keys update': 'authentication, which finds the company by its key, sets last_used_at once a minute',
}

/** Records the table, the kind and the role of every write, except those of cascades and of other triggers. */
async function recordWrites({ db }: TestService) {
  const tables = await db.client<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`
  await db.client.unsafe(`
    create table written (table_name text, kind text, role text);
    grant insert on written to new_voice_tenant;
    create function record_write() returns trigger language plpgsql as $$
      begin
        if pg_trigger_depth() = 1 then insert into written values (tg_table_name, lower(tg_op), current_user); end if;
        return null;
      end $$;
    ${tables.map(({ name }) => `create trigger record_write before insert or update or delete on ${name} for each statement execute function record_write();`).join('\n')}`)
  return {
    clear: () => db.client`truncate written`,
    byTenant: () =>
      db.client<{ n: number }[]>`select count(*)::int as n from written where role = 'new_voice_tenant'`,
    byOthers: async () => {
      const rows = await db.client<{ write: string }[]>`
        select distinct table_name || ' ' || kind as write from written where role <> 'new_voice_tenant' order by 1`
      return rows.map(({ write }) => write)
    },
  }
}

test('Every write of a request of a company has the tenant role', async (t) => {
  const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true' }
  const s = await startTestService(t, env, listeningCarrier)
  const document = await readDocument(s)
  const w = await World.of(s)
  const writes = await recordWrites(s)
  let tenantWrites = 0
  for (const operation of document.operations) {
    if (operation.scopes.length === 0 || operation.scopes.includes('platform')) continue
    const sample = await recipeOf(operation).sample(w)
    await writes.clear()
    const { status } = await callWith(s, operation, sample, headersFor(w, operation))
    t.ok(isSuccess(operation, status), operation.operationId)
    tenantWrites += (await writes.byTenant())[0]?.n ?? 0
    t.same(
      (await writes.byOthers()).filter((write) => allowed[write] === undefined),
      [],
      `${operation.operationId}: writes without row-level security`,
    )
  }
  t.ok(tenantWrites > document.operations.length)
})
