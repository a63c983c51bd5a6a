import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import {
  boolean,
  integer,
  nullable,
  recordset,
  text,
  textArray,
  timestamptz,
  uuid,
} from '../../db/query/parameters.ts'
import { waitingTaskStatusList } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { lookupNames, maxNameLength, maxPathDepth, similarName } from '../../lib/template.ts'
import type { RestartSelection } from '../call-tasks/index.ts'
import {
  builtInVariables,
  findBuiltIn,
  getConfigToRun,
  type TemplateVariable,
  templateVariables,
} from '../skillbases/index.ts'
import { mayBeCalledAgain } from '../suppressions/index.ts'
import type { Campaign } from './campaigns.ts'

/** A variable of the skillbase that some contacts have no value for. */
interface MissingValue {
  name: string
  contacts: number
}

export interface MissingValues {
  /** Most contacts first. */
  variables: MissingValue[]
  /** The number of contacts that were checked; a large campaign has more. */
  checked: number
}

/** Contacts that are checked: all of most campaigns. Each takes some 3 µs for each variable. */
const maxContacts = 20_000
/** Size of the data of the contacts that are checked, bytes. Those of a contact can have 64 kB. */
const maxDataBytes = 32 * 2 ** 20
/** Variables that are checked: those that the config uses first. */
const maxVariables = 20
/** Keys of contact_data that are compared with the names of variables. A call list has up to 200 columns. */
const maxPaths = 5_000
/** Keys that are looked at for a variable: the exact one, and some that differ in case. */
const maxPathsOfVariable = 3

const selection = {
  campaign_id: uuid,
  restarted_statuses: textArray,
  restarted_outcomes: nullable(textArray),
  left_out_outcomes: textArray,
  now: timestamptz,
  contacts: integer,
  bytes: integer,
}
type Selection = Record<'company_id' | keyof typeof selection, SQL>

/**
 * The first contacts that wait, or that a restart would return to the queue, within the limits. `|| '{}'` decompresses their
 * data once. Indexes: call_tasks_queue_idx, call_tasks_status_idx.
 */
const selectedContacts = (p: Selection) => {
  const ofCampaign = sql`select contact_name, phone_extension, contact_data from call_tasks t
    where company_id = ${p.company_id} and campaign_id = ${p.campaign_id}`
  const selected = sql`
    (${ofCampaign} and status in (${waitingTaskStatusList}) limit ${p.contacts})
    union all
    (${ofCampaign} and status = any(${p.restarted_statuses}) and status not in (${waitingTaskStatusList})
      and (${p.restarted_outcomes} is null or outcome = any(${p.restarted_outcomes}))
      and ${mayBeCalledAgain('t', p.left_out_outcomes, p.now)} limit ${p.contacts})
    limit ${p.contacts}`
  return sql`
    select contact_name, phone_extension, contact_data from (
      select *, sum(pg_column_size(contact_data)) over (rows unbounded preceding) as bytes from (
        select contact_name, phone_extension, contact_data || '{}' as contact_data from (${selected}) task offset 0
      ) decompressed
    ) measured
    where bytes <= ${p.bytes}`
}

/** The paths of all values in contact_data, also of those within objects. Reads the selected contacts once. */
const findPaths = defineCompanyQuery({
  name: 'campaigns.find_data_paths',
  params: { ...selection, depth: integer, key_length: integer, limit: integer },
  row: { path: Type.Array(Type.String()) },
  sql: (p) => sql`
    with recursive contacts as materialized (${selectedContacts(p)}),
    objects as (
      select array[member.key] as path, member.value
      from contacts, jsonb_each(contacts.contact_data) member
      where jsonb_typeof(member.value) = 'object' and length(member.key) <= ${p.key_length}
      union all
      select objects.path || member.key, member.value
      from objects, jsonb_each(case when jsonb_typeof(objects.value) = 'object' then objects.value else '{}' end) member
      where cardinality(objects.path) <= ${p.depth} and length(member.key) <= ${p.key_length}
    )
    select array[key] as path from contacts, jsonb_object_keys(contacts.contact_data) key
    where length(key) <= ${p.key_length}
    union
    select path from objects where jsonb_typeof(value) <> 'object'
    limit ${p.limit}`,
})

/**
 * How many of the selected contacts have no value for each variable: no value at exactly one of its paths, and not exactly one
 * at a similar path, as in `NamedValues`. Reads the selected contacts once for each variable.
 */
const countMissing = defineCompanyQuery({
  name: 'campaigns.count_missing_values',
  params: {
    ...selection,
    variables: recordset('variables', { variable: integer, source: nullable(text) }),
    paths: recordset('paths', { variable: integer, path: textArray, is_exact: boolean }),
  },
  row: { variable: Type.Integer(), missing: Type.Integer(), checked: Type.Integer() },
  sql: (p) => sql`
    with contacts as materialized (${selectedContacts(p)}),
    variables as materialized (select * from ${p.variables}),
    paths as materialized (select * from ${p.paths})
    select v.variable, count(*) filter (where not coalesce(v.has_column, false) and not v.has_path)::int as missing,
      count(*)::int as checked
    from (
      select v.variable,
        case v.source when 'contact_name' then c.contact_name ~ '[^[:space:]]'
          when 'phone_extension' then c.phone_extension is not null end as has_column,
        (select coalesce(bool_or(paths.is_exact), false) or count(*) = 1 from paths
          where paths.variable = v.variable and jsonb_typeof(c.contact_data #> paths.path) in ('string', 'number', 'boolean')
            and c.contact_data #>> paths.path ~ '[^[:space:]]') as has_path
      from variables v cross join contacts c
    ) v
    group by v.variable`,
})

/**
 * Counts the contacts that have no value for a variable that the skillbase uses without a default. Counts in the database, in up
 * to 20,000 contacts; the names of variables are compared with the names of keys here, because only JavaScript folds the
 * case of all scripts in the same way as when a text is filled.
 *
 * @param restarted contacts that count too, because they are about to be returned to the queue
 */
export async function countMissingValues(
  tx: ReadTx,
  { id, skillbase_id, skillbase_version }: Campaign,
  now: Date,
  restarted: RestartSelection = { statuses: [], left_out_outcomes: [] },
): Promise<MissingValues> {
  const config = await getConfigToRun(tx, skillbase_id, skillbase_version)
  const variables = templateVariables(config).filter(isRequired).slice(0, maxVariables)
  if (variables.length === 0) return { variables: [], checked: 0 }
  const contacts = {
    campaign_id: id,
    restarted_statuses: restarted.statuses,
    restarted_outcomes: restarted.outcomes ?? null,
    left_out_outcomes: restarted.left_out_outcomes,
    now,
    contacts: maxContacts,
    bytes: maxDataBytes,
  }
  const found = await findPaths(tx, {
    ...contacts,
    depth: maxPathDepth,
    key_length: maxNameLength,
    limit: maxPaths,
  })
  const counts = await countMissing(tx, {
    ...contacts,
    variables: variables.map(({ name }, variable) => ({ variable, source: needsOf(name) ?? null })),
    paths: matchingPaths(
      variables.map(({ name }) => name),
      found.map(({ path }) => path),
    ),
  })
  const missing = counts
    .filter((count) => count.missing > 0)
    .map(({ variable, missing }) => ({ name: variables[variable]?.name ?? '', contacts: missing }))
  return {
    variables: missing.toSorted((a, b) => b.contacts - a.contacts || (a.name < b.name ? -1 : 1)),
    checked: counts[0]?.checked ?? 0,
  }
}

/** What a built-in variable needs; undefined when it is not built in. */
const needsOf = (name: string) => {
  const builtIn = lookupNames(name)
    .map(findBuiltIn)
    .find((found) => found !== undefined)
  return builtIn === undefined ? undefined : builtInVariables[builtIn]
}

const isRequired = ({ name, needsValue }: TemplateVariable) => needsValue && needsOf(name) !== 'nothing'

/** The paths at which contact_data may have the value of a variable, which is given by its position. */
function matchingPaths(names: readonly string[], paths: readonly string[][]) {
  const pathsByName = new Map<string, { path: string[]; joined: string }[]>()
  for (const path of paths) {
    const joined = path.join('.')
    const similar = pathsByName.get(similarName(joined))
    if (similar === undefined) pathsByName.set(similarName(joined), [{ path, joined }])
    else similar.push({ path, joined })
  }
  return names.flatMap((name, variable) =>
    lookupNames(name)
      .flatMap((lookup) =>
        (pathsByName.get(similarName(lookup)) ?? []).map(({ path, joined }) => ({
          variable,
          path,
          is_exact: joined === lookup,
        })),
      )
      .toSorted((a, b) => Number(b.is_exact) - Number(a.is_exact))
      .slice(0, maxPathsOfVariable),
  )
}
