/** `{{name}}` in any text of a config is replaced by data of the contact. */
const variable = /\{\{\s*([\p{L}_][\p{L}\p{N}_]*)\s*\}\}/gu

/** Replaces each variable in a text by the result of `replace` for its name. */
export const replaceVariables = (text: string, replace: (name: string) => string): string =>
  text.replace(variable, (_, name: string) => replace(name))

/** The names of the variables in all texts of a config, each once, in order of appearance. */
export function templateVariables(config: unknown): string[] {
  const names = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value === 'string') for (const [, name] of value.matchAll(variable)) names.add(name as string)
    else if (Array.isArray(value)) value.forEach(collect)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
  }
  collect(config)
  return [...names]
}
