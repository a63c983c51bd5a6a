import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Test } from 'tap'
import { importStep } from '../../src/modules/call-lists/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { TestCompany, TestService } from '../setup/service.ts'

let usedNumbers = 0
/** A phone number that no other test of the file uses. */
export const freshNumber = () => `+7999${String(7_000_000 + usedNumbers++)}`

export const boundary = 'a-boundary-of-tests'

/** A multipart form like that of a browser: the fields, then the file. */
export function form(file: Buffer | string, fields: Record<string, string> = {}, name = 'list.csv'): Buffer {
  const fieldParts = Object.entries(fields).map(
    ([field, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  )
  const fileHead = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n`
  return Buffer.concat([
    Buffer.from(fieldParts.join('') + fileHead),
    Buffer.from(file),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
}

/** A company with a published skillbase that uploads call lists into its campaigns. */
export class ImportTester {
  readonly service: TestService
  readonly company: TestCompany
  private readonly skillbaseId: string

  private constructor(service: TestService, company: TestCompany, skillbaseId: string) {
    this.service = service
    this.company = company
    this.skillbaseId = skillbaseId
  }

  static async create(service: TestService, config: object = exampleConfig): Promise<ImportTester> {
    const company = await service.createCompany()
    const post = (path: string, body: unknown) => service.request('POST', path, company.headers, body)
    const { body } = await post('/api/skillbases', { name: 'Bot', slug: `bot-${randomUUID()}`, config })
    await post(`/api/skillbases/${body.id}/publish`, {})
    return new ImportTester(service, company, body.id)
  }

  async request(method: string, path: string, body?: unknown) {
    return this.service.request(method, path, this.company.headers, body)
  }

  /** Creates a draft campaign with these settings. Returns its id. */
  async createCampaign(settings: object = {}): Promise<string> {
    const input = { name: 'C', skillbase_id: this.skillbaseId, ...settings }
    return (await this.request('POST', '/api/campaigns', input)).body.id
  }

  /** @throws the error that the service logged, when it responds with 500 or more */
  async upload(id: string, file: Buffer | string, fields?: Record<string, string>, name?: string) {
    const headers = { ...this.company.headers, 'content-type': `multipart/form-data; boundary=${boundary}` }
    const path = `/api/campaigns/${id}/call-list`
    const response = await this.service.request('POST', path, headers, form(file, fields, name))
    if (response.status < 500) return response
    throw new Error(this.service.logLines.filter((line) => line.includes('"err"')).at(-1))
  }

  /** Contacts of a campaign in the order of their ids, which is that of the file. */
  async contacts(id: string): Promise<Record<string, unknown>[]> {
    return [
      ...(await this.service.db.orm.execute(sql`
        select phone_number, phone_extension, further_numbers, contact_name, contact_data, timezone, dial_timezone, timezone_source, priority, next_attempt_at, status
        from call_tasks where campaign_id = ${id}::uuid order by id`)),
    ]
  }

  /** Runs the worker's import step until no import is left. */
  async runWorker(): Promise<void> {
    while ((await importStep(this.service.db, new Date())) > 0);
  }
}

/** Checks the invariants of an import: exact counters, no valid row left staged, and results that add up to the total. */
export async function checkCounts(
  t: Test,
  tester: ImportTester,
  id: string,
  import_id?: string,
): Promise<void> {
  const [checks] = await tester.service.db.orm.execute(sql`
    select (select total_tasks = (select count(*) from call_tasks where campaign_id = k.id) from campaigns k where id = ${id}::uuid) as counters,
      (select count(*)::int from import_rows r join imports i on i.id = r.import_id
        where i.campaign_id = ${id}::uuid and i.finished_at is not null and r.code is null) as left_over`)
  t.same(
    checks,
    { counters: true, left_over: 0 },
    'counters equal the counts of rows, and no valid row stays staged',
  )
  if (import_id === undefined) return
  const { body } = await tester.request('GET', `/api/imports/${import_id}`)
  const { total, created, updated, skipped, suppressed, rejected } = body
  t.equal(created + updated + skipped + suppressed + rejected, total, 'the results add up to the total')
}

/** Encodes a text. For single-byte encodings, which Node cannot encode, the table of TextDecoder is inverted. */
export function encoded(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text)
  if (encoding === 'utf-8 with BOM') return Buffer.from(`\ufeff${text}`)
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le')
  if (encoding === 'utf-16le without BOM') return Buffer.from(text, 'utf16le')
  if (encoding === 'utf-16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  const byteOf = new Map(
    Array.from(
      { length: 256 },
      (_, i) => [new TextDecoder(encoding).decode(new Uint8Array([i])), i] as const,
    ),
  )
  return Buffer.from([...text].map((letter) => byteOf.get(letter) ?? 0x3f))
}
