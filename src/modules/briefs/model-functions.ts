import type { Tool } from '../skillbases/index.ts'

/** A tool as the model sees it: a function with the JSON Schema of its arguments. */
export interface ModelFunction {
  name: string
  description: string
  parameters: Record<string, unknown>
}

/** Descriptions of tools that have none. */
const defaultDescriptions: Record<Tool['type'], string> = {
  http: 'Calls a service.',
  handoff: 'Hands the call over to a person.',
  end_call: 'Ends the call.',
}

/** The enabled tools as functions for the model. URLs and names of secrets are left out. */
export const toModelFunctions = (tools: readonly Tool[]): ModelFunction[] =>
  tools
    .filter(({ enabled }) => enabled)
    .map((tool) => ({
      name: tool.name,
      description: tool.description ?? defaultDescriptions[tool.type],
      parameters: tool.type === 'http' ? tool.parameters : { type: 'object', properties: {} },
    }))
