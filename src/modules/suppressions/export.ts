import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { suppressions } from '../../db/schema/index.ts'
import { exportColumns, streamRows, type TextRow } from '../../db/stream-rows.ts'
import { type SuppressionFilter, suppressionFilters } from './suppressions.ts'

/** The columns of an export: the number first, so that the file can be imported again. */
const exported = [
  'phone_number',
  'reason',
  'source',
  'note',
  'expires_at',
  'call_id',
  'id',
  'created_at',
  'updated_at',
] as const satisfies (keyof typeof suppressions.$inferSelect)[]

const { columns: suppressionColumns, selected } = exportColumns(exported.map((name) => suppressions[name]))

export { suppressionColumns }

/** Streams suppressions, newest first, as `listSuppressions` would page them. @throws as `streamCompany` */
export const exportSuppressions = (
  db: Db,
  company_id: string,
  filter: SuppressionFilter,
  now: Date,
  take: (rows: TextRow[]) => Promise<void>,
): Promise<void> =>
  streamRows(
    db,
    company_id,
    {
      name: 'exported_suppressions',
      query: (tx) =>
        sql`select ${selected} from ${suppressions} where ${suppressionFilters(tx, filter, now)} order by ${suppressions.id} desc`,
    },
    take,
  )
