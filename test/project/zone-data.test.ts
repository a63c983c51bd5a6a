import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { projectRoot } from '../setup/programs.ts'

/** Conversions by Temporal, Intl or SQL. SQL converts to and from UTC only, and is given the offsets of other zones. */
const conversions =
  /toZonedDateTime|zonedDateTimeISO|getTimeZoneTransition|\btimeZone\b|(?:at time zone|AT TIME ZONE) (?!'UTC')/

test('Local times are computed with the zone data of the service, never with those of Node.js or PostgreSQL', (t) => {
  const source = join(projectRoot, 'src')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  t.ok(files.length > 100)
  const found = files.flatMap((file) =>
    readFileSync(join(source, file), 'utf8')
      .split('\n')
      .filter((line) => conversions.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  )
  t.same(found, [])
  t.end()
})
