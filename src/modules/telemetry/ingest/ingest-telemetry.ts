import type { Db } from '../../../db/client.ts'
import { inCompany } from '../../../db/transaction.ts'
import { notFound, Refusal } from '../../../lib/errors.ts'
import { parseInstant } from '../../../lib/time/instants.ts'
import { type Completion, completeCall } from '../complete-call.ts'
import type { CommitTurns } from './group-commit.ts'
import { type IngestResult, validateTurns } from './ingest-turns.ts'
import { CompletionInput } from './input-schema.ts'
import { createItemValidator, isStorableJson, type Rejection, unstorableTextError } from './validate-turn.ts'

export interface TelemetryBatch {
  turns?: unknown[]
  completions?: unknown[]
}

const checkCompletion = createItemValidator(CompletionInput)
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** An item of the request beside its place in it; its call_id taken off. */
interface Placed {
  index: number
  item: Record<string, unknown>
}

/**
 * Takes turns and completions of many calls, each item answered by itself; the calls of a request are taken side by side.
 * Turns go first, so that a completion in the same request counts them. `only`: the one call that the sender speaks for.
 */
export async function ingestTelemetry(
  db: Db,
  takeTurns: CommitTurns,
  company_id: string,
  telemetry: TelemetryBatch,
  now: Date,
  only?: string,
): Promise<{ turns: IngestResult; completions: IngestResult }> {
  const turns = emptyTaken()
  const takeTurnsOf = ([call_id, placed]: [string, Placed[]]) =>
    guarded(turns, 'turns', placed, async () => {
      const items = placed.map(({ item }) => item)
      const taken = await takeTurns(company_id, validateTurns(call_id, items))
      turns.accepted += taken.accepted
      turns.duplicates += taken.duplicates
      turns.rejected.push(...taken.rejected.map((rejection) => inRequest(rejection, placed)))
    })
  await Promise.all(byCall(telemetry.turns ?? [], 'turns', turns, only).map(takeTurnsOf))
  const completions = emptyTaken()
  for (const [call_id, placed] of byCall(telemetry.completions ?? [], 'completions', completions, only)) {
    for (const one of placed) {
      await guarded(completions, 'completions', [one], async () => {
        const completion = readCompletion(one.item)
        await inCompany(db, company_id, (tx) => completeCall(tx, call_id, completion, now))
        completions.accepted++
      })
    }
  }
  return { turns, completions }
}

const emptyTaken = (): IngestResult => ({ accepted: 0, duplicates: 0, rejected: [] })

/** The items by their call, in the order of the calls' ids: two requests never wait for each other in a circle. */
function byCall(items: unknown[], kind: string, taken: IngestResult, only?: string): [string, Placed[]][] {
  const calls = new Map<string, Placed[]>()
  for (const [index, item] of items.entries()) {
    const { call_id, ...rest } = (item ?? {}) as Record<string, unknown>
    if (typeof call_id !== 'string' || !uuid.test(call_id)) {
      taken.rejected.push({
        index,
        pointer: `/${kind}/${index}/call_id`,
        code: 'invalid',
        detail: 'must be the id of a call',
      })
      continue
    }
    const key = call_id.toLowerCase()
    if (only !== undefined && key !== only) {
      const { code, message } = notFound('call')
      taken.rejected.push({ index, pointer: `/${kind}/${index}`, code, detail: message })
      continue
    }
    calls.set(key, [...(calls.get(key) ?? []), { index, item: rest }])
  }
  return [...calls].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** What a rule refuses is told of the items it concerns; any other failure ends the request. */
async function guarded(
  taken: IngestResult,
  kind: string,
  placed: Placed[],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind === 'unavailable') throw error
    for (const { index } of placed) {
      const pointer = `/${kind}/${index}${error.errors?.[0]?.pointer ?? ''}`
      taken.rejected.push({ index, pointer, code: error.code, detail: error.message })
    }
  }
}

/** A rejection tells of the items of one call; the request numbers them otherwise. */
function inRequest(rejection: Rejection, placed: Placed[]): Rejection {
  const index = placed[rejection.index]?.index ?? rejection.index
  return { ...rejection, index, pointer: rejection.pointer.replace(/^\/turns\/\d+/, `/turns/${index}`) }
}

function readCompletion(item: Record<string, unknown>): Completion {
  const fault = checkCompletion(item)
  if (fault !== undefined) throw new Refusal('malformed', 'invalid', fault.detail, [fault])
  if (!isStorableJson(JSON.stringify(item)))
    throw new Refusal('malformed', unstorableTextError.code, unstorableTextError.detail)
  const { ended_at, ...said } = item
  return { ...said, ...(ended_at !== undefined && { ended_at: parseInstant(String(ended_at), '/ended_at') }) }
}
