import { withoutInvisible } from './text.ts'

/*
 * Yes and no as people and models write them: only whole texts are read, "not yes" is neither. In the languages with the most
 * speakers and those of the neighbours, without words that mean something else in another of them.
 */

const yes = new Set(
  'true t yes y yep yeah on 1 да д ага истина верно так oui si sí sì ja sim tak evet иә ha ano igen נכון כן نعم हाँ हां 是 是的 はい 네 예'.split(
    ' ',
  ),
)
const no = new Set(
  'false f no n nope off 0 none null нет н ложь неверно ні non nein não nie nee nej nei hayır hayir жоқ yoq לא لا नहीं 否 不 不是 いいえ 아니요'.split(
    ' ',
  ),
)

/** Longer texts are sentences. */
export const maxAnswerLength = 20

/**
 * The boolean that a value means: true and false, 1 and 0, and words such as "yes", "TRUE." or "да". undefined when it means
 * neither, and for values of other types.
 */
export function parseWrittenBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value === 1 ? true : value === 0 ? false : undefined
  if (typeof value !== 'string' || value.length > maxAnswerLength) return undefined
  const word = withoutInvisible(value.normalize('NFKC'))
    .toLowerCase()
    .replace(/[\s"'`“”„«».!。]/g, '')
  if (yes.has(word)) return true
  return no.has(word) ? false : undefined
}

/** What a written answer to a yes-or-no question means. `unreadable`: it is neither. */
export type WrittenAnswer = 'yes' | 'no' | 'unreadable'

/** Reads an answer with `parseWrittenBoolean`. undefined, null and an empty text mean no. */
export function readWrittenAnswer(value: unknown): WrittenAnswer {
  if (value === undefined || value === null || value === '') return 'no'
  const isYes = parseWrittenBoolean(value)
  if (isYes === undefined) return 'unreadable'
  return isYes ? 'yes' : 'no'
}
