// Fills the tables between `<!-- generated: NAME -->` and `<!-- end -->` in docs/ from the code. `npm run docs` writes them;
// with --check (in `npm run verify`) it only compares, and fails when a page is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { environmentVariables } from '../src/config.ts'
import {
  callStatusDescriptions,
  callStatusSynonyms,
  campaignStatusDescriptions,
  campaignStatusSynonyms,
  completionRuleDescriptions,
  costComponentDescriptions,
  deliveryStatusDescriptions,
  duplicateRuleDescriptions,
  eventTypeDescriptions,
  importStatusDescriptions,
  keyScopeDescriptions,
  latencyDescriptions,
  livekitStateDescriptions,
  type OutcomeRetry,
  outcomeDescriptions,
  outcomeRules,
  outcomes,
  type StatusSynonyms,
  suppressionReasonDescriptions,
  suppressionSourceDescriptions,
  taskStatusDescriptions,
  taskStatusSynonyms,
  timezoneSourceDescriptions,
  unknownZoneDescriptions,
  versionPinningDescriptions,
} from '../src/db/schema/index.ts'
import { queryAliases } from '../src/http/query-aliases.ts'
import { errorCodes } from '../src/lib/error-codes.ts'
import { fileErrorCodes, rowErrorCodes } from '../src/lib/list-error-codes.ts'
import { countriesWithShorterHours, defaultHours, describeHours } from '../src/lib/time/customary-hours.ts'
import { turnErrorCodes, turnWarningCodes } from '../src/lib/turn-codes.ts'
import { campaignWarningDescriptions } from '../src/modules/campaigns/hours/warnings.ts'
import { type SipRule, sipClassRules, sipRules } from '../src/telephony/sip-status.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

const code = (value: string) => `\`${value}\``

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const descriptionTable = (head: string, meanings: Readonly<Record<string, string>>) =>
  table(
    [head, 'meaning'],
    Object.entries(meanings).map(([name, meaning]) => [code(name), meaning]),
  )

/** The retry that an outcome gets where the campaign's retry_policy does not name it. */
function retryText(retry: OutcomeRetry): string {
  switch (retry.kind) {
    case 'never':
      return 'never'
    case 'policy_only':
      return 'only if `retry_policy` names it'
    case 'on_request':
      return `up to ${retry.max} times, at the requested time; after \`${retry.minutes}\` when it is not known`
    case 'backoff':
      return `after ${retry.firstSec} s, doubled each time up to ${retry.maxSec} s; 10 failed attempts end the task`
    case 'delay': {
      const times = retry.max === 'max_retries' ? 'up to `max_retries` times' : `at most ${retry.max} time`
      const minutes =
        retry.minutes === 'retry_delay_minutes' ? '`retry_delay_minutes`' : `${retry.minutes} min`
      const cap = retry.atMost === undefined ? '' : `, at most ${retry.atMost} min`
      return `${times}, after ${minutes}${cap}`
    }
  }
}

const countsAsAttemptText = { true: 'yes', false: 'no', if_reached: 'if the contact was reached' } as const

const outcomeTable = () =>
  table(
    ['outcome', 'meaning', 'uses up an attempt', 'default retry', 'counted by the circuit breaker'],
    outcomes.map((outcome) => {
      const rule = outcomeRules[outcome]
      return [
        code(outcome),
        outcomeDescriptions[outcome],
        countsAsAttemptText[`${rule.countsAsAttempt}`],
        `${retryText(rule.retry)}${rule.countsAsAttempt === 'if_reached' ? '; soon and with backoff if the contact was not reached' : ''}`,
        rule.isOurFault ? 'yes' : 'no',
      ]
    }),
  )

/** The rules of final SIP statuses; listed rules with the same consequences share a row. */
function sipTable(): string {
  const rows = new Map<string, { label: string[]; rule: SipRule }>()
  const add = (label: string, rule: SipRule) => {
    const key = `${rule.outcome} ${rule.pauseReason !== undefined}`
    const row = rows.get(key) ?? { label: [], rule }
    row.label.push(label)
    rows.set(key, row)
  }
  for (const rule of sipRules) for (const status of rule.codes) add(String(status), rule)
  for (const row of rows.values()) row.label.sort()
  for (const [digit, rule] of Object.entries(sipClassRules)) {
    const isAnyListed = sipRules.some(({ codes }) => codes.some((status) => String(status)[0] === digit))
    add(isAnyListed ? `any other ${digit}xx` : `${digit}xx`, rule)
  }
  return table(
    ['SIP status', 'outcome', 'uses up an attempt', 'default retry', 'pauses the campaign'],
    [...rows.values()].map(({ label, rule: { outcome, pauseReason } }) => [
      label.join(', '),
      code(outcome),
      countsAsAttemptText[`${outcomeRules[outcome].countsAsAttempt}`],
      retryText(outcomeRules[outcome].retry),
      pauseReason === undefined ? 'no' : 'yes, at once',
    ]),
  )
}

const errorCodeTable = () =>
  table(
    ['status', 'code', 'meaning'],
    Object.entries(errorCodes)
      .sort(([, a], [, b]) => a.status - b.status)
      .map(([name, { status, meaning }]) => [String(status), code(name), meaning]),
  )

const queryAliasTable = () =>
  table(
    ['parameter', 'also accepted', 'difference'],
    queryAliases.map(({ alias, canonical, difference }) => [code(canonical), code(alias), difference ?? '']),
  )

function synonymTable(): string {
  const rowsOf = <S extends string>(kind: string, synonyms: StatusSynonyms<S>) =>
    Object.entries<readonly string[]>(synonyms)
      .filter(([, names]) => names.length > 0)
      .map(([status, names]) => [kind, code(status), names.map(code).join(', ')])
  return table(
    ['of', 'status', 'also accepted'],
    [
      ...rowsOf('campaigns', campaignStatusSynonyms),
      ...rowsOf('call tasks', taskStatusSynonyms),
      ...rowsOf('calls', callStatusSynonyms),
    ],
  )
}

const environmentTable = () =>
  table(
    ['variable', 'default', 'value'],
    environmentVariables.map(({ name, default: value, allowed }) => [
      code(name),
      value === undefined ? 'not set' : value === '' ? 'empty' : code(String(value)),
      allowed,
    ]),
  )

/** Countries that are not in the table have the default hours. */
const customaryHoursTable = () =>
  table(
    ['contacts in', 'are called, in their own time', 'source'],
    [
      ...countriesWithShorterHours.map(({ country, hours, source }) => [
        country.replace(/^the /, ''),
        describeHours(hours),
        source,
      ]),
      [
        'all other countries',
        describeHours(defaultHours),
        'within the laws of the United States (16 CFR 310.4(c): 08:00 to 21:00) and of Russia (230-FZ)',
      ],
    ],
  )

const sections: Record<string, () => string> = {
  outcomes: outcomeTable,
  sip_statuses: sipTable,
  customary_hours: customaryHoursTable,
  campaign_warnings: () => descriptionTable('warning', campaignWarningDescriptions),
  campaign_statuses: () => descriptionTable('campaign status', campaignStatusDescriptions),
  task_statuses: () => descriptionTable('task status', taskStatusDescriptions),
  call_statuses: () => descriptionTable('call status', callStatusDescriptions),
  import_statuses: () => descriptionTable('import status', importStatusDescriptions),
  duplicate_rules: () => descriptionTable('`on_duplicate`', duplicateRuleDescriptions),
  delivery_statuses: () => descriptionTable('delivery status', deliveryStatusDescriptions),
  suppression_reasons: () => descriptionTable('reason', suppressionReasonDescriptions),
  suppression_sources: () => descriptionTable('source', suppressionSourceDescriptions),
  timezone_sources: () => descriptionTable('`timezone_source`', timezoneSourceDescriptions),
  unknown_zone_rules: () => descriptionTable('`unknown_zone`', unknownZoneDescriptions),
  completion_rules: () => descriptionTable('`completes`', completionRuleDescriptions),
  version_pinning_rules: () => descriptionTable('`version_pinning`', versionPinningDescriptions),
  livekit_states: () => descriptionTable('state of a LiveKit call', livekitStateDescriptions),
  cost_components: () => descriptionTable('component', costComponentDescriptions),
  scopes: () => descriptionTable('scope', keyScopeDescriptions),
  event_types: () => descriptionTable('event type', eventTypeDescriptions),
  latencies: () => descriptionTable('field', latencyDescriptions),
  query_aliases: queryAliasTable,
  status_synonyms: synonymTable,
  error_codes: errorCodeTable,
  turn_error_codes: () => descriptionTable('code', turnErrorCodes),
  turn_warning_codes: () => descriptionTable('code', turnWarningCodes),
  row_error_codes: () => descriptionTable('code', rowErrorCodes),
  file_error_codes: () => descriptionTable('code', fileErrorCodes),
  environment: environmentTable,
}

const generatedSection = /<!-- generated: (\w+) -->\n[\s\S]*?<!-- end -->/g

/** Returns the text of a page with its tables generated again. @throws Error naming a section that does not exist */
function fill(page: string, text: string): string {
  return text.replace(generatedSection, (_, name: string) => {
    const render = sections[name]
    if (render === undefined) {
      throw new Error(
        `${page}: There is no generated section ${name}. Allowed are ${Object.keys(sections).join(', ')}.`,
      )
    }
    return `<!-- generated: ${name} -->\n${render()}\n<!-- end -->`
  })
}

const isCheck = process.argv.includes('--check')
let outdatedPages = 0
for (const page of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!page.endsWith('.md')) continue
  const text = readFileSync(`${folder}${page}`, 'utf8')
  const filled = fill(page, text)
  if (filled === text) continue
  outdatedPages++
  if (isCheck) process.stderr.write(`docs/${page} is out of date: run \`npm run docs\`.\n`)
  else writeFileSync(`${folder}${page}`, filled)
}
if (isCheck && outdatedPages > 0) process.exitCode = 1
