import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { Client } from './client.ts'

/** Responses of a victim: their durations in ms, and the requests that were not served. */
export interface Served {
  durations: number[]
  failures: string[]
}

let usedNumbers = 0

/** A company that works while others attack: it reads, reports turns, dials, imports and receives webhooks. */
export class Victim {
  private readonly client: Client
  private readonly skillbase: string
  private readonly campaign: string
  private readonly receiver: Server
  /** Calls whose call.ended arrived at the receiver. */
  private readonly endedCalls: Set<string>
  private turns = 0

  private constructor(
    client: Client,
    skillbase: string,
    campaign: string,
    receiver: Server,
    endedCalls: Set<string>,
  ) {
    this.client = client
    this.skillbase = skillbase
    this.campaign = campaign
    this.receiver = receiver
    this.endedCalls = endedCalls
  }

  static async create(url: string, platformKey: string): Promise<Victim> {
    const client = await Client.ofNewCompany(url, platformKey)
    const { id: skillbase } = await client.must('POST', '/api/skillbases', {
      name: 'Bot',
      slug: 'bot',
      config: exampleConfig,
    })
    await client.must('POST', `/api/skillbases/${skillbase}/publish`)
    const campaign = await Victim.createCampaign(client, skillbase)
    const endedCalls = new Set<string>()
    const receiver = createServer(async (request, reply) => {
      let body = ''
      for await (const chunk of request) body += chunk
      endedCalls.add(JSON.parse(body).call_id)
      reply.end()
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    await client.must('POST', '/api/webhooks', {
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      event_types: ['call.ended'],
    })
    const victim = new Victim(client, skillbase, campaign, receiver, endedCalls)
    await victim.addContacts(20)
    await client.must('POST', `/api/campaigns/${campaign}/start`)
    return victim
  }

  private static async createCampaign(client: Client, skillbase_id: string): Promise<string> {
    const settings = {
      name: 'Quiet work',
      skillbase_id,
      contact_daily_start_time: '00:00',
      contact_daily_end_time: '24:00',
      max_concurrent_calls: 50,
      calls_per_minute: 3_000,
    }
    return (await client.must('POST', '/api/campaigns', settings)).id
  }

  close(): void {
    this.receiver.closeAllConnections()
    this.receiver.close()
  }

  private async addContacts(count: number): Promise<void> {
    const tasks = Array.from({ length: count }, () => ({ phone_number: `+7916${1_000_000 + usedNumbers++}` }))
    await this.client.must('POST', `/api/campaigns/${this.campaign}/tasks`, { tasks })
  }

  /** Sends each kind of request `rounds` times, one after the other. */
  async work(rounds: number, pauseMs = 0): Promise<Served> {
    const served: Served = { durations: [], failures: [] }
    const request = async (method: string, path: string, body?: unknown) => {
      const startedAt = performance.now()
      const response = await this.client.send(method, path, body)
      served.durations.push(performance.now() - startedAt)
      if (response.status >= 300)
        served.failures.push(`${method} ${path}: ${response.status} ${JSON.stringify(response.body)}`)
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      return response.body
    }
    const { id: call } = await this.client.must('POST', '/api/calls', {
      skillbase_id: this.skillbase,
      direction: 'inbound',
      status: 'active',
    })
    for (let round = 0; round < rounds; round++) {
      await request('GET', `/api/campaigns/${this.campaign}`)
      await request('GET', '/api/calls?limit=50')
      await request('GET', `/api/campaigns/${this.campaign}/tasks?limit=50`)
      await request('POST', `/api/calls/${call}/turns`, {
        turns: [{ turn_index: this.turns++, role: 'user', content: 'Hello', eou_latency: 400 }],
      })
    }
    return served
  }

  /**
   * Resolves when the loops of the service have done the work of this company: new contacts were dialed, the webhook
   * was sent for their calls, and a call list was imported.
   */
  async untilLoopsAdvance(): Promise<void> {
    const before = this.endedCalls.size
    await this.addContacts(5)
    await waitUntil(
      'contacts of the victim are called, and its webhook is sent',
      () => this.endedCalls.size >= before + 5,
    )
    const campaign = await Victim.createCampaign(this.client, this.skillbase)
    const rows = Array.from({ length: 50 }, () => `+7917${1_000_000 + usedNumbers++}`)
    const upload = await this.client.upload(campaign, `phone\n${rows.join('\n')}\n`)
    if (upload.status >= 300) throw new Error(`the upload was refused: ${JSON.stringify(upload.body)}`)
    await waitUntil('the call list of the victim is imported', async () => {
      const { status } = await this.client.must('GET', `/api/imports/${upload.body.import_id}`)
      return status === 'completed'
    })
  }
}
