import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { exampleConfig } from '../../src/modules/skillbases/config/example-config.ts'
import type { Headers, TestCompany, TestResponse, TestService } from '../setup/service.ts'

interface Made {
  id: string
}

let counted = 0

/**
 * A company and the makers of what it can have. Each maker makes a thing of its own, so that no test finds what
 * another left. Names and numbers are of this test alone, so that they can be looked for in the log.
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

  /** As the company's admin, what is answered. @throws unless it succeeds: a recipe's parents must be there */
  async make(
    method: string,
    url: string,
    body?: unknown,
    headers: Headers = this.company.headers,
  ): Promise<TestResponse['body']> {
    const answer: TestResponse = await this.s.request(method, url, headers, body)
    if (answer.status >= 300)
      throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  name = () => `Zebulon Person ${++counted}`
  slug = () => `zebulon-${randomUUID()}`
  phone = () => `+7999${String(3_000_000 + ++counted)}`

  async companySwitchedOff(): Promise<Made> {
    const made = await this.make(
      'POST',
      '/api/companies',
      { name: this.name(), slug: this.slug() },
      this.s.platform,
    )
    return this.make('PATCH', `/api/companies/${made.id}`, { is_active: false }, this.s.platform)
  }

  /** The id of a new key. */
  async key(): Promise<string> {
    const body = { name: this.name(), scopes: ['read'] }
    return (await this.make('POST', `/api/companies/${this.company.id}/keys`, body)).id
  }

  skillbase = (): Promise<Made> =>
    this.make('POST', '/api/skillbases', { name: this.name(), slug: this.slug(), config: exampleConfig })

  async skillbaseWithTwoVersions(): Promise<Made> {
    const { id } = await this.skillbase()
    return this.make('PATCH', `/api/skillbases/${id}`, { config: { llm: { temperature: 0.2 } } })
  }

  async published(): Promise<Made> {
    const { id } = await this.skillbase()
    return this.make('POST', `/api/skillbases/${id}/publish`, {})
  }

  async campaign(): Promise<Made> {
    const { id: skillbase_id } = await this.published()
    return this.make('POST', '/api/campaigns', { name: this.name(), skillbase_id })
  }

  async campaignWithTasks(): Promise<Made> {
    const { id } = await this.campaign()
    const tasks = [1, 2].map(() => ({ phone_number: this.phone(), contact_name: this.name() }))
    await this.make('POST', `/api/campaigns/${id}/tasks`, { tasks })
    return { id }
  }

  async task(): Promise<Made> {
    const { id } = await this.campaignWithTasks()
    return (await this.make('GET', `/api/campaigns/${id}/tasks`)).items[0]
  }

  async campaignThat(...moves: string[]): Promise<Made> {
    const { id } = await this.campaignWithTasks()
    for (const move of moves) await this.make('POST', `/api/campaigns/${id}/${move}`, {})
    return { id }
  }

  async cancelledTask(): Promise<Made> {
    const { id } = await this.task()
    return this.make('PATCH', `/api/call-tasks/${id}`, { status: 'cancelled' })
  }

  async campaignWithCancelled(): Promise<Made> {
    const { id } = await this.campaignThat('start')
    const { items } = await this.make('GET', `/api/campaigns/${id}/tasks`)
    await this.make('PATCH', `/api/call-tasks/${items[0].id}`, { status: 'cancelled' })
    return { id }
  }

  /** A file of one contact and a row that was refused. */
  async import(): Promise<Made> {
    const { id } = await this.campaign()
    const text = `phone,name\n${this.phone()},${this.name()}\nnobody,${this.name()}`
    const head = 'content-disposition: form-data; name="file"; filename="list.csv"\r\ncontent-type: text/csv'
    const form = `--zebulon\r\n${head}\r\n\r\n${text}\r\n--zebulon--\r\n`
    const headers = { ...this.company.headers, 'content-type': 'multipart/form-data; boundary=zebulon' }
    return { id: (await this.make('POST', `/api/campaigns/${id}/call-list`, form, headers)).import_id }
  }

  async importThatWaits(): Promise<Made> {
    const { id } = await this.campaign()
    const [made] = await this.s.db.orm.execute<{ id: string }>(sql`
      insert into imports (company_id, campaign_id, status) values (${this.company.id}::uuid, ${id}::uuid, 'waiting') returning id`)
    return made as Made
  }

  suppression = (): Promise<Made> =>
    this.make('POST', '/api/suppressions', { phone_number: this.phone(), note: this.name() })

  /** Nobody listens there. */
  receiver = () => `http://127.0.0.1:1/${this.slug()}`

  /** Lets the company have one webhook more. */
  async room(): Promise<void> {
    const { items } = await this.make('GET', '/api/webhooks?limit=200')
    if (items.length >= 15) await this.make('DELETE', `/api/webhooks/${items.at(-1).id}`)
  }

  async webhook(): Promise<Made> {
    await this.room()
    const body = { url: this.receiver(), event_types: ['*'], description: this.name() }
    return this.make('POST', '/api/webhooks', body)
  }

  /** A test that nobody answered. */
  async deadDelivery(): Promise<Made & { webhook_id: string }> {
    const { id } = await this.webhook()
    return this.make('POST', `/api/webhooks/${id}/test`, {})
  }

  call = (): Promise<Made> =>
    this.make('POST', '/api/calls', {
      direction: 'inbound',
      caller_number: this.phone(),
      external_call_id: `pbx-${randomUUID()}`,
    })

  async callOfSkillbase(): Promise<Made> {
    const { id: skillbase_id } = await this.skillbase()
    return this.make('POST', '/api/calls', {
      direction: 'inbound',
      skillbase_id,
      caller_number: this.phone(),
    })
  }

  async callWithTurns(): Promise<Made> {
    const { id } = await this.call()
    const turns = [
      { turn_index: 0, role: 'assistant', content: this.name(), ttfb_tts: 120, tts_characters: 30 },
      { turn_index: 1, role: 'user', content: this.name(), eou_latency: 410.5, ttfb_stt: 90 },
    ]
    await this.make('POST', `/api/calls/${id}/turns`, { turns })
    return { id }
  }

  async endedCall(): Promise<Made> {
    const { id } = await this.callWithTurns()
    return (await this.make('POST', `/api/calls/${id}/complete`, { outcome: 'success' })).call
  }

  /** A price that has not begun. */
  price = (): Promise<Made> =>
    this.make('POST', '/api/prices', {
      ...{ component: 'tts', provider: this.slug(), unit: 'million_characters', price: '50' },
      ...{ effective_from: '2990-01-01T00:00:00Z', source: this.name() },
    })

  /** The calls of a day priced anew, of which there is one. */
  async rerate(): Promise<Made> {
    await this.endedCall()
    const [start, end] = ['2026-01-01', '2990-01-01']
    await this.make('POST', '/api/prices', {
      ...{ component: 'tts', provider: this.slug(), unit: 'million_characters', price: '50' },
    })
    return this.make('POST', '/api/costs/rerate', { start, end, dry_run: false })
  }

  /** One of each, so that no table of the company is empty, and how to name them: ids by their wire name, and words. */
  async everything() {
    const { id: skillbase_id } = await this.skillbaseWithTwoVersions()
    const key_id = await this.key()
    const { id: campaign_id } = await this.campaignWithTasks()
    const call_task_id = (await this.make('GET', `/api/campaigns/${campaign_id}/tasks`)).items[0].id
    const call = await this.make('POST', '/api/calls', {
      direction: 'outbound',
      campaign_id,
      callee_number: this.phone(),
      external_call_id: `pbx-${randomUUID()}`,
    })
    const { id: call_id } = await this.endedCall()
    const { id: price_id } = await this.price()
    const { id: rerate_id } = await this.rerate()
    await this.suppression()
    await this.make('POST', `/api/skillbases/${skillbase_id}/test-call`, { phone_number: this.phone() })
    const spoken = await this.callOfSkillbase()
    await this.make('GET', `/api/calls/${spoken.id}/brief`)
    await this.import()
    const { id: delivery_id, webhook_id } = await this.deadDelivery()
    await this.make('POST', '/api/live/tickets', {})
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
          throw new Error(`Whose id is ${name}? Add it to everything() in test/contract/world.ts.`)
        return id
      },
      words: ['zebulon', String(call.external_call_id), String(call.callee_number)],
    }
  }
}
