/** `{{name}}` in any text of a config stands for what is known of the contact. */
const variable = /\{\{\s*([\p{L}_][\p{L}\p{N}_]*)\s*\}\}/gu

/** A text with each variable in it replaced. */
export const replaceVariables = (text: string, wordFor: (name: string) => string): string =>
  text.replace(variable, (_, name: string) => wordFor(name))

/** The names that a config's texts speak of, each once, in the order they come. */
export function templateVariables(config: unknown): string[] {
  const found = new Set<string>()
  const look = (value: unknown): void => {
    if (typeof value === 'string') for (const [, name] of value.matchAll(variable)) found.add(name as string)
    else if (Array.isArray(value)) value.forEach(look)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look)
  }
  look(config)
  return [...found]
}
