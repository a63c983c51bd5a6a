/** How spreadsheets write that a cell has no value, in English, Russian and German; NULL is that of databases. */
const emptyValue =
  /^(NULL|#N\/A|#N\/A!|#REF!|#VALUE!|#DIV\/0!|#NAME\?|#NULL!|#NUM!|#SPILL!|#CALC!|#FIELD!|#BLOCKED!|#GETTING_DATA|#Н\/Д|#ССЫЛКА!|#ЗНАЧ!|#ДЕЛ\/0!|#ИМЯ\?|#ПУСТО!|#ЧИСЛО!|#NV|#BEZUG!|#WERT!|#ZAHL!|#N\/D)$/
/** A text that was written as a formula, so that a spreadsheet keeps its zeros: ="0123". */
const textFormula = /^="((?:[^"]|"")*)"$/

/** The text that a cell stands for, without spaces around it: '' for an error value, the text of a formula ="0123". */
export function cellText(cell: unknown): string {
  const text = rawText(cell).trim()
  const first = text[0]
  if (first === '=') return textFormula.exec(text)?.[1]?.replaceAll('""', '"').trim() ?? text
  return (first === '#' || first === 'N') && emptyValue.test(text) ? '' : text
}

/** A cell as text; a value of JSON Lines that is not a text as JSON. */
export const rawText = (cell: unknown): string =>
  typeof cell === 'string'
    ? cell
    : cell === null || cell === undefined
      ? ''
      : typeof cell === 'object'
        ? JSON.stringify(cell)
        : String(cell)
