import type { ValidateFunction } from 'ajv'
import type { FieldError } from '../../../lib/errors.ts'
import { childPointer } from '../../../lib/schema/json-pointer.ts'
import { fieldErrors } from '../../../lib/schema/schema-errors.ts'
import type { SkillbaseConfig } from './skillbase-config.ts'
import type { HttpTool, Tool } from './tool-schemas.ts'

/** Rules for tools and handoff criteria that JSON Schema cannot express. */

/** Names of fields that usually contain secrets. */
const secretName =
  /(^|[_-])(api[_-]?key|(access|auth|refresh)?[_-]?token|secret|passw(or)?d|credentials?|authorization)$/i

const isSecretName = (name: string) => secretName.test(name)

/**
 * Errors of tools: duplicate names, URLs with credentials, arguments that are not valid JSON Schema.
 *
 * @param isJsonSchema validates a JSON Schema itself, with verbose errors
 */
export function toolErrors(tools: Tool[], isJsonSchema: ValidateFunction): FieldError[] {
  return [
    ...duplicateNames(tools.map(({ name }, i) => [name, `/tools/${i}/name`])),
    ...tools.flatMap((tool, i) =>
      tool.type === 'http' ? httpToolErrors(tool, `/tools/${i}`, isJsonSchema) : [],
    ),
  ]
}

function httpToolErrors(tool: HttpTool, pointer: string, isJsonSchema: ValidateFunction): FieldError[] {
  const headers = Object.keys(tool.headers).map((name): [string, string] => [
    name,
    childPointer(`${pointer}/headers`, name),
  ])
  const errors = [...urlErrors(tool.url, `${pointer}/url`), ...duplicateNames(headers)]
  if (!isJsonSchema(tool.parameters)) {
    for (const error of fieldErrors(isJsonSchema.errors ?? [])) {
      errors.push({
        pointer: `${pointer}/parameters${error.pointer}`,
        detail: `Not valid JSON Schema. ${error.detail}`,
      })
    }
  }
  return errors
}

function urlErrors(text: string, pointer: string): FieldError[] {
  if (!URL.canParse(text)) {
    return [{ pointer, detail: 'Must be an absolute URL such as https://crm.clinic.example/visits.' }]
  }
  const url = new URL(text)
  const hasCredentials =
    url.username !== '' || url.password !== '' || [...url.searchParams.keys()].some(isSecretName)
  if (!hasCredentials) return []
  const detail =
    'The URL contains a user, password or key. Send it in a header that refers to a secret instead.'
  return [{ pointer, detail }]
}

function duplicateNames(names: [name: string, pointer: string][]): FieldError[] {
  const firstPointerByName = new Map<string, string>()
  const errors: FieldError[] = []
  for (const [name, pointer] of names) {
    const earlier = firstPointerByName.get(name.toLowerCase())
    if (earlier === undefined) firstPointerByName.set(name.toLowerCase(), pointer)
    else {
      const detail = `Duplicate name "${name}": ${earlier} has the same name. Names must be unique, ignoring case.`
      errors.push({ pointer, detail })
    }
  }
  return errors
}

/** Errors for fields anywhere in the handoff criteria whose names suggest that they contain a secret. */
export function agentErrors({ handoff_criteria }: SkillbaseConfig['agent']): FieldError[] {
  const errors: FieldError[] = []
  const pending: [string, unknown][] = [['/agent/handoff_criteria', handoff_criteria]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, value] = next
    if (typeof value !== 'object' || value === null) continue
    for (const [name, child] of Object.entries(value)) {
      const pointer = childPointer(parent, name)
      if (isSecretName(name)) {
        const detail =
          'The name of this field suggests a secret. A config must not contain secrets: remove the field.'
        errors.push({ pointer, detail })
      }
      pending.push([pointer, child])
    }
  }
  return errors
}

/** Valid tools that are probably a mistake. */
export function toolWarnings(tools: Tool[]): FieldError[] {
  return tools.flatMap((tool, i) => {
    const pointer = `/tools/${i}`
    const warnings: FieldError[] = []
    if (!tool.enabled) {
      warnings.push({
        pointer: `${pointer}/enabled`,
        detail: 'The tool is disabled: the model does not see it.',
      })
    }
    if (tool.type !== 'http') return warnings
    if (tool.description === undefined) {
      const detail = 'The tool has no description, so the model can choose it only by its name.'
      warnings.push({ pointer, detail })
    }
    if (tool.url.startsWith('http:')) {
      const detail = 'The URL is not https: arguments and secrets are sent unencrypted.'
      warnings.push({ pointer: `${pointer}/url`, detail })
    }
    for (const [n, name] of (tool.parameters.required ?? []).entries()) {
      if (!Object.hasOwn(tool.parameters.properties ?? {}, name)) {
        const detail = `The argument "${name}" is required but is not defined in properties.`
        warnings.push({ pointer: `${pointer}/parameters/required/${n}`, detail })
      }
    }
    return warnings
  })
}
