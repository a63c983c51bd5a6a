import { isStateId } from '../config/skillbase-config.ts'
import { isObject, type JsonObject, ownValue, type ReadingReport } from './reading-report.ts'
import { deriveStateId } from './state-ids.ts'

/** `next` of a state: where the conversation continues. */
export interface NextOfState {
  /** Position of the state in the flow, starting at 0. */
  position: number
  /** The id of the state; undefined when it has none, which is an error of the schema. */
  from: string | undefined
  value: unknown
}

/** Finds states by what transitions call them: the id, or the name where that is unique. */
export type FindState = (text: string) => { id: string } | 'unknown' | 'ambiguous'

export interface ReadStates {
  states: unknown[]
  /** The ids by position; undefined where a state has none. */
  ids: (string | undefined)[]
  knownIds: string[]
  nexts: NextOfState[]
  find: FindState
}

/** A state as it was sent, before it has an id. */
interface SentState {
  pointer: string
  /** An id that is valid as it is. */
  id: string | undefined
  /** What the id is derived from, and the field that contains it; undefined when the state has an id, or no name. */
  source: { text: string; pointer: string } | undefined
  /** The name, where it is written. */
  name: string | undefined
  fields: JsonObject | undefined
  value: unknown
}

/**
 * Reads states in all notations: a name in any language instead of an id, objects with only an id or only a name, and
 * `next`. Ids are derived from names; see `deriveStateId`.
 */
export function readStates(sent: readonly unknown[], report: ReadingReport): ReadStates {
  const parsed = sent.map((value, i) => parseState(value, `/flow/states/${i}`))
  rejectRepeatedNames(parsed, report)
  const taken = new Set(parsed.flatMap(({ id }) => (id === undefined ? [] : [id.toLowerCase()])))
  const nexts: NextOfState[] = []
  const idsByName = new Map<string, Set<string>>()
  const ids: (string | undefined)[] = []
  const states = parsed.map((state, position) => {
    const { source, name, fields } = state
    const id = state.id ?? (source && deriveStateId(source.text, position + 1, taken))
    ids.push(id)
    if (fields !== undefined && Object.hasOwn(fields, 'next'))
      nexts.push({ position, from: id, value: fields.next })
    if (id === undefined) return withoutNext(state)
    for (const text of [name, source?.text]) {
      if (text !== undefined) idsByName.set(keyOf(text), (idsByName.get(keyOf(text)) ?? new Set()).add(id))
    }
    return stateWithId(state, id, report)
  })
  const knownIds = ids.filter((id) => id !== undefined)
  const isKnown = new Set(knownIds)
  const find: FindState = (text) => {
    if (isKnown.has(text)) return { id: text }
    const [id, ...others] = idsByName.get(keyOf(text)) ?? []
    if (id === undefined) return 'unknown'
    return others.length === 0 ? { id } : 'ambiguous'
  }
  return { states, ids, knownIds, nexts, find }
}

/** Names are the same when they differ only in white space. */
const keyOf = (name: string) => name.normalize('NFC').trim().replace(/\s+/g, ' ')

function parseState(value: unknown, pointer: string): SentState {
  const empty = { pointer, id: undefined, source: undefined, name: undefined, fields: undefined, value }
  if (typeof value === 'string')
    return isStateId(value) ? { ...empty, id: value } : { ...empty, source: { text: value.trim(), pointer } }
  if (!isObject(value)) return empty
  const [id, name] = [ownValue(value, 'id'), ownValue(value, 'name')]
  const state = { ...empty, name: typeof name === 'string' ? name : undefined, fields: value }
  if (typeof id === 'string' && id.trim() !== '')
    return isStateId(id) ? { ...state, id } : { ...state, source: { text: id, pointer: `${pointer}/id` } }
  // An id of another type is an error of the schema.
  if ((id !== undefined && typeof id !== 'string') || typeof name !== 'string') return state
  return { ...state, source: { text: name, pointer: `${pointer}/name` } }
}

/** The canonical form of a state. */
function stateWithId(state: SentState, id: string, report: ReadingReport): unknown {
  const { pointer, source, fields, value } = state
  if (fields === undefined) {
    if (source === undefined) return value
    const read = { id, name: source.text }
    report.convert(pointer, `Read as the state ${JSON.stringify(read)}.`)
    for (const name of Object.keys(read)) report.moved(`${pointer}/${name}`, pointer)
    return read
  }
  if (source !== undefined) {
    report.convert(source.pointer, `The id "${id}" is derived from it.`)
    report.moved(`${pointer}/id`, source.pointer)
  }
  const { name = source?.text ?? id, prompt, ...others } = withoutNext(state) as JsonObject
  if (!Object.hasOwn(fields, 'name')) {
    report.convert(pointer, `No name is given, so it is ${JSON.stringify(name)}.`)
    report.moved(`${pointer}/name`, `${pointer}/id`)
  }
  if (prompt === null) report.convert(`${pointer}/prompt`, 'null is read as no prompt.')
  return { ...others, id, name, ...(prompt !== null && prompt !== undefined && { prompt }) }
}

function withoutNext({ fields, value }: SentState): unknown {
  if (fields === undefined) return value
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'next'))
}

/** A name that stands for an id must be the only one, ignoring case: it would be unclear which state is meant. */
function rejectRepeatedNames(states: readonly SentState[], report: ReadingReport): void {
  const firstByName = new Map<string, SentState>()
  for (const state of states) {
    const text = state.source?.text ?? state.name ?? state.id
    if (text === undefined) continue
    const key = keyOf(text).toLowerCase()
    const first = firstByName.get(key)
    if (first === undefined) firstByName.set(key, state)
    else if (state.source !== undefined || first.source !== undefined) {
      const detail = `Duplicate state "${text}": ${first.source?.pointer ?? first.pointer} has the same name. Give each state another name, or an id.`
      report.reject(state.source?.pointer ?? state.pointer, detail)
    }
  }
}
