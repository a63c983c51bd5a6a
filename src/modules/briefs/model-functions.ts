import type { Tool } from '../skillbases/index.ts'
import { fillTemplate, type TemplateValues } from './template-values.ts'

/** A tool as a model is told of it: a function with the JSON Schema of its arguments. */
export interface ModelFunction {
  name: string
  description: string
  parameters: Record<string, unknown>
}

const usual: Record<Tool['type'], string> = {
  http: 'Calls a service.',
  handoff: 'Hands the call over to a person.',
  end_call: 'Ends the call.',
}

/** The tools that are enabled, as functions: neither where they go nor by which secret is the model's to know. */
export const toModelFunctions = (
  tools: readonly Tool[],
  values: TemplateValues,
  unknown: string,
): ModelFunction[] =>
  tools
    .filter(({ enabled }) => enabled)
    .map((tool) => ({
      name: tool.name,
      description: fillTemplate(tool.description ?? usual[tool.type], values, unknown),
      parameters: tool.type === 'http' ? tool.parameters : { type: 'object', properties: {} },
    }))
