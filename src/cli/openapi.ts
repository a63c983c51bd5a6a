// The command `npm run openapi`: prints the OpenAPI document, or writes it to a file. Needs no database and no
// settings.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pino } from 'pino'
import { buildApp } from '../app.ts'
import { buildCarrier } from '../carriers.ts'
import { readConfig } from '../config.ts'
import { connect } from '../db/client.ts'
import { EventSequencer } from '../modules/events/index.ts'
import { version } from '../start.ts'

/** No connection is made to this URL: connect() opens one at the first query, and building the document runs no query. */
const unusedUrl = 'postgres://nobody@127.0.0.1:1/none'

const db = connect(unusedUrl)
const config = readConfig({ DATABASE_URL: unusedUrl })
const log = pino({ level: 'silent' })
const now = () => new Date()
const carrier = await buildCarrier({ config, db, log, now }, { url: undefined })
const events = new EventSequencer(db, () => undefined)
const app = await buildApp({ config, db, log, now, events, carrier }, { version, unready: async () => [] })
await app.ready()
const document = `${JSON.stringify(app.swagger(), null, 2)}\n`
await app.close()
await db.close()

const [file] = process.argv.slice(2)
if (file === undefined) process.stdout.write(document)
else {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, document)
}
