import { Counter } from 'prom-client'

/*
 * Hand-written SQL can store instants that neither a JavaScript Date nor ISO 8601 can express. One of them must not fail the
 * list that its row is in, so the driver replaces it when it is read. The stored value does not change. NaN needs no
 * replacement: the constraints of all tables that hold measured values or money reject it.
 */

const unrenderableInstants = new Counter({
  name: 'new_voice_unrenderable_instants_total',
  help: 'Stored instants that were read although they are outside of the years 1 to 9999, such as infinity.',
  registers: [],
})

/** Metrics of all connections of this process, for the registry of /metrics. */
export const instantMetrics = [unrenderableInstants]

/** What earlier and later instants are read as. */
export const earliest = '0001-01-01T00:00:00.000Z'
export const latest = '9999-12-31T23:59:59.999Z'

/**
 * Text of a timestamptz, as PostgreSQL or its JSON functions write it, that Date can parse. Infinite instants and years that
 * ISO 8601 does not write with four digits become the nearest instant, as in Npgsql: their order stays the same.
 */
export function renderableInstant(text: string): string {
  // Date reads "0044-01-01 00:00:00+00" as 1944, but not in the form of ISO 8601.
  const isUsual = text.charCodeAt(4) === 0x2d && text[0] !== '0' && text[0] !== '-' && !text.endsWith('C')
  if (isUsual) return text
  if (/^0\d{3}-/.test(text) && !text.endsWith('BC')) return text.replace(' ', 'T').replace(/\+00(:00)?$/, 'Z')
  unrenderableInstants.inc()
  return text === '-infinity' || text.endsWith('BC') ? earliest : latest
}

/** Text of a date. */
const renderableDate = (text: string): string =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? text : renderableInstant(text).slice(0, earliest.indexOf('T'))

/** Parsers of the driver by the oid of the type (pg_type). */
export const renderableParsers: Readonly<Record<number, (text: string) => unknown>> = {
  1082: renderableDate,
  1114: renderableInstant,
  1184: renderableInstant,
}
