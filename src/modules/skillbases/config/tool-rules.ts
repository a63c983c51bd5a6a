import type { ValidateFunction } from 'ajv'
import type { FieldError } from '../../../lib/errors.ts'
import { childPointer } from './limits.ts'
import type { SkillbaseConfig } from './skillbase-config.ts'
import type { HttpTool, Tool } from './tool-schemas.ts'

/** What must hold of tools and of what surrounds them, and what is odd. */

/** Names under which people keep keys. */
const secretName =
  /(^|[_-])(api[_-]?key|(access|auth|refresh)?[_-]?token|secret|passw(or)?d|credentials?|authorization)$/i

/**
 * What is wrong: names that are not unique, an address that carries a key, arguments that are no JSON schema.
 *
 * @param isSchema validates a JSON schema itself
 */
export function toolErrors(tools: Tool[], isSchema: ValidateFunction): FieldError[] {
  return [
    ...repeated(tools.map(({ name }, i) => [name, `/tools/${i}/name`])),
    ...tools.flatMap((tool, i) => (tool.type === 'http' ? httpFaults(tool, `/tools/${i}`, isSchema) : [])),
  ]
}

function httpFaults(tool: HttpTool, at: string, isSchema: ValidateFunction): FieldError[] {
  const headers = Object.keys(tool.headers).map((name): [string, string] => [
    name,
    childPointer(`${at}/headers`, name),
  ])
  const faults = [...urlFaults(tool.url, `${at}/url`), ...repeated(headers)]
  if (!isSchema(tool.parameters)) {
    for (const { instancePath, message } of isSchema.errors ?? []) {
      faults.push({ pointer: `${at}/parameters${instancePath}`, detail: `is no JSON schema: it ${message}` })
    }
  }
  return faults
}

function urlFaults(text: string, pointer: string): FieldError[] {
  if (!URL.canParse(text)) return [{ pointer, detail: 'is not a URL' }]
  const url = new URL(text)
  const holdsKey =
    url.username !== '' || url.password !== '' || [...url.searchParams.keys()].some(isSecretName)
  return holdsKey
    ? [{ pointer, detail: 'carries a user, password or key: send it as a header that names a secret' }]
    : []
}

const isSecretName = (name: string) => secretName.test(name)

function repeated(names: [name: string, pointer: string][]): FieldError[] {
  const first = new Map<string, string>()
  const faults: FieldError[] = []
  for (const [name, pointer] of names) {
    const earlier = first.get(name.toLowerCase())
    if (earlier === undefined) first.set(name.toLowerCase(), pointer)
    else faults.push({ pointer, detail: `is the same name as ${earlier}` })
  }
  return faults
}

/** Fields of the agent's open objects that are named like a key. */
export function agentErrors({ handoff_criteria }: SkillbaseConfig['agent']): FieldError[] {
  const faults: FieldError[] = []
  const open: [string, unknown][] = [['/agent/handoff_criteria', handoff_criteria]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [at, value] = next
    if (typeof value !== 'object' || value === null) continue
    for (const [name, inner] of Object.entries(value)) {
      const pointer = childPointer(at, name)
      if (isSecretName(name)) faults.push({ pointer, detail: 'is named like a key: a config holds none' })
      open.push([pointer, inner])
    }
  }
  return faults
}

/** What is allowed and hardly meant. */
export function toolWarnings(tools: Tool[]): FieldError[] {
  return tools.flatMap((tool, i) => {
    const at = `/tools/${i}`
    const warnings: FieldError[] = []
    if (!tool.enabled)
      warnings.push({ pointer: `${at}/enabled`, detail: 'is false: the model does not see this tool' })
    if (tool.type !== 'http') return warnings
    if (tool.description === undefined) {
      warnings.push({ pointer: at, detail: 'has no description: the model has only its name to choose by' })
    }
    if (tool.url.startsWith('http:')) {
      warnings.push({ pointer: `${at}/url`, detail: 'is not https: arguments and secrets travel readable' })
    }
    for (const [n, name] of (tool.parameters.required ?? []).entries()) {
      if (!Object.hasOwn(tool.parameters.properties ?? {}, name)) {
        warnings.push({ pointer: `${at}/parameters/required/${n}`, detail: 'is not among the properties' })
      }
    }
    return warnings
  })
}
