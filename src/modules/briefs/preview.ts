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
import { buildFlowGraph } from './flow-graph.ts'
import { localeOf } from './locale.ts'
import { toModelFunctions } from './model-functions.ts'
import { buildSystemPrompt, greetingOf, languageOf } from './prompt.ts'
import { type TemplateValues, templateValuesOf } from './template-values.ts'

/** A contact to preview the prompt with. */
export interface SampleContact {
  contact_name?: string | undefined
  /** A JSON object, as text. */
  contact_data?: string | undefined
}

/** Builds the instructions of an agent: language, system prompt, greeting, flow and functions. */
export function buildPrompt(config: SkillbaseConfig, values: TemplateValues) {
  const language = languageOf(config)
  return {
    language,
    system_prompt: buildSystemPrompt(config, values),
    greeting: greetingOf(config, values),
    flow: buildFlowGraph(config.flow),
    functions: toModelFunctions(config.tools, values, localeOf(language).unknownValue),
    variables: templateVariables(config)
      .toSorted()
      .map((name) => ({ name, value: values.get(name) ?? null })),
  }
}

/**
 * Builds the prompt of a version for a sample contact. Without a contact, each variable is shown as its name: `[name]`.
 *
 * @param version the newest when undefined
 * @throws Refusal 'not_found'; 'malformed' when contact_data is not a JSON object; 'invalid' for an invalid stored config
 */
export async function previewPrompt(
  tx: ReadTx,
  skillbase_id: string,
  version: number | undefined,
  sample: SampleContact,
) {
  const skillbase = await getSkillbase(tx, skillbase_id)
  const stored = await getVersion(tx, skillbase_id, version ?? skillbase.version)
  const config = parseStoredConfig(stored.config)
  const { name: company_name } = await getCompany(tx, tx.company_id)
  const hasSample = sample.contact_name !== undefined || sample.contact_data !== undefined
  const contact_data = parseContactData(sample.contact_data)
  const sampleValues = templateValuesOf({ company_name, contact_name: sample.contact_name, contact_data })
  const placeholders = new Map(templateVariables(config).map((name) => [name, `[${name}]`]))
  const values = hasSample ? sampleValues : new Map([...placeholders, ...sampleValues])
  return { skillbase_id, version: stored.version, ...buildPrompt(config, values) }
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
