import { and, eq } from 'drizzle-orm'
import { campaigns, testCalls } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict } from '../../lib/errors.ts'
import { type Call, getCall } from '../calls/index.ts'
import { getVersion, parseStoredConfig, type SkillbaseConfig, type Tool } from '../skillbases/index.ts'
import { getBriefContact } from './brief-contact.ts'
import { createCallToken } from './call-tokens.ts'
import { buildPrompt } from './preview.ts'
import { templateValuesOf } from './template-values.ts'

/** Who asks for a brief, and where it reaches the API. */
export interface BriefRequest {
  /** Where the API is, without a slash at the end. */
  api_url: string
  /** The token that the agent asks with; without one it is given one. */
  token: string | undefined
}

/**
 * All that an agent needs for a call, and nothing more. The prompt is a function of the call's pinned version and of what
 * was known of the contact when it was first asked for: the same call gives the same prompt for ever.
 *
 * @throws Refusal 'not_found'; 'conflict' for a call without a skillbase; 'invalid' for a config that breaks rules
 */
export async function getBrief(tx: Tx, call_id: string, { api_url, token }: BriefRequest, now: Date) {
  const call = await getCall(tx, call_id)
  const { skillbase_id, skillbase_version } = call
  if (skillbase_id === null || skillbase_version === null) {
    throw conflict('no_skillbase', 'This call has no skillbase: name one when the call is created.')
  }
  const config = parseStoredConfig((await getVersion(tx, skillbase_id, skillbase_version)).config)
  const contact = await getBriefContact(tx, call, now)
  const base = `${api_url}/api/calls/${call_id}`
  return {
    call_id,
    company_id: tx.company_id,
    campaign_id: call.campaign_id,
    direction: call.direction,
    skillbase_id,
    skillbase_version,
    ...buildPrompt(config, templateValuesOf(contact)),
    tools: config.tools.filter(({ enabled }) => enabled).map(wireOfTool),
    ...providersOf(config),
    collect: Object.keys(config.agent.crm_field_mapping).toSorted(),
    limits: { max_call_duration_sec: await longestOf(tx, call) },
    report: {
      brief_url: `${base}/brief`,
      turns_url: `${base}/turns`,
      complete_url: `${base}/complete`,
      telemetry_url: `${api_url}/api/telemetry`,
      token: token ?? (await createCallToken(tx, call_id)),
    },
  }
}

/** Who listens, thinks and speaks, as the config has it; what it leaves open is null. */
function providersOf({ voice, llm, context }: SkillbaseConfig) {
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

/** What the agent does when the model calls a function. A secret is told by its name: its value is the agent's own. */
const wireOfTool = (tool: Tool) => ({
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
  message: tool.type === 'http' ? null : (tool.message ?? null),
})

/** Seconds a conversation may last; null where nobody has said. */
async function longestOf(tx: Tx, { id, campaign_id }: Call): Promise<number | null> {
  const [found] =
    campaign_id === null
      ? await tx
          .select({ seconds: testCalls.max_call_duration_sec })
          .from(testCalls)
          .where(and(eq(testCalls.company_id, tx.company_id), eq(testCalls.call_id, id)))
      : await tx
          .select({ seconds: campaigns.max_call_duration_sec })
          .from(campaigns)
          .where(and(eq(campaigns.company_id, tx.company_id), eq(campaigns.id, campaign_id)))
  return found?.seconds ?? null
}
