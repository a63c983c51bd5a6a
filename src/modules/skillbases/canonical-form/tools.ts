import { childPointer } from '../../../lib/schema/json-pointer.ts'
import { isObject, type JsonObject, ownValue, type ReadingReport } from './reading-report.ts'

/** Fields of tools by their other names. */
const nameByAlias: ReadonlyMap<string, string> = new Map([
  ['api_url', 'url'],
  ['endpoint', 'url'],
  ['phone_number', 'destination'],
  ['phone_or_sip', 'destination'],
  ['target', 'destination'],
])

/** The type of a tool that only has one of these names. */
const typeByName: ReadonlyMap<string, string> = new Map([
  ...['end_call', 'end_conversation', 'hang_up', 'hangup'].map((name) => [name, 'end_call'] as const),
  ...['handoff', 'transfer', 'transfer_call', 'transfer_to_agent', 'transfer_to_operator'].map(
    (name) => [name, 'handoff'] as const,
  ),
])

/** Reads tools of the form {name, config, enabled}: the fields of `config` are those of the tool, which determine its type. */
export function readTools(sent: readonly unknown[], report: ReadingReport): unknown[] {
  return sent.map((value, i) => {
    const pointer = `/tools/${i}`
    if (!isObject(value)) return value
    const { config, ...others } = value
    const hasConfig = Object.hasOwn(value, 'config')
    if (hasConfig && config !== null && !isObject(config)) {
      report.reject(`${pointer}/config`, 'Must be an object with the fields of the tool.')
      report.moved(`${pointer}/type`, `${pointer}/config`)
      return others
    }
    const tool = isObject(config) ? withConfig(others, config, pointer, report) : others
    return Object.hasOwn(tool, 'type') ? tool : withType(tool, hasConfig, pointer, report)
  })
}

/** The tool with the fields of its `config`. */
function withConfig(
  tool: JsonObject,
  config: JsonObject,
  pointer: string,
  report: ReadingReport,
): JsonObject {
  const fields = new Map(Object.entries(tool))
  if (!fields.has('url')) report.moved(`${pointer}/url`, `${pointer}/config/url`)
  for (const [sentName, sentValue] of Object.entries(config)) {
    const sentPointer = childPointer(`${pointer}/config`, sentName)
    const [name, value] = canonicalField(sentName, sentValue, sentPointer, report)
    if (value === null || value === undefined) {
      report.convert(sentPointer, 'Empty, so it is read as not given.')
    } else if (fields.has(name) && JSON.stringify(fields.get(name)) !== JSON.stringify(value)) {
      report.reject(sentPointer, `The tool has two values for \`${name}\`. Send one of them.`)
    } else {
      fields.set(name, value)
      report.convert(sentPointer, `Read as \`${name}\` of the tool.`)
      report.moved(childPointer(pointer, name), sentPointer)
    }
  }
  return Object.fromEntries(fields)
}

/** The name and value of a field of `config` in the canonical form; the value is undefined when it contains nothing. */
function canonicalField(
  name: string,
  value: unknown,
  pointer: string,
  report: ReadingReport,
): [name: string, value: unknown] {
  if (name === 'description' && value === '') return [name, undefined]
  if (name !== 'targets' || !isObject(value)) return [nameByAlias.get(name) ?? name, value]
  const destinations = Object.values(value)
  if (destinations.length > 1) {
    report.reject(pointer, 'A tool hands over to one destination. Make one tool of each target.')
    return ['destination', undefined]
  }
  return ['destination', destinations[0]]
}

/** The tool with the type that its fields or its name determine. */
function withType(tool: JsonObject, hasConfig: boolean, pointer: string, report: ReadingReport): JsonObject {
  const name = ownValue(tool, 'name')
  const type = Object.hasOwn(tool, 'url')
    ? 'http'
    : Object.hasOwn(tool, 'destination')
      ? 'handoff'
      : typeByName.get(String(name))
  if (type !== undefined) {
    report.convert(pointer, `Read as a tool of type ${type}.`)
    return { type, ...tool }
  }
  if (hasConfig) {
    const detail =
      'It is unknown what the tool does. Give `url` for a tool that sends an HTTP request, `destination` for one that hands the call over, or a `type`: http, handoff or end_call.'
    report.reject(`${pointer}/config`, detail)
    report.moved(`${pointer}/type`, `${pointer}/config`)
  }
  return tool
}
