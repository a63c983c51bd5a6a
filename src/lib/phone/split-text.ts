/** A number as it is written, and what follows it. */
export interface WrittenNumber {
  /** Begins with a digit, a plus sign or an opening bracket; holds only digits, a plus sign and punctuation. */
  number: string
  extension: string | undefined
  /** Text before or after the number that is neither an extension nor a label. */
  otherText: string
}

const labels =
  'tel|telephone|telefon|telefono|teléfono|téléphone|telefone|phone|fon|mobile|mobil|mob|móvil|cell|cel|celular|handy|' +
  'home|work|office|callto|p|t|m|тел|телефон|моб|мобильный|мобильник|сот|сотовый|дом|домашний|раб|рабочий|т|м'
/** A label before a number: "Tel.: ", "тел. ", "tel:", "p:" (lists of Facebook). */
const labelBefore = new RegExp(`^(?:(?:${labels})(?:\\s*[.:]+\\s*|\\s+)(?=\\W|\\d))+`, 'iu')

/** Words for an extension in the languages of call lists, and the letters for a pause of a telephone ("p", "w"). */
const extensionWords =
  'ext(?:ension|ensi[oó]n|n)?|xtn?|x|х|доб(?:ав(?:очн(?:ый|ого)?)?)?|внутр?(?:енн(?:ий|его))?|вн|дод(?:атковий)?|ішкі|' +
  'durchwahl|dw|nebenstelle|nst|apparat|app|poste|anexo|int(?:erno?|erne)?|ramal|r|tw|wew(?:n(?:ętrzny)?)?|dahili|dah|' +
  'toestel|anknytning|ankn|lokal|ichki|分机|分機|转|轉|内線|p|w'
/**
 * An extension: after a word ("доб. 102", ";ext=104"), after "#", or after a comma or semicolon without a space,
 * which telephones dial as a pause (",104"). "06" after ", " may be the end of a second number, so it takes three digits.
 */
const extensionAfter = new RegExp(
  `^\\s*(?:[,;/]\\s*)?(?:\\(\\s*)?(?:` +
    `(?:(?:${extensionWords})\\.?\\s*(?:№|no\\.?|num\\.?|номер)?\\s*[.:=#-]?|[,;]*#)\\s*(?<word>\\d{1,11})` +
    `|[,;]+(?<pause>\\d{1,7})|[,;]\\s+(?<spaced>\\d{3,6})` +
    `)\\s*#?\\s*\\)?(?![\\p{L}\\d])`,
  'iu',
)

/** Brackets, spaces, dots, slashes, hyphens; "~" is where Russians wait for the dial tone ("8~10"). */
const numberAtStart = /^[\d\s().[\]/~+-]*[\d)\]]/
/** "(12)" after a whole number: an extension, a second ending or a note. */
const bracketsAtEnd = /(?<=(?:\d\D*){7})\s*[([]\s*\d+\s*[)\]]$/
const wordsBetweenNumbers = /\s(?:и\/или|или|и|and|or|und|oder|ou|et|o|y|і|або)\s+(?=[^\d]{0,12}[\d+(])/iu
const minDigits = 7

/** Splits a text that should hold telephone numbers: "+7 495 000-00-01 доб. 102 / +7 916 000-00-02". */
export const splitPhoneText = (text: string): WrittenNumber[] => splitNumbers(text).map(splitNumber)

function splitNumbers(text: string): string[] {
  const parts = text
    .split(/\n|:::|\||&/)
    .map((part) => part.trim())
    .flatMap((part) => part.split(wordsBetweenNumbers))
    .flatMap(splitBeforePlus)
    .flatMap((part) => splitBetweenNumbers(part, /(?=[,;])/))
    .flatMap((part) => splitBetweenNumbers(part, /(?=\s\/\s)/))
    .flatMap((part) => splitBetweenNumbers(part, /(?=\/)/))
    .map((part) => part.replace(/^[\s,;/]+/, '').replace(/(?<![\s,;./:-])[\s,;./:-]+$/, ''))
  return parts.filter((part) => part !== '')
}

/** Splits "+79160000001 +79160000002"; a plus sign after an international prefix ("00+44") belongs to its number. */
const splitBeforePlus = (text: string): string[] =>
  text.replace(/^\(?\s*(?:00|011|810)\s*(?=\+)/, '').split(/(?=\(?\+)(?<!=)(?<=\d[^\d+=]*)/)

/** Splits before a separator where both sides hold enough digits for a number; "030/1234567" and ",104" stay together. */
function splitBetweenNumbers(text: string, separator: RegExp): string[] {
  const parts: string[] = []
  for (const piece of text.split(separator)) {
    const previous = parts.at(-1)
    if (previous !== undefined && !(isLong(previous) && isLong(piece) && !startsWithExtension(piece))) {
      parts[parts.length - 1] = previous + piece
    } else parts.push(piece)
  }
  return parts
}

const isLong = (text: string) => text.replace(/\D/g, '').length >= minDigits
const startsWithExtension = (text: string) => extensionAfter.exec(text)?.groups?.word !== undefined

function splitNumber(text: string): WrittenNumber {
  const unlabeled = text.replace(labelBefore, '').trim()
  const number = (numberAtStart.exec(unlabeled)?.[0] ?? '').replace(bracketsAtEnd, '')
  let rest = unlabeled.slice(number.length)
  if (number === '') return { number, extension: undefined, otherText: rest }
  const extension = extensionAfter.exec(rest)
  if (extension !== null) rest = rest.slice(extension[0].length)
  const { word, pause, spaced } = extension?.groups ?? {}
  return {
    number: number.trim(),
    extension: word ?? pause ?? spaced,
    otherText: rest.replace(/^[\s.,;)\]]+$/, ''),
  }
}
