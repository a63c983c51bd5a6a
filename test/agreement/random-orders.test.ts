// Tasks, calls, metrics, counters and rollups agree after any order of what is reported, corrected, repeated and lost.
import t, { test } from 'tap'
import { connect, type Db } from '../../src/db/client.ts'
import { outcomes } from '../../src/db/schema/index.ts'
import { nilUuid } from '../../src/lib/uuid.ts'
import { compareDay } from '../../src/modules/agreement/index.ts'
import { applyCarrierEvents, rescueStep, settleStep } from '../../src/modules/dialing/index.ts'
import { foldCompany, foldStep } from '../../src/modules/rollups/index.ts'
import type { CallRef, CarrierEvent } from '../../src/telephony/carrier.ts'
import { seededRandom } from '../analytics/fixtures.ts'
import { after, DialingFixture, freshNumber } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'
import { terminatedAfter } from '../setup/terminated.ts'

const s = await startTestService(t)

type Random = () => number
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
const states = ['greeting', 'inquiry', 'booking', 'nowhere'] as const
const endedReasons = ['hang_up', '486 Busy Here', 'transfer', 'error', undefined] as const
const days = ['2026-11-23', '2026-11-24', '2026-11-25'].map((date) => new Date(`${date}T00:00:00Z`))

/** Random reports, corrections, commands and worker steps for one company, some of which are killed halfway. */
class RandomHistory {
  killed = 0
  private readonly fixture: DialingFixture
  private readonly random: Random
  private readonly worker: Db
  private readonly campaigns: string[]
  private readonly calls: CallRef[] = []
  private readonly requests: { path: string; body: object }[] = []
  private readonly events: CarrierEvent[] = []
  private seconds = 0

  constructor(fixture: DialingFixture, random: Random, worker: Db, campaigns: string[]) {
    this.fixture = fixture
    this.random = random
    this.worker = worker
    this.campaigns = campaigns
  }

  /** Runs one random step. */
  async step(): Promise<void> {
    const steps = [
      this.dial,
      this.dial,
      this.sendEvent,
      this.sendEvent,
      this.sendEvent,
      this.reportTurns,
      this.reportTurns,
      this.complete,
      this.complete,
      this.correct,
      this.correct,
      this.putMetrics,
      this.deleteMetrics,
      this.rerate,
      this.repeat,
      this.changeTask,
      this.placeTestCall,
      this.settle,
      this.settle,
      this.settle,
      this.fold,
      this.rescue,
      this.wait,
    ]
    await pick(this.random, steps).call(this)
  }

  /** Ends all calls and runs all loops until nothing is left to do. */
  async drain(): Promise<void> {
    this.move(700)
    for (const call of this.calls)
      await this.fixture.endCall(call, pick(this.random, ['no_answer', undefined]))
    this.move(60)
    while ((await this.fixture.settle()) > 0);
    while ((await foldStep(s.db)) > 0);
  }

  private move(seconds: number) {
    this.seconds += seconds
    this.fixture.setNow(after(this.seconds))
  }

  private get now() {
    return this.fixture.now
  }

  private request(method: string, path: string, body?: object) {
    return s.request(method, path, this.fixture.company.headers, body)
  }

  private post(path: string, body: object) {
    this.requests.push({ path, body })
    return this.request('POST', path, body)
  }

  /** A client that is disconnected before one of its next statements, in one of three cases. */
  private killable(): Db {
    return this.random() < 0.33 ? terminatedAfter(this.worker, Math.floor(this.random() * 8)) : this.worker
  }

  private async unlessKilled(run: (db: Db) => Promise<unknown>) {
    try {
      await run(this.killable())
    } catch {
      this.killed++
    }
  }

  private async dial() {
    const dialer = this.fixture.newDialer()
    this.fixture.carrier.dialResult = () =>
      pick(this.random, [
        { kind: 'accepted' },
        { kind: 'accepted' },
        { kind: 'accepted' },
        { kind: 'ambiguous', reason: 'timeout' },
        { kind: 'withheld', reason: 'paused' },
        { kind: 'ended', outcome: 'busy', ended_reason: '486' },
        { kind: 'refused', outcome: 'carrier_error', ended_reason: '503' },
      ] as const)
    this.calls.push(...(await this.fixture.dial(dialer)))
  }

  private async sendEvent() {
    const { call } = this
    if (call === undefined) return
    const { company_id, call_id } = call
    const type = pick(this.random, ['ringing', 'answered', 'answered', 'ended', 'ended'] as const)
    const outcome = this.random() < 0.5 ? pick(this.random, outcomes) : undefined
    const ended_reason = pick(this.random, endedReasons)
    const end = { ...(outcome && { outcome }), ...(ended_reason && { ended_reason }) }
    const event = { company_id, call_id, type, at: this.now, ...(type === 'ended' && end) }
    this.events.push(event)
    await this.unlessKilled((db) => applyCarrierEvents(db, [event], this.now))
  }

  /** Often one of the newest, which is probably live; otherwise any, also one that is settled. */
  private get call(): CallRef | undefined {
    return pick(this.random, this.random() < 0.5 ? this.calls.slice(-4) : this.calls)
  }

  private get path(): string {
    return `/api/calls/${this.call?.call_id}`
  }

  private async reportTurns() {
    if (this.calls.length === 0) return
    const first = Math.floor(this.random() * 5)
    const turns = Array.from({ length: 1 + Math.floor(this.random() * 3) }, (_, i) => ({
      turn_index: first + i,
      role: pick(this.random, ['user', 'assistant']),
      ...(this.random() < 0.7 && { state_id: pick(this.random, states) }),
      ...(this.random() < 0.7 && { latency_llm: Math.round(1_000_000 * this.random()) / 1_000 }),
      ...(this.random() < 0.7 && { tts_characters: 40, was_interrupted: this.random() < 0.3 }),
    }))
    await this.post(`${this.path}/turns`, { turns })
  }

  private async complete() {
    if (this.calls.length === 0) return
    await this.post(`${this.path}/complete`, {
      ...(this.random() < 0.6 && { outcome: pick(this.random, outcomes) }),
      ...(this.random() < 0.4 && { outcome_reason: 'As the agent sees it.', outcome_confidence: 0.7 }),
      ...(this.random() < 0.3 && { ended_reason: '404 Not Found' }),
      status: pick(this.random, ['completed', 'failed', 'cancelled']),
    })
  }

  private async correct() {
    if (this.calls.length === 0) return
    await this.request('PATCH', this.path, { outcome: pick(this.random, [...outcomes, null]) })
  }

  private async putMetrics() {
    if (this.calls.length === 0) return
    await this.request('PUT', `${this.path}/metrics`, {
      turn_count: 3,
      tts_characters: 70,
      ...(this.random() < 0.5 && { outcome: pick(this.random, outcomes) }),
    })
  }

  private async deleteMetrics() {
    if (this.calls.length > 0) await this.request('DELETE', `${this.path}/metrics`)
  }

  private async rerate() {
    await this.request('POST', '/api/costs/rerate', {
      start: '2026-11-23T00:00:00Z',
      end: '2026-11-26T00:00:00Z',
      dry_run: false,
    })
  }

  /** Sends an earlier request or event again. */
  private async repeat() {
    const request = pick(this.random, this.requests)
    if (request !== undefined) await this.request('POST', request.path, request.body)
    const event = pick(this.random, this.events)
    if (event !== undefined) await applyCarrierEvents(s.db, [event], this.now)
  }

  private async changeTask() {
    const campaign = pick(this.random, this.campaigns)
    const { body } = await this.request('GET', `/api/campaigns/${campaign}/tasks?limit=200`)
    const task = pick<{ id: string }>(this.random, body.items)
    const status = pick(this.random, ['pending', 'cancelled'])
    await this.request('PATCH', `/api/call-tasks/${task.id}`, { status })
    if (this.random() < 0.2) await this.request('POST', `/api/campaigns/${campaign}/restart`, {})
  }

  private async placeTestCall() {
    const path = `/api/skillbases/${this.fixture.bot}/test-call`
    await this.request('POST', path, { phone_number: freshNumber() })
  }

  private settle() {
    return this.unlessKilled((db) => settleStep(db, this.now))
  }

  private fold() {
    return this.unlessKilled((db) => foldCompany(db, this.fixture.company.id))
  }

  /** The rescuer asks the carrier about attempts whose lease expired. */
  private rescue() {
    const { company_id, call_id } = this.call ?? {
      company_id: this.fixture.company.id,
      call_id: nilUuid,
    }
    this.fixture.carrier.lookupResult = () =>
      pick(this.random, [
        { kind: 'unknown' },
        { kind: 'live', status: 'active' },
        { kind: 'unreachable', reason: 'timeout' },
        {
          kind: 'ended',
          event: { company_id, call_id, type: 'ended', at: this.now, outcome: 'no_answer' },
        },
      ] as const)
    return this.unlessKilled((db) => rescueStep(db, this.fixture.carrier, 'two', this.now))
  }

  private async wait() {
    this.move(pick(this.random, [1, 16, 61, 11 * 60, 31 * 60]))
  }
}

const seeds = process.env.AGREEMENT_SEEDS?.split(',').map(Number) ?? [
  1,
  2,
  3,
  Math.floor(Math.random() * 1e9),
]
for (const seed of seeds) {
  test(`Tasks, calls, metrics, counters and rollups agree after random reports, corrections and kills (seed ${seed})`, async (t) => {
    const random = seededRandom(seed)
    const fixture = await DialingFixture.create(s)
    const worker = connect(s.url, { max: 3 })
    t.teardown(() => worker.close())
    const settings = {
      retry_policy: { no_answer: { max: 2, delays_minutes: [0] }, fail: { max: 1, delays_minutes: [1] } },
    }
    const campaigns = [await fixture.startCampaign(6, settings), await fixture.startCampaign(6)]
    const history = new RandomHistory(fixture, random, worker, campaigns)
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 4; i++) await history.step()
      await Promise.all(Array.from({ length: 3 }, () => history.step()))
    }
    await history.drain()
    for (const day of days) {
      t.same(
        await compareDay(s.db, fixture.company.id, day),
        { wrong_calls: 0, wrong_buckets: 0, wrong_values: 0, disagreements: [] },
        day.toISOString(),
      )
    }
    t.ok(history.killed > 0, `${history.killed} steps were killed`)
  })
}
