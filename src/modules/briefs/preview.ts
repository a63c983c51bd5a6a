import type { ReadTx } from '../../db/transaction.ts'
import { malformed } from '../../lib/errors.ts'
import { getCompany } from '../companies/index.ts'
import {
  getSkillbase,
  getVersion,
  parseStoredConfig,
  type SkillbaseConfig,
  templateVariables,
} from '../skillbases/index.ts'
import { type CallTime, callTimeAt } from './call-time.ts'
import { buildFlowGraph } from './flow-graph.ts'
import { localeOf, timeVariables } from './locale.ts'
import { toModelFunctions } from './model-functions.ts'
import { buildSystemPrompt, fillTexts, languageOf } from './prompt.ts'
import { type Contact, type TemplateValues, templateValuesOf } from './template-values.ts'

/** A contact to preview the prompt with. */
export interface SampleContact {
  contact_name?: string | undefined
  /** A JSON object, as text. */
  contact_data?: string | undefined
}

/** The values of a call: those of its contact, and of its time in the language of the bot. */
export const callValues = (config: SkillbaseConfig, contact: Contact, callTime: CallTime): TemplateValues =>
  templateValuesOf(contact, timeVariables(callTime, localeOf(languageOf(config))))

/**
 * Builds the instructions of an agent: language, time, system prompt, greeting, flow and functions.
 *
 * @returns also the tools of the config with their texts filled
 */
export function buildPrompt(config: SkillbaseConfig, values: TemplateValues, callTime: CallTime) {
  const filled = fillTexts(config, values)
  const prompt = {
    language: languageOf(config),
    now: callTime,
    system_prompt: buildSystemPrompt(filled, callTime),
    // null: the model composes it.
    greeting: filled.context.greeting || null,
    flow: buildFlowGraph(filled.flow),
    functions: toModelFunctions(filled.tools),
    variables: templateVariables(config)
      .map(({ name }) => ({ name, value: values(name) ?? null }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }
  return { prompt, tools: filled.tools }
}

/**
 * Builds the prompt of a version for a sample contact, whose time zone is not known. Without a contact, each variable is shown
 * as its name: `[name]`.
 *
 * @param version the newest when undefined
 * @param now the time of the call
 * @throws Refusal 'not_found'; 'malformed' when contact_data is not a JSON object; 'invalid' for an invalid stored config
 */
export async function previewPrompt(
  tx: ReadTx,
  skillbase_id: string,
  version: number | undefined,
  sample: SampleContact,
  now: Date,
) {
  const skillbase = await getSkillbase(tx, skillbase_id)
  const stored = await getVersion(tx, skillbase_id, version ?? skillbase.version)
  const config = parseStoredConfig(stored.config)
  const { name: company_name } = await getCompany(tx, tx.company_id)
  const hasSample = sample.contact_name !== undefined || sample.contact_data !== undefined
  const contact_data = parseContactData(sample.contact_data)
  const callTime = callTimeAt(now, { timezone: 'UTC', possible_timezones: [] })
  const contact = { company_name, contact_name: sample.contact_name, contact_data }
  const sampleValues = callValues(config, contact, callTime)
  const values = hasSample ? sampleValues : (name: string) => sampleValues(name) ?? `[${name}]`
  return { skillbase_id, version: stored.version, ...buildPrompt(config, values, callTime).prompt }
}

function parseContactData(text: string | undefined): Record<string, unknown> {
  const notAnObject = () =>
    malformed('invalid_querystring', 'contact_data must be a JSON object, such as {"clinic": "North"}.', [
      { pointer: '/contact_data', detail: 'Must be a JSON object, such as {"clinic": "North"}.' },
    ])
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    throw notAnObject()
  }
  throw notAnObject()
}
