import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { exampleConfig } from '../../src/modules/skillbases/config/example-config.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import type { Headers, TestCompany, TestResponse, TestService } from '../setup/service.ts'

/** A created resource. */
interface Created {
  id: string
}

let sequence = 0

/**
 * A company, and functions that create its resources through the API. Each call creates new ones, so that tests do not
 * affect each other. Names and numbers occur nowhere else, so that a test can search the log for them.
 */
export class World {
  readonly s: TestService
  readonly company: TestCompany

  private constructor(s: TestService, company: TestCompany) {
    this.s = s
    this.company = company
  }

  static async of(s: TestService): Promise<World> {
    return new World(s, await s.createCompany(`Zebulon Clinic ${randomUUID()}`))
  }

  /** Sends a request with the company's admin key and returns the body. @throws unless it succeeds */
  async send(
    method: string,
    url: string,
    body?: unknown,
    headers: Headers = this.company.headers,
  ): Promise<TestResponse['body']> {
    const response: TestResponse = await this.s.request(method, url, headers, body)
    if (response.status >= 300)
      throw new Error(`${method} ${url}: ${response.status} ${JSON.stringify(response.body)}`)
    return response.body
  }

  name = () => `Zebulon Person ${++sequence}`
  slug = () => `zebulon-${randomUUID()}`
  phone = () => `+7999${String(3_000_000 + ++sequence)}`

  async inactiveCompany(): Promise<Created> {
    const company = await this.send(
      'POST',
      '/api/companies',
      { name: this.name(), slug: this.slug() },
      this.s.platform,
    )
    return this.send('PATCH', `/api/companies/${company.id}`, { is_active: false }, this.s.platform)
  }

  /** The id of a new key. */
  async key(): Promise<string> {
    const body = { name: this.name(), scopes: ['read'] }
    return (await this.send('POST', `/api/companies/${this.company.id}/keys`, body)).id
  }

  skillbase = (): Promise<Created> =>
    this.send('POST', '/api/skillbases', { name: this.name(), slug: this.slug(), config: exampleConfig })

  async skillbaseWithTwoVersions(): Promise<Created> {
    const { id } = await this.skillbase()
    return this.send('PATCH', `/api/skillbases/${id}`, { config: { llm: { temperature: 0.2 } } })
  }

  async published(): Promise<Created> {
    const { id } = await this.skillbase()
    return this.send('POST', `/api/skillbases/${id}/publish`, {})
  }

  async campaign(): Promise<Created> {
    const { id: skillbase_id } = await this.published()
    return this.send('POST', '/api/campaigns', { name: this.name(), skillbase_id, ...aroundTheClock })
  }

  async campaignWithTasks(): Promise<Created> {
    const { id } = await this.campaign()
    const tasks = [1, 2].map(() => ({ phone_number: this.phone(), contact_name: this.name() }))
    await this.send('POST', `/api/campaigns/${id}/tasks`, { tasks })
    return { id }
  }

  async task(): Promise<Created> {
    const { id } = await this.campaignWithTasks()
    return (await this.send('GET', `/api/campaigns/${id}/tasks`)).items[0]
  }

  async campaignAfter(...commands: string[]): Promise<Created> {
    const { id } = await this.campaignWithTasks()
    for (const command of commands) await this.send('POST', `/api/campaigns/${id}/${command}`, {})
    return { id }
  }

  async cancelledTask(): Promise<Created> {
    const { id } = await this.task()
    return this.send('PATCH', `/api/call-tasks/${id}`, { status: 'cancelled' })
  }

  async campaignWithCancelledTask(): Promise<Created> {
    const { id } = await this.campaignAfter('start')
    const { items } = await this.send('GET', `/api/campaigns/${id}/tasks`)
    await this.send('PATCH', `/api/call-tasks/${items[0].id}`, { status: 'cancelled' })
    return { id }
  }

  /** The import of a file with one valid and one rejected row. */
  async import(): Promise<Created> {
    const { id } = await this.campaign()
    const text = `phone,name\n${this.phone()},${this.name()}\nno number,${this.name()}`
    const head = 'content-disposition: form-data; name="file"; filename="list.csv"\r\ncontent-type: text/csv'
    const form = `--zebulon\r\n${head}\r\n\r\n${text}\r\n--zebulon--\r\n`
    const headers = { ...this.company.headers, 'content-type': 'multipart/form-data; boundary=zebulon' }
    return { id: (await this.send('POST', `/api/campaigns/${id}/call-list`, form, headers)).import_id }
  }

  async waitingImport(): Promise<Created> {
    const { id } = await this.campaign()
    const [created] = await this.s.db.orm.execute<{ id: string }>(sql`
      insert into imports (company_id, campaign_id, status) values (${this.company.id}::uuid, ${id}::uuid, 'waiting') returning id`)
    return created as Created
  }

  suppression = (): Promise<Created> =>
    this.send('POST', '/api/suppressions', { phone_number: this.phone(), note: this.name() })

  /** A URL that refuses connections. */
  unreachableUrl = () => `http://127.0.0.1:1/${this.slug()}`

  /** Deletes a webhook if the company has nearly as many as are allowed. */
  async makeRoomForWebhook(): Promise<void> {
    const { items } = await this.send('GET', '/api/webhooks?limit=200')
    if (items.length >= 15) await this.send('DELETE', `/api/webhooks/${items.at(-1).id}`)
  }

  async webhook(): Promise<Created> {
    await this.makeRoomForWebhook()
    const body = { url: this.unreachableUrl(), event_types: ['*'], description: this.name() }
    return this.send('POST', '/api/webhooks', body)
  }

  /** A test delivery that failed permanently. */
  async deadDelivery(): Promise<Created & { webhook_id: string }> {
    const { id } = await this.webhook()
    return this.send('POST', `/api/webhooks/${id}/test`, {})
  }

  call = (): Promise<Created> =>
    this.send('POST', '/api/calls', {
      direction: 'inbound',
      caller_number: this.phone(),
      external_call_id: `pbx-${randomUUID()}`,
    })

  async callOfSkillbase(): Promise<Created> {
    const { id: skillbase_id } = await this.skillbase()
    return this.send('POST', '/api/calls', {
      direction: 'inbound',
      skillbase_id,
      caller_number: this.phone(),
    })
  }

  async callWithTurns(): Promise<Created> {
    const { id } = await this.call()
    const turns = [
      { turn_index: 0, role: 'assistant', content: this.name(), ttfb_tts: 120, tts_characters: 30 },
      { turn_index: 1, role: 'user', content: this.name(), eou_latency: 410.5, ttfb_stt: 90 },
    ]
    await this.send('POST', `/api/calls/${id}/turns`, { turns })
    return { id }
  }

  async endedCall(): Promise<Created> {
    const { id } = await this.callWithTurns()
    return (await this.send('POST', `/api/calls/${id}/complete`, { outcome: 'success' })).call
  }

  /** A price that takes effect in the future. */
  price = (): Promise<Created> =>
    this.send('POST', '/api/prices', {
      component: 'tts',
      provider: this.slug(),
      unit: 'million_characters',
      price: '50',
      effective_from: '2990-01-01T00:00:00Z',
      source: this.name(),
    })

  priceAlias = (): Promise<Created> =>
    this.send('POST', '/api/price-aliases', { provider: this.slug(), price_provider: 'openai' })

  /** A rerate of all calls. There is at least one call. */
  async rerate(): Promise<Created> {
    await this.endedCall()
    const [start, end] = ['2026-01-01', '2990-01-01']
    await this.send('POST', '/api/prices', {
      component: 'tts',
      provider: this.slug(),
      unit: 'million_characters',
      price: '50',
    })
    return this.send('POST', '/api/costs/rerate', { start, end, dry_run: false })
  }

  /** Creates at least one row in every table of the company. Returns its ids by field name, and words to search the log for. */
  async everything() {
    const { id: skillbase_id } = await this.skillbaseWithTwoVersions()
    const key_id = await this.key()
    const { id: campaign_id } = await this.campaignWithTasks()
    const call_task_id = (await this.send('GET', `/api/campaigns/${campaign_id}/tasks`)).items[0].id
    const call = await this.send('POST', '/api/calls', {
      direction: 'outbound',
      campaign_id,
      callee_number: this.phone(),
      external_call_id: `pbx-${randomUUID()}`,
    })
    const { id: call_id } = await this.endedCall()
    const { id: price_id } = await this.price()
    await this.priceAlias()
    const { id: rerate_id } = await this.rerate()
    await this.suppression()
    await this.send('POST', `/api/skillbases/${skillbase_id}/test-call`, { phone_number: this.phone() })
    const callWithBrief = await this.callOfSkillbase()
    await this.send('GET', `/api/calls/${callWithBrief.id}/brief`)
    await this.import()
    const { id: delivery_id, webhook_id } = await this.deadDelivery()
    await this.send('POST', '/api/live/tickets', {})
    const ids: Record<string, string> = {
      skillbase_id,
      key_id,
      campaign_id,
      call_task_id,
      call_id,
      price_id,
      rerate_id,
      webhook_id,
      delivery_id,
    }
    return {
      id: (name: string): string => {
        const id = ids[name.replace(/s$/, '')]
        if (id === undefined)
          throw new Error(`There is no id for ${name}. Add one to everything() in test/contract/world.ts.`)
        return id
      },
      words: ['zebulon', String(call.external_call_id), String(call.callee_number)],
    }
  }
}
