import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { suppressions } from '../../db/schema/index.ts'
import { exportColumns, type RowSink, streamRows, type TextRow } from '../../db/stream-rows.ts'
import { type SuppressionFilter, suppressionFilters } from './suppressions.ts'

/** Columns of an export. The import accepts the file. */
const columnNames = [
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

const { columns: suppressionColumns, selected } = exportColumns(columnNames.map((name) => suppressions[name]))

export { suppressionColumns }

/**
 * Streams the suppressions that match the filter, newest first, in batches.
 *
 * @throws as `streamRows`
 */
export const exportSuppressions = (
  db: Db,
  company_id: string,
  filter: SuppressionFilter,
  now: Date,
  sink: RowSink<TextRow>,
): Promise<void> =>
  streamRows(
    db,
    company_id,
    {
      name: 'exported_suppressions',
      query: (tx) =>
        sql`select ${selected} from ${suppressions} where ${suppressionFilters(tx, filter, now)} order by ${suppressions.id} desc`,
    },
    sink,
  )
