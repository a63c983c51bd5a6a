import { and, eq } from 'drizzle-orm'
import { campaigns, testCalls } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict } from '../../lib/errors.ts'
import { type Call, getCall, isFinal } from '../calls/index.ts'
import { getVersion, parseStoredConfig, type SkillbaseConfig, type Tool } from '../skillbases/index.ts'
import { getBriefContact, timezoneOf } from './brief-contact.ts'
import { callTimeAt } from './call-time.ts'
import { createCallToken } from './call-tokens.ts'
import { buildPrompt, callValues } from './preview.ts'

/** How the agent that requests a brief reaches the API. */
export interface BriefRequest {
  /** Base URL of the API, without a trailing slash. */
  api_url: string
  /** The call token that the agent authenticated with; undefined: a new one is created. */
  token: string | undefined
}

/**
 * Builds everything that an agent needs for a call. The prompt depends only on the call's skillbase version, and on the
 * contact and the time of the first request, so the same call always gets the same prompt.
 *
 * @throws Refusal 'not_found'; 'conflict' for a call that has ended, or without a skillbase; 'invalid' for an invalid stored config
 */
export async function getBrief(tx: Tx, call_id: string, { api_url, token }: BriefRequest, now: Date) {
  const call = await getCall(tx, call_id)
  const { skillbase_id, skillbase_version, status } = call
  if (isFinal(status)) {
    const detail = `The call is \`${status}\`, so no agent is needed for it. Leave the room.`
    throw conflict('call_over', detail)
  }
  if (skillbase_id === null || skillbase_version === null) {
    throw conflict(
      'no_skillbase',
      'This call has no skillbase, so there is no brief for it. Give skillbase_id when you create a call.',
    )
  }
  const config = parseStoredConfig((await getVersion(tx, skillbase_id, skillbase_version)).config)
  const { contact, briefed_at } = await getBriefContact(tx, call, now)
  const callTime = callTimeAt(briefed_at, timezoneOf(contact))
  const { prompt, tools } = buildPrompt(config, callValues(config, contact, callTime), callTime)
  const callUrl = `${api_url}/api/calls/${call_id}`
  return {
    call_id,
    company_id: tx.company_id,
    campaign_id: call.campaign_id,
    direction: call.direction,
    skillbase_id,
    skillbase_version,
    ...prompt,
    tools: tools.filter(({ enabled }) => enabled).map(briefTool),
    ...providerSettings(config),
    collect: Object.keys(config.agent.crm_field_mapping).toSorted(),
    limits: await findLimits(tx, call),
    report: {
      brief_url: `${callUrl}/brief`,
      turns_url: `${callUrl}/turns`,
      complete_url: `${callUrl}/complete`,
      telemetry_url: `${api_url}/api/telemetry`,
      token: token ?? (await createCallToken(tx, call_id)),
    },
  }
}

/** Speech recognition, language model and speech synthesis of a config; null: the provider's default applies. */
function providerSettings({ voice, llm, context }: SkillbaseConfig) {
  return {
    stt: {
      provider: voice.stt_provider,
      model: voice.stt_model ?? null,
      language: voice.stt_language,
    },
    llm: {
      provider: llm.provider,
      model: llm.model,
      temperature: llm.temperature ?? null,
      max_tokens: llm.max_tokens ?? null,
    },
    tts: {
      provider: voice.tts_provider,
      model: voice.tts_model ?? null,
      voice_id: voice.tts_voice_id,
      speed: voice.speed ?? null,
      language: context.language ?? voice.stt_language,
    },
  }
}

/** How the agent executes a function that the model calls. Secrets are given by name; the agent has their values. */
const briefTool = (tool: Tool) => ({
  name: tool.name,
  type: tool.type,
  http:
    tool.type === 'http'
      ? {
          url: tool.url,
          method: tool.method,
          headers: Object.entries(tool.headers)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, { secret, prefix }]) => ({ name, secret, prefix: prefix ?? '' })),
          timeout_ms: tool.timeout_ms,
        }
      : null,
  destination: tool.type === 'handoff' ? (tool.destination ?? null) : null,
  message: tool.type === 'http' ? null : tool.message || null,
})

/**
 * Time between the ring limit and the end of the agent's wait for an answer, seconds. It contains the dial request, and the pause and
 * the digits of an extension, which are dialed before the agent is heard.
 */
const answerMarginSec = 30

/** The limits of a call, from its campaign or test call; null: none. */
async function findLimits(tx: Tx, { id, campaign_id }: Call) {
  const [limits] =
    campaign_id === null
      ? await tx
          .select(limitColumns(testCalls))
          .from(testCalls)
          .where(and(eq(testCalls.company_id, tx.company_id), eq(testCalls.call_id, id)))
      : await tx
          .select(limitColumns(campaigns))
          .from(campaigns)
          .where(and(eq(campaigns.company_id, tx.company_id), eq(campaigns.id, campaign_id)))
  return {
    max_call_duration_sec: limits?.talk_sec ?? null,
    answer_timeout_sec: limits === undefined ? null : limits.ring_sec + answerMarginSec,
  }
}

const limitColumns = ({ max_call_duration_sec, ring_timeout_sec }: typeof campaigns | typeof testCalls) => ({
  talk_sec: max_call_duration_sec,
  ring_sec: ring_timeout_sec,
})
