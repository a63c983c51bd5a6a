import { createHash, createHmac, randomUUID } from 'node:crypto'
import { exampleConfig } from '../../src/modules/skillbases/config/example-config.ts'
import type { Carrier } from '../../src/telephony/carrier.ts'
import { readWebhook, toCarrierEvents } from '../../src/telephony/livekit/webhook-events.ts'
import { signBody } from '../../src/telephony/signature.ts'
import { refusingCarrier } from '../setup/service.ts'
import type { World } from './world.ts'

/** The contents of one request of an operation. */
export interface Sample {
  params?: Record<string, string | number>
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
  /** Headers that depend on the body, such as a signature. */
  sign?: (payload: string) => Record<string, string>
}

/** How to call an operation successfully, and its exceptions to the general rules. */
export interface Recipe {
  sample: (w: World) => Sample | Promise<Sample>
  /** A POST that changes nothing, so the scope `read` is sufficient. */
  onlyReads?: true
  /** The operation belongs to no company, so the platform key needs no X-Company-Id. */
  needsNoCompany?: true
  /** Why this POST may be repeated without an Idempotency-Key. */
  safeToRepeatBecause?: string
  /** Its response contains a secret, so a repeated Idempotency-Key is rejected instead of replayed. */
  isSecret?: true
  /** Why this GET of one thing has no ETag. */
  hasNoEtagBecause?: string
  /** A WebSocket: without an upgrade it responds 426. */
  isSocket?: true
}

const isComputed = 'it is computed for the moment of the request'

const byId = (created: Promise<{ id: string }>) => created.then(({ id }) => ({ params: { id } }))

const companies: Record<string, Recipe> = {
  getOwnCompany: { sample: () => ({}) },
  listCompanies: { sample: () => ({ query: { limit: '2' } }) },
  createCompany: {
    sample: (w) => ({
      body: {
        name: w.name(),
        slug: w.slug(),
        email: 'person@zebulon.example',
        phone: w.phone(),
        settings: { note: w.name() },
        limits: { calls_per_minute: 10 },
      },
    }),
  },
  getCompany: { sample: (w) => ({ params: { id: w.company.id } }) },
  updateCompany: {
    sample: (w) => ({ params: { id: w.company.id }, body: { name: w.name(), settings: { a: 1 } } }),
  },
  putCompany: { sample: (w) => ({ params: { id: w.company.id }, body: { name: w.name(), limits: {} } }) },
  deleteCompany: { sample: (w) => byId(w.inactiveCompany()) },
  listApiKeys: { sample: (w) => ({ params: { id: w.company.id } }) },
  createApiKey: {
    sample: (w) => ({
      params: { id: w.company.id },
      body: { name: w.name(), scopes: ['read'], expires_at: '2990-01-01T00:00:00Z' },
    }),
    isSecret: true,
  },
  getApiKey: { sample: async (w) => ({ params: { id: w.company.id, key_id: await w.key() } }) },
  updateApiKey: {
    sample: async (w) => ({ params: { id: w.company.id, key_id: await w.key() }, body: { name: w.name() } }),
  },
  revokeApiKey: { sample: async (w) => ({ params: { id: w.company.id, key_id: await w.key() } }) },
}

const skillbases: Record<string, Recipe> = {
  listSkillbases: { sample: (w) => w.skillbase().then(() => ({ query: { limit: '2' } })) },
  createSkillbase: {
    sample: (w) => ({
      body: { name: w.name(), slug: w.slug(), description: w.name(), config: exampleConfig },
    }),
  },
  getSkillbase: { sample: (w) => byId(w.skillbase()) },
  updateSkillbase: {
    sample: async (w) => ({
      ...(await byId(w.skillbase())),
      body: { name: w.name(), config: { llm: { temperature: 0.1 } } },
    }),
  },
  putSkillbase: {
    sample: async (w) => ({
      ...(await byId(w.skillbase())),
      body: { name: w.name(), config: exampleConfig },
    }),
  },
  deleteSkillbase: { sample: (w) => byId(w.skillbase()) },
  getSkillbaseConfig: { sample: (w) => byId(w.skillbase()) },
  putSkillbaseConfig: {
    sample: async (w) => ({
      ...(await byId(w.skillbase())),
      body: { ...exampleConfig, llm: { ...exampleConfig.llm, temperature: 0.25 } },
    }),
  },
  getSkillbasePrompt: {
    sample: async (w) => ({
      ...(await byId(w.skillbase())),
      query: { version: '1', contact_name: w.name(), contact_data: '{"a": 1}' },
    }),
    hasNoEtagBecause: isComputed,
  },
  placeTestCall: {
    sample: async (w) => ({
      ...(await byId(w.skillbase())),
      body: { phone_number: w.phone(), contact_name: w.name(), contact_data: { clinic: w.name() } },
    }),
  },
  listSkillbaseVersions: { sample: (w) => byId(w.skillbase()) },
  getSkillbaseVersion: {
    sample: async (w) => ({ params: { id: (await w.skillbase()).id, version: 1 } }),
  },
  publishSkillbase: { sample: async (w) => ({ ...(await byId(w.skillbase())), body: { version: 1 } }) },
  unpublishSkillbase: { sample: async (w) => ({ ...(await byId(w.published())), body: {} }) },
  restoreSkillbaseVersion: {
    sample: async (w) => ({ ...(await byId(w.skillbaseWithTwoVersions())), body: { version: 1 } }),
  },
  validateConfig: {
    sample: () => ({ body: { config: exampleConfig } }),
    onlyReads: true,
    needsNoCompany: true,
    safeToRepeatBecause: 'it changes nothing',
  },
  validateSkillbase: {
    sample: async (w) => ({ ...(await byId(w.skillbase())), body: { config: exampleConfig } }),
    onlyReads: true,
    safeToRepeatBecause: 'it changes nothing',
  },
}

const campaigns: Record<string, Recipe> = {
  listCampaigns: { sample: (w) => w.campaign().then(() => ({ query: { limit: '2', status: 'draft' } })) },
  createCampaign: {
    sample: async (w) => ({
      body: {
        name: w.name(),
        skillbase_id: (await w.published()).id,
        description: w.name(),
        start_time: '2026-12-01T09:00:00+03:00',
        end_time: '2990-01-01T00:00:00Z',
        daily_start_time: '09:00',
        daily_end_time: '24:00',
        timezone: 'Europe/Moscow',
        max_concurrent_calls: 2,
      },
    }),
  },
  getCampaign: { sample: (w) => byId(w.campaign()) },
  updateCampaign: { sample: async (w) => ({ ...(await byId(w.campaign())), body: { name: w.name() } }) },
  putCampaign: { sample: async (w) => ({ ...(await byId(w.campaign())), body: { calls_per_minute: 7 } }) },
  deleteCampaign: { sample: (w) => byId(w.campaignWithTasks()) },
  startCampaign: { sample: async (w) => ({ ...(await byId(w.campaignAfter())), body: {} }) },
  pauseCampaign: { sample: async (w) => ({ ...(await byId(w.campaignAfter('start'))), body: {} }) },
  resumeCampaign: { sample: async (w) => ({ ...(await byId(w.campaignAfter('start', 'pause'))), body: {} }) },
  stopCampaign: { sample: async (w) => ({ ...(await byId(w.campaignAfter('start'))), body: {} }) },
  restartCampaign: {
    sample: async (w) => ({
      ...(await byId(w.campaignWithCancelledTask())),
      body: { statuses: ['cancelled'] },
    }),
  },
  cloneCampaign: {
    sample: async (w) => ({
      ...(await byId(w.campaignWithTasks())),
      body: { name: w.name(), contacts: 'all' },
    }),
  },
  getCampaignSchedule: {
    sample: async (w) => ({ ...(await byId(w.campaignAfter('start'))), query: { days: '7' } }),
    hasNoEtagBecause: isComputed,
  },
  getCampaignDiagnostics: { sample: (w) => byId(w.campaignAfter('start')), hasNoEtagBecause: isComputed },
  getCampaignLog: {
    sample: async (w) => ({ ...(await byId(w.campaignAfter('start'))), query: { limit: '2' } }),
  },
  getCampaignStats: { sample: (w) => byId(w.campaignWithTasks()), hasNoEtagBecause: isComputed },
  listCallTasks: { sample: (w) => byId(w.campaignWithTasks()) },
  exportResults: {
    sample: async (w) => ({ ...(await byId(w.campaignWithTasks())), query: { separator: ';' } }),
  },
  addCallTasks: {
    sample: async (w) => ({
      ...(await byId(w.campaign())),
      body: {
        tasks: [
          {
            phone_number: w.phone(),
            contact_name: w.name(),
            contact_data: { clinic: w.name() },
            priority: 1,
            timezone: 'Europe/Moscow',
            next_attempt_at: '2990-01-01T00:00:00Z',
          },
        ],
      },
    }),
  },
  getCallTask: { sample: (w) => byId(w.task()) },
  getCallTaskHistory: { sample: (w) => byId(w.cancelledTask()) },
  updateCallTask: {
    sample: async (w) => ({ ...(await byId(w.task())), body: { contact_name: w.name(), priority: 2 } }),
  },
  putCallTask: {
    sample: async (w) => ({ ...(await byId(w.task())), body: { contact_data: { clinic: w.name() } } }),
  },
  deleteCallTask: { sample: (w) => byId(w.task()) },
}

const turn = (turn_index: number, content: string) => ({
  turn_index,
  role: 'user',
  content,
  state_id: 'greeting',
  eou_latency: 300,
  llm_input_tokens: 100,
  llm_cached_input_tokens: 10,
  was_interrupted: false,
  extra_data: { a: [1] },
  created_at: '2026-11-23T09:00:00Z',
})

const completion = {
  status: 'completed',
  outcome: 'success',
  outcome_confidence: 0.9,
  duration_sec: 12.5,
  collected_data: { day: 'Monday' },
  reported_cost: { stt: 0.001, llm: '0.0002' },
}

const calls: Record<string, Recipe> = {
  exportCalls: {
    sample: (w) =>
      w.endedCall().then(() => ({ query: { direction: 'inbound', separator: ';', bom: 'true' } })),
  },
  listCalls: { sample: (w) => w.call().then(() => ({ query: { direction: 'inbound', limit: '2' } })) },
  createCall: {
    sample: async (w) => ({
      body: {
        direction: 'inbound',
        skillbase_id: (await w.published()).id,
        caller_number: w.phone(),
        callee_number: w.phone(),
        external_call_id: `pbx-${randomUUID()}`,
        language: 'ru',
        started_at: '2026-11-23T09:00:00+03:00',
      },
    }),
  },
  getCall: { sample: (w) => byId(w.call()) },
  updateCall: {
    sample: async (w) => ({
      ...(await byId(w.call())),
      body: { collected_data: { person: w.name() }, outcome: 'callback' },
    }),
  },
  putCall: {
    sample: async (w) => ({ ...(await byId(w.call())), body: { outcome_data: { person: w.name() } } }),
  },
  deleteCall: { sample: (w) => byId(w.endedCall()) },
  rateCall: {
    sample: async (w) => ({ ...(await byId(w.call())), body: { rating: 4 } }),
    safeToRepeatBecause: 'the last rating replaces earlier ones',
  },
  getCallBrief: {
    sample: (w) => byId(w.callOfSkillbase()),
    hasNoEtagBecause: 'it contains a token, so it is not stored',
  },
  addCallTurns: {
    sample: async (w) => ({
      ...(await byId(w.call())),
      body: { turns: [turn(0, w.name()), turn(1, w.name())] },
    }),
    safeToRepeatBecause: 'a turn is identified by its index',
  },
  completeCall: {
    sample: async (w) => ({ ...(await byId(w.callWithTurns())), body: completion }),
    safeToRepeatBecause: 'a final state never changes',
  },
  addTelemetry: {
    sample: async (w) => {
      const { id: call_id } = await w.call()
      return {
        body: { turns: [{ call_id, ...turn(0, w.name()) }], completions: [{ call_id, ...completion }] },
      }
    },
    safeToRepeatBecause: 'a turn is identified by its index, and a final state never changes',
  },
  getCallTranscript: { sample: (w) => byId(w.callWithTurns()) },
  listCallTurns: { sample: (w) => byId(w.callWithTurns()) },
  getCallMetrics: { sample: (w) => byId(w.endedCall()) },
  putCallMetrics: {
    sample: async (w) => ({
      ...(await byId(w.call())),
      body: { eou_latency_avg: 300, turn_count: 4, outcome: 'success', cost_total: '0.0350' },
    }),
  },
  deleteCallMetrics: { sample: (w) => byId(w.endedCall()) },
  exportCallMetrics: { sample: (w) => w.endedCall().then(() => ({ query: { decimal: ',' } })) },
  listCallMetrics: { sample: (w) => w.endedCall().then(() => ({ query: { limit: '2' } })) },
}

const metrics: Record<string, Recipe> = {
  getMetrics: { sample: (w) => w.endedCall().then(() => ({ query: { group_by: 'outcome,campaign' } })) },
  getTimeseries: {
    sample: () => ({ query: { bucket: 'day', start: '2026-11-01', end: '2026-11-08T00:00:00Z' } }),
  },
  compareVersions: {
    sample: async (w) => {
      const { id } = await w.skillbaseWithTwoVersions()
      return { query: { skillbase_id: id, version_a: '1', version_b: '2' } }
    },
  },
  listCallsWithMetrics: { sample: (w) => w.endedCall().then(() => ({ query: { limit: '2' } })) },
  getCallDetail: { sample: (w) => byId(w.endedCall()) },
  listSetAsideCalls: { sample: () => ({ query: { limit: '5' } }) },
  getMetricsOverview: { sample: () => ({ query: { timezone: 'Europe/Moscow' } }) },
  getLatencyHistogram: {
    sample: (w) => w.endedCall().then(() => ({ query: { latency: 'eou_latency', merge: '5' } })),
  },
  listCampaignsWithMetrics: { sample: (w) => w.campaignWithTasks().then(() => ({ query: { limit: '2' } })) },
  getCostReport: { sample: (w) => w.endedCall().then(() => ({})) },
  queryMetrics: {
    sample: async (w) => ({
      body: {
        queries: {
          one: { group_by: ['outcome'], skillbase_id: (await w.skillbase()).id },
          two: { bucket: 'week', timezone: 'Europe/Moscow' },
        },
      },
    }),
    onlyReads: true,
    safeToRepeatBecause: 'it changes nothing',
  },
  getDashboardStats: { sample: (w) => w.endedCall().then(() => ({})) },
  listRecentCalls: { sample: (w) => w.endedCall().then(() => ({ query: { limit: '3' } })) },
  listActiveCampaigns: { sample: (w) => w.campaignAfter('start').then(() => ({})) },
}

const price = { component: 'tts', unit: 'million_characters', price: '50.5', source: 'a letter' }

const costs: Record<string, Recipe> = {
  listPrices: { sample: (w) => w.price().then(() => ({ query: { component: 'tts', limit: '2' } })) },
  createPrice: {
    sample: (w) => ({ body: { ...price, provider: w.slug(), effective_from: '2026-01-01T00:00:00Z' } }),
  },
  getPrice: { sample: (w) => byId(w.price()) },
  updatePrice: { sample: async (w) => ({ ...(await byId(w.price())), body: { source: w.name() } }) },
  deletePrice: { sample: (w) => byId(w.price()) },
  listPriceAliases: { sample: (w) => w.priceAlias().then(() => ({ query: { limit: '2' } })) },
  createPriceAlias: {
    sample: (w) => ({
      body: { provider: w.slug(), model: 'Fast', price_provider: 'openai', price_model: 'gpt-4o' },
    }),
  },
  getPriceAlias: { sample: (w) => byId(w.priceAlias()) },
  updatePriceAlias: {
    sample: async (w) => ({ ...(await byId(w.priceAlias())), body: { price_model: w.slug() } }),
  },
  deletePriceAlias: { sample: (w) => byId(w.priceAlias()) },
  estimateCosts: {
    sample: () => ({
      body: { usage: { tts_characters: 1000 }, providers: { tts: { provider: 'cartesia' } }, minutes: 2 },
    }),
    onlyReads: true,
    safeToRepeatBecause: 'it changes nothing',
  },
  rerateCosts: {
    sample: async (w) => {
      const { id: campaign_id } = await w.campaign()
      return { body: { start: '2026-11-01', end: '2026-11-02', dry_run: false, campaign_id } }
    },
  },
  listRerates: { sample: (w) => w.rerate().then(() => ({ query: { limit: '2' } })) },
  getRerate: { sample: (w) => byId(w.rerate()) },
  getCallCosts: { sample: (w) => byId(w.endedCall()) },
}

/** A multipart form with a small call list. */
const listForm = (number: string, name: string) => ({
  body: [
    '--zebulon',
    'content-disposition: form-data; name="default_country"',
    '',
    'RU',
    '--zebulon',
    'content-disposition: form-data; name="file"; filename="list.csv"',
    'content-type: text/csv',
    '',
    `phone,name\n${number},${name}\nno number,x`,
    '--zebulon--',
    '',
  ].join('\r\n'),
  headers: { 'content-type': 'multipart/form-data; boundary=zebulon' },
})

const callLists: Record<string, Recipe> = {
  uploadCallList: {
    sample: async (w) => ({ ...(await byId(w.campaign())), ...listForm(w.phone(), w.name()) }),
    safeToRepeatBecause: 'a campaign has each number only once',
  },
  listImports: { sample: (w) => w.import().then(() => ({ query: { status: 'completed', limit: '2' } })) },
  getImport: { sample: (w) => byId(w.import()) },
  listRejectedRows: { sample: async (w) => ({ ...(await byId(w.import())), query: { limit: '2' } }) },
  exportRejectedRows: { sample: async (w) => ({ ...(await byId(w.import())), query: { separator: ';' } }) },
  cancelImport: { sample: async (w) => ({ ...(await byId(w.waitingImport())), body: {} }) },
  revertImport: { sample: (w) => byId(w.import()) },
}

const suppressions: Record<string, Recipe> = {
  listSuppressions: {
    sample: (w) => w.suppression().then(() => ({ query: { is_active: 'true', limit: '2' } })),
  },
  createSuppression: {
    sample: (w) => ({
      body: {
        phone_number: w.phone(),
        reason: 'complaint',
        note: w.name(),
        expires_at: '2990-01-01T00:00:00Z',
      },
    }),
  },
  exportSuppressions: { sample: (w) => w.suppression().then(() => ({ query: { separator: ';' } })) },
  importSuppressions: {
    sample: (w) => ({
      query: { reason: 'do_not_call' },
      body: { suppressions: [{ phone_number: w.phone(), note: w.name() }, { phone_number: w.phone() }] },
    }),
  },
  getSuppression: { sample: (w) => byId(w.suppression()) },
  updateSuppression: {
    sample: async (w) => ({ ...(await byId(w.suppression())), body: { note: w.name(), reason: 'other' } }),
  },
  putSuppression: {
    sample: async (w) => ({ ...(await byId(w.suppression())), body: { expires_at: '2990-01-01T00:00:00Z' } }),
  },
  deleteSuppression: { sample: (w) => byId(w.suppression()) },
}

/** The secret that the carrier signs its webhooks with. */
export const carrierSecret = 'a-secret-of-carriers-for-tests'

const carrier: Record<string, Recipe> = {
  reportCarrierEvents: {
    sample: async (w) => ({
      body: {
        events: [
          {
            event_id: 'e-1',
            company_id: w.company.id,
            call_id: (await w.call()).id,
            type: 'ringing',
            at: '2026-11-23T09:00:00Z',
          },
        ],
      },
      sign: (payload) => ({ 'x-signature': signBody(carrierSecret, payload, w.s.deps.now()) }),
    }),
    needsNoCompany: true,
    safeToRepeatBecause: 'a final state never changes',
  },
  receiveLivekitWebhook: {
    sample: async (w) => ({
      body: {
        event: 'participant_left',
        id: 'EV_1',
        createdAt: '1795348800',
        room: { name: `call-${(await w.call()).id}`, metadata: JSON.stringify({ company_id: w.company.id }) },
        participant: { identity: w.slug(), kind: 'SIP' },
      },
      sign: (payload) => ({ authorization: livekitToken(payload) }),
    }),
    needsNoCompany: true,
    safeToRepeatBecause: 'a final state never changes',
  },
}

const livekitProject = { apiKey: 'APIcontract', apiSecret: 'a-secret-of-livekit-for-tests' }

/** The token of a LiveKit webhook: a JWT with a hash of the body. */
function livekitToken(body: string): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const sha256 = createHash('sha256').update(body).digest('base64')
  const exp = Math.floor(Date.now() / 1000) + 300
  const signed = `${part({ alg: 'HS256' })}.${part({ iss: livekitProject.apiKey, exp, nbf: 0, sha256 })}`
  return `${signed}.${createHmac('sha256', livekitProject.apiSecret).update(signed).digest('base64url')}`
}

/** Accepts LiveKit webhooks and refuses to dial. */
export const listeningCarrier: Carrier = {
  ...refusingCarrier,
  receiveWebhook: async (body, authorization) =>
    toCarrierEvents(
      {
        calleeAnswered: async () => [],
        callEnded: async () => [],
        agentLeft: async () => [],
        roomJoined: async () => undefined,
        findCompany: async () => undefined,
      },
      await readWebhook(livekitProject, body, authorization),
      new Date(),
    ),
}

const live: Record<string, Recipe> = {
  listEvents: { sample: (w) => w.call().then(() => ({ query: { types: 'call.created', limit: '2' } })) },
  createLiveTicket: { sample: () => ({ body: {} }), onlyReads: true, isSecret: true },
  watchLive: {
    sample: async (w) => ({ query: { campaign_id: (await w.campaign()).id, after: '0' } }),
    isSocket: true,
  },
  watchCall: { sample: (w) => byId(w.call()), isSocket: true },
}

const byDeliveryId = async (delivery: Promise<{ id: string; webhook_id: string }>) => {
  const { id: delivery_id, webhook_id: id } = await delivery
  return { params: { id, delivery_id } }
}

const webhooks: Record<string, Recipe> = {
  listWebhooks: { sample: (w) => w.webhook().then(() => ({ query: { limit: '2' } })) },
  createWebhook: {
    sample: async (w) => {
      await w.makeRoomForWebhook()
      return { body: { url: w.unreachableUrl(), event_types: ['call.ended', '*'], description: w.name() } }
    },
    isSecret: true,
  },
  getWebhook: { sample: (w) => byId(w.webhook()) },
  updateWebhook: {
    sample: async (w) => ({
      ...(await byId(w.webhook())),
      body: { description: w.name(), is_enabled: false, event_types: ['task.retry'] },
    }),
  },
  deleteWebhook: { sample: (w) => byId(w.webhook()) },
  rotateWebhookSecret: { sample: async (w) => ({ ...(await byId(w.webhook())), body: {} }), isSecret: true },
  listDeliveries: {
    sample: async (w) => ({ params: { id: (await w.deadDelivery()).webhook_id }, query: { status: 'dead' } }),
  },
  getDelivery: { sample: (w) => byDeliveryId(w.deadDelivery()) },
  resendDelivery: { sample: async (w) => ({ ...(await byDeliveryId(w.deadDelivery())), body: {} }) },
  resendDeadDeliveries: {
    sample: async (w) => ({ params: { id: (await w.deadDelivery()).webhook_id }, body: {} }),
  },
  testWebhook: {
    sample: async (w) => ({ ...(await byId(w.webhook())), body: {} }),
    safeToRepeatBecause: 'each test sends one event and changes nothing else',
  },
}

const service: Record<string, Recipe> = {
  getLiveness: { sample: () => ({}) },
  getReadiness: { sample: () => ({}) },
  getStartup: { sample: () => ({}) },
}

/** The recipe of each operation, by operationId. */
export const recipes: Record<string, Recipe> = {
  ...service,
  ...companies,
  ...skillbases,
  ...campaigns,
  ...calls,
  ...metrics,
  ...costs,
  ...callLists,
  ...suppressions,
  ...carrier,
  ...live,
  ...webhooks,
}
