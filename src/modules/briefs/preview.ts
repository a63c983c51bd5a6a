import type { Tx } from '../../db/transaction.ts'
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

export interface SampleContact {
  contact_name?: string | undefined
  /** JSON of an object. */
  contact_data?: string | undefined
}

/** All that an agent would speak by, of a config and what is known. */
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
 * The prompt of a version, the newest without one, for a sample contact; without one each variable shows as its name.
 *
 * @throws Refusal 'not_found'; 'malformed' for contact_data that is no object; 'invalid' for a config that breaks rules
 */
export async function previewPrompt(
  tx: Tx,
  skillbase_id: string,
  version: number | undefined,
  sample: SampleContact,
) {
  const skillbase = await getSkillbase(tx, skillbase_id)
  const kept = await getVersion(tx, skillbase_id, version ?? skillbase.version)
  const config = parseStoredConfig(kept.config)
  const { name: company_name } = await getCompany(tx, tx.company_id)
  const isGiven = sample.contact_name !== undefined || sample.contact_data !== undefined
  const contact = { contact_name: sample.contact_name, contact_data: objectOf(sample.contact_data) }
  const known = templateValuesOf({ company_name, ...contact })
  const names = new Map(templateVariables(config).map((name) => [name, `[${name}]`]))
  const values = isGiven ? known : new Map([...names, ...known])
  return { skillbase_id, version: kept.version, ...buildPrompt(config, values) }
}

function objectOf(text: string | undefined): Record<string, unknown> {
  const refuse = () =>
    malformed('invalid_querystring', 'contact_data must be a JSON object, like {"clinic": "North"}.', [
      { pointer: '/contact_data', detail: 'is no JSON object' },
    ])
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    throw refuse()
  }
  throw refuse()
}
