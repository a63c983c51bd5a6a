/*
 * Yes and no as people and models write them. Only whole texts are read: "not yes" is neither.
 */

const yes = new Set('true t yes y yep yeah on 1 да д ага истина верно так oui si sí ja sim'.split(' '))
const no = new Set('false f no n nope off 0 none null нет н ложь неверно ні non nein não'.split(' '))

/** Longer texts are sentences. */
const maxLength = 20

/**
 * The boolean that a value means: true and false, 1 and 0, and words such as "yes", "TRUE." or "да". undefined when it means
 * neither, and for values of other types.
 */
export function parseWrittenBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value === 1 ? true : value === 0 ? false : undefined
  if (typeof value !== 'string' || value.length > maxLength) return undefined
  const word = value
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s"'«».!]/g, '')
  if (yes.has(word)) return true
  return no.has(word) ? false : undefined
}
