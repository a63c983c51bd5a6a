import { type SQL, sql } from 'drizzle-orm'
import { callTasks } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'

/** Keys of JSON objects that get a column of their own, sorted, and whether there are others. */
export interface DataKeys {
  contact_data: string[]
  collected_data: string[]
  hasOthers: boolean
}

/** Columns of each kind: a person reads no wider table, and Excel has 16,384. */
const maxKeys = 200
/** A longer key is no column name. */
const maxKeyLength = 255
/** Contacts per statement: some 40 ms. */
const batchSize = 5_000
/** What was not read after this time, ms, counts as other keys: a client waits for its first byte. */
const maxDurationMs = 30_000

interface KeysOfBatch extends Record<string, unknown> {
  last_id: string | null
  contact_data: string[] | null
  collected_data: string[] | null
  has_long: boolean
}

/** The distinct keys of the objects that `objects` selects as `data`: at most so many that some are left for `other_data`. */
const keysOf = (objects: SQL) => sql`
  (select json_agg(key order by key) from (
    select distinct key from (${objects}) as objects cross join lateral jsonb_object_keys(objects.data) as key
    where length(key) <= ${maxKeyLength} limit ${maxKeys + 1}) as keys)`

const hasLongKey = (objects: SQL) => sql`
  exists (select from (${objects}) as objects cross join lateral jsonb_object_keys(objects.data) as key
    where length(key) > ${maxKeyLength})`

/**
 * The keys of the next contacts after `after`, and of what their calls collected. Indexes: call_tasks_campaign_idx, and
 * calls_call_task_idx for each contact; the limit keeps the planner from joining all calls of the company.
 */
function findKeysOfBatch(tx: Tx, where: SQL | undefined, after: string | null): SQL {
  const isNext = after === null ? sql`true` : sql`${callTasks.id} > ${after}::uuid`
  const batch = sql`from ${callTasks} where ${where} and ${isNext} order by ${callTasks.id}`
  const contactData = sql`select ${callTasks.contact_data} as data ${batch} limit ${batchSize}`
  const collectedData = sql`
    select ended.collected_data as data from (select ${callTasks.id} as id ${batch} limit ${batchSize}) as batch
    cross join lateral (
      select c.collected_data from calls c
      where c.company_id = ${tx.company_id}::uuid and c.call_task_id = batch.id and c.collected_data is not null
      limit 1000) as ended`
  return sql`
    select (select ${callTasks.id} ${batch} limit 1 offset ${batchSize - 1})::text as last_id,
      ${keysOf(contactData)} as contact_data, ${keysOf(collectedData)} as collected_data,
      ${hasLongKey(contactData)} or ${hasLongKey(collectedData)} as has_long`
}

/**
 * The keys of the contacts of a campaign that match `where`. The first pass of an export, because its columns must be known
 * before its first row: bounded in columns and in time.
 */
export async function findDataKeys(tx: Tx, where: SQL | undefined): Promise<DataKeys> {
  const contactKeys = new Set<string>()
  const collectedKeys = new Set<string>()
  const deadline = performance.now() + maxDurationMs
  let hasOthers = false
  let after: string | null = null
  do {
    const found: KeysOfBatch[] = await tx.execute<KeysOfBatch>(findKeysOfBatch(tx, where, after))
    const batch = found[0]
    if (batch === undefined) break
    for (const key of batch.contact_data ?? []) contactKeys.add(key)
    for (const key of batch.collected_data ?? []) collectedKeys.add(key)
    after = batch.last_id
    hasOthers ||= batch.has_long || (after !== null && performance.now() > deadline)
    // With both full, no further key gets a column.
    if (Math.min(contactKeys.size, collectedKeys.size) > maxKeys || performance.now() > deadline) break
  } while (after !== null)
  return {
    contact_data: [...contactKeys].slice(0, maxKeys).sort(),
    collected_data: [...collectedKeys].slice(0, maxKeys).sort(),
    hasOthers: hasOthers || Math.max(contactKeys.size, collectedKeys.size) > maxKeys,
  }
}
