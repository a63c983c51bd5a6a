import type { ReadTx } from '../../db/transaction.ts'
import type { FieldError } from '../../lib/errors.ts'
import { findMissingPrices } from '../prices/index.ts'
import type { SkillbaseConfig } from './config/skillbase-config.ts'
import { type ConfigReport, configReport } from './config/validate-config.ts'
import type { Skillbase } from './skillbases.ts'
import { getVersionOf } from './versions.ts'

/**
 * The errors and warnings of a config, which is any JSON value. Models without a price are among the warnings when there
 * are no errors.
 *
 * @param now prices that apply at this instant count
 * @param prefix pointer to the config in the request body: `/config`, or '' when it is the whole body
 */
export async function reportConfig(
  tx: ReadTx,
  value: unknown,
  now: Date,
  prefix = '/config',
): Promise<ConfigReport> {
  const report = configReport(value, prefix)
  if (!report.valid) return report
  const unpriced = await priceWarnings(tx, report.canonical_config as SkillbaseConfig, now)
  const warnings = unpriced.map(({ pointer, detail }) => ({ pointer: `${prefix}${pointer}`, detail }))
  return { ...report, warnings: [...report.warnings, ...warnings] }
}

/** Models that have no price: the cost of their calls would not be known. */
async function priceWarnings(tx: ReadTx, { voice, llm }: SkillbaseConfig, now: Date): Promise<FieldError[]> {
  const models = [
    { component: 'tts', provider: voice.tts_provider, model: voice.tts_model, prefix: '/voice/tts_' },
    { component: 'stt', provider: voice.stt_provider, model: voice.stt_model, prefix: '/voice/stt_' },
    { component: 'llm', provider: llm.provider, model: llm.model, prefix: '/llm/' },
  ] as const
  const missing = await findMissingPrices(tx, models, now)
  return missing.map(({ component, provider, model, prefix }) => ({
    pointer: `${prefix}${model === undefined ? 'provider' : 'model'}`,
    detail: `There is no ${component} price for ${model === undefined ? `any model of ${provider}` : `${provider} ${model}`}, so the cost of calls will not be known. Add one with POST /api/prices, or an alias of a priced model with POST /api/price-aliases.`,
  }))
}

/** A skillbase with the warnings of its current config. */
export async function withWarnings(
  tx: ReadTx,
  skillbase: Skillbase,
  now: Date,
  prefix?: string,
): Promise<Skillbase & { warnings: FieldError[] }> {
  const { warnings } = await reportConfig(tx, skillbase.config, now, prefix)
  return { ...skillbase, warnings }
}

/** A skillbase with the warnings of its published version. */
export async function withPublishedWarnings(
  tx: ReadTx,
  skillbase: Skillbase,
  now: Date,
): Promise<Skillbase & { warnings: FieldError[] }> {
  const { config } = await getVersionOf(tx, skillbase, skillbase.published_version ?? skillbase.version)
  const { warnings } = await reportConfig(tx, config, now)
  return { ...skillbase, warnings }
}
