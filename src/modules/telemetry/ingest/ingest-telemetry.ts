import type { Static } from '@sinclair/typebox'
import type { Db } from '../../../db/client.ts'
import { inCompany } from '../../../db/transaction.ts'
import { notFound, Refusal } from '../../../lib/errors.ts'
import { isObject } from '../../../lib/record-of.ts'
import type { ReportWarning } from '../../../lib/report-warnings.ts'
import { createItemValidator } from '../../../lib/schema/item-validator.ts'
import { isJsonWithin } from '../../../lib/schema/json-size.ts'
import { withoutInexactNumbers } from '../../../lib/schema/storable-json.ts'
import { isUuid } from '../../../lib/uuid.ts'
import { completeCall } from '../complete-call.ts'
import { readCompletion } from '../read-completion.ts'
import type { CommitTurns } from './group-commit.ts'
import { emptyResult, type IngestResult, validateTurns } from './ingest-turns.ts'
import { CompletionInput } from './input-schema.ts'
import { isNumberWithin, type Rejection } from './validate-turn.ts'

export interface TelemetryBatch {
  turns?: unknown[]
  completions?: unknown[]
}

type ItemKind = keyof TelemetryBatch

const validateCompletion = createItemValidator(CompletionInput)

/** An item without its call_id, and its position in the request. */
interface IndexedItem {
  index: number
  item: Record<string, unknown>
}

/**
 * Stores turns and completions of many calls. Each item is accepted or rejected on its own. All turns are stored before
 * the first completion, so a completion counts the turns of the same request.
 *
 * @param onlyCall the only call whose items are accepted, for callers whose token belongs to one call
 */
export async function ingestTelemetry(
  db: Db,
  commitTurns: CommitTurns,
  company_id: string,
  batch: TelemetryBatch,
  now: Date,
  onlyCall?: string,
): Promise<{ turns: IngestResult; completions: IngestResult }> {
  const turns = emptyResult()
  const ingestCall = ([call_id, items]: [string, IndexedItem[]]) =>
    rejectOnRefusal(turns, 'turns', items, async () => {
      const callTurns = validateTurns(
        call_id,
        items.map(({ item }) => item),
      )
      const { accepted, duplicates, rejected, warnings } = await commitTurns(company_id, callTurns)
      turns.accepted += accepted
      turns.duplicates += duplicates
      turns.rejected.push(...rejected.map((rejection) => withRequestIndex(rejection, items)))
      turns.warnings.push(
        ...warnings.map((warning) => ({ ...warning, index: requestIndexOf(warning.index, items) })),
      )
    })
  await Promise.all(groupByCall(batch.turns ?? [], 'turns', turns, onlyCall).map(ingestCall))
  const completions = emptyResult()
  for (const [call_id, items] of groupByCall(batch.completions ?? [], 'completions', completions, onlyCall)) {
    for (const indexed of items) {
      await rejectOnRefusal(completions, 'completions', [indexed], async () => {
        const { completion, warnings } = parseCompletion(indexed.item)
        const completed = await inCompany(db, company_id, (tx) => completeCall(tx, call_id, completion, now))
        completions.accepted++
        const { index } = indexed
        for (const warning of [...warnings, ...completed.warnings])
          completions.warnings.push({ index, ...warning })
      })
    }
  }
  return { turns, completions }
}

/**
 * Groups items by call and rejects those without a valid call_id. Groups are sorted by call id: concurrent requests then
 * lock calls in the same order and cannot deadlock.
 */
function groupByCall(
  items: unknown[],
  kind: ItemKind,
  result: IngestResult,
  onlyCall?: string,
): [string, IndexedItem[]][] {
  const groups = new Map<string, IndexedItem[]>()
  for (const [index, item] of items.entries()) {
    const { call_id, ...rest } = (item ?? {}) as Record<string, unknown>
    if (typeof call_id !== 'string' || !isUuid(call_id)) {
      const pointer = `/${kind}/${index}/call_id`
      result.rejected.push({ index, pointer, code: 'invalid', detail: 'Must be the id of a call, a UUID.' })
      continue
    }
    const key = call_id.toLowerCase()
    if (onlyCall !== undefined && key !== onlyCall) {
      const { code, message } = notFound('call')
      result.rejected.push({ index, pointer: `/${kind}/${index}`, code, detail: message })
      continue
    }
    groups.set(key, [...(groups.get(key) ?? []), { index, item: rest }])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

/**
 * Runs `operation`, which stores these items. A `Refusal` rejects them. Any other error, and the Refusal 'unavailable',
 * fails the whole request, so that the client sends it again.
 */
async function rejectOnRefusal(
  result: IngestResult,
  kind: ItemKind,
  items: IndexedItem[],
  operation: () => Promise<void>,
): Promise<void> {
  try {
    await operation()
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind === 'unavailable') throw error
    const { code, message, errors } = error
    for (const { index } of items) {
      const pointer = `/${kind}/${index}${errors?.[0]?.pointer ?? ''}`
      result.rejected.push({ index, pointer, code, detail: message })
    }
  }
}

/** The position in the request of a turn with this position among the turns of its call. */
const requestIndexOf = (index: number, items: IndexedItem[]) => items[index]?.index ?? index

function withRequestIndex(rejection: Rejection, items: IndexedItem[]): Rejection {
  const index = requestIndexOf(rejection.index, items)
  return { ...rejection, index, pointer: rejection.pointer.replace(/^\/turns\/\d+/, `/turns/${index}`) }
}

/**
 * Validates and reads the end of a call. Of `collected_data` that is too large only the opt-out and the time of a callback are
 * kept, and null in place of numbers that were changed when they were parsed, with a warning: without its end, the call would be
 * lost.
 *
 * @throws Refusal 'malformed'
 */
function parseCompletion(sent: Record<string, unknown>): ReturnType<typeof readCompletion> {
  const item = { ...sent }
  const changed: ReportWarning[] = []
  for (const error of validateCompletion(sent)) {
    if (isNumberWithin(error.pointer, 'collected_data')) {
      if (item.collected_data === sent.collected_data)
        item.collected_data = withoutInexactNumbers(sent.collected_data)
      changed.push({ field: 'collected_data', value: null, code: 'inexact_number', reason: error.detail })
      continue
    }
    const isTooLarge = error.pointer === '/collected_data' && isObject(sent.collected_data)
    if (!isTooLarge) throw new Refusal('malformed', 'invalid', error.detail, [error])
    delete item.collected_data
    Object.assign(item, fieldsWithEffect(sent.collected_data as Record<string, unknown>))
    changed.push({ field: 'collected_data', value: null, code: 'too_large', reason: error.detail })
  }
  const { completion, warnings } = readCompletion(item as Static<typeof CompletionInput>)
  return { completion, warnings: [...changed, ...warnings] }
}

/** No readable value is longer, as JSON. */
const maxEffectiveBytes = 1_000

/** The part of `collected_data` that decides about the contact; an empty object when there is none. */
function fieldsWithEffect(collected_data: Record<string, unknown>): { collected_data?: object } {
  const names = ['opt_out', 'callback_at'].filter(
    (name) => Object.hasOwn(collected_data, name) && isJsonWithin(collected_data[name], maxEffectiveBytes),
  )
  if (names.length === 0) return {}
  return { collected_data: Object.fromEntries(names.map((name) => [name, collected_data[name]])) }
}
