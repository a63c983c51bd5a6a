import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineQuery } from './define-query.ts'

/**
 * Until the end of the transaction, statements are planned at each execution, for the actual sizes of the tables and the
 * actual parameters (no generic plan), and are not JIT-compiled. For statements that take much longer than planning: a
 * cached plan may be from a time when their tables were empty.
 */
export const planEachExecution = defineQuery({
  name: 'db.plan_each_execution',
  params: {},
  row: { plan_cache_mode: Type.String(), jit: Type.String() },
  sql: () => sql`
    select set_config('plan_cache_mode', 'force_custom_plan', true) as plan_cache_mode, set_config('jit', 'off', true) as jit`,
})
