/** Number formats that a workbook refers to by an id only (ECMA-376 18.8.30). All others of this range are dates. */
const builtInFormats: Record<number, string> = {
  0: 'General',
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'yyyy-mm-dd',
  15: 'yyyy-mm-dd',
  16: 'yyyy-mm-dd',
  17: 'yyyy-mm-dd',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  37: '#,##0;(#,##0)',
  38: '#,##0;(#,##0)',
  39: '#,##0.00;(#,##0.00)',
  40: '#,##0.00;(#,##0.00)',
  41: '#,##0',
  42: '#,##0',
  43: '#,##0.00',
  44: '#,##0.00',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss',
  48: '##0.0E+0',
  49: '@',
}
const isBuiltInDate = (id: number) => (id >= 27 && id <= 36) || (id >= 50 && id <= 58)

/** The format code of a number format id; `custom` are the codes that the workbook defines. */
export const formatCodeOf = (id: number, custom: ReadonlyMap<number, string>): string =>
  custom.get(id) ?? builtInFormats[id] ?? (isBuiltInDate(id) ? 'yyyy-mm-dd' : 'General')

const secondsPerDay = 86_400
/** Days from the epoch of Excel (1899-12-30, which makes up for its leap year 1900) and of Excel for Mac to 1970-01-01. */
const unixEpochSerial = 25_569
const days1904 = 1_462
/** Numbers with this many digits are shown without separators of thousands: they are more likely telephones than amounts. */
const minUngroupedDigits = 10

interface Section {
  kind: 'plain' | 'number' | 'date' | 'time'
  condition: ((value: number) => boolean) | undefined
  /** Literals, placeholders and time units, in order. */
  tokens: Token[]
}
type Token = { literal: string } | { code: string }

const sectionCache = new Map<string, Section[]>()
const maxCachedFormats = 1_000

/**
 * The text that a spreadsheet shows for a number: with its leading zeros, as a time, a duration or an amount. Exceptions: a
 * date is written as YYYY-MM-DD, because the order of day and month depends on the computer, and no digit is lost to rounding
 * by the width of the cell or by scientific notation.
 *
 * @param raw the number as the workbook stores it
 */
export function formatNumber(raw: string, code: string, is1904: boolean): string {
  const value = Number(raw)
  if (raw.trim() === '' || !Number.isFinite(value)) return raw
  const sections = sectionsOf(code)
  const index = sectionIndex(sections, value)
  const section = sections[index] as Section
  if (section.kind === 'plain') return plainNumber(raw)
  if (section.kind === 'date') return dateText(value, is1904)
  if (section.kind === 'time') {
    const hasHiddenDate = value >= 1 && !section.tokens.some((token) => codeOf(token).startsWith('['))
    return hasHiddenDate ? dateText(value, is1904) : timeText(value, section.tokens)
  }
  const hidesSign = index > 0 && sections.length > 1
  return numberText(hidesSign ? raw.replace('-', '') : raw, section.tokens)
}

/** The number with up to 15 significant digits, as spreadsheets calculate. All digits of an integer are kept. */
const plainNumber = (raw: string): string =>
  /^-?\d+$/.test(raw) ? raw : String(Number(Number(raw).toPrecision(15)))

function sectionsOf(code: string): Section[] {
  let sections = sectionCache.get(code)
  if (sections === undefined) {
    sections = splitSections(code).map(parseSection)
    if (sectionCache.size < maxCachedFormats) sectionCache.set(code, sections)
  }
  return sections
}

const splitSections = (code: string): string[] =>
  code.match(/(?:"[^"]*"|\\.|[^;"\\]|["\\])+|(?<=;|^)(?=;|$)/g) ?? ['General']

/** Positive; negative; zero; text - unless the sections have conditions. */
function sectionIndex(sections: readonly Section[], value: number): number {
  const conditional = sections.findIndex(({ condition }) => condition?.(value))
  if (conditional !== -1) return conditional
  if (sections[0]?.condition !== undefined) return Math.min(1, sections.length - 1)
  if (value < 0 && sections.length > 1) return 1
  return value === 0 && sections.length > 2 ? 2 : 0
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
  '<>': (value, limit) => value !== limit,
}

function parseSection(code: string): Section {
  const [, operator, limit] = /\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]/.exec(code) ?? []
  const compare = operator === undefined ? undefined : comparisons[operator]
  const condition = compare === undefined ? undefined : (value: number) => compare(value, Number(limit))
  const tokens = tokensOf(code)
  const codes = tokens.map(codeOf).join('')
  return { kind: tokens.length === 0 ? 'plain' : kindOf(codes), condition, tokens }
}

function kindOf(codes: string): Section['kind'] {
  if (
    /general|@|e[+-]|\//i.test(codes.replace(/am\/pm|a\/p/gi, '')) &&
    !/[ymdhs]/i.test(codes.replace(/general/gi, ''))
  )
    return 'plain'
  if (/\[(h+|m+|s+)\]|[hs]/i.test(codes) && !/[yd]/i.test(codes)) return 'time'
  if (/[ymd]/i.test(codes)) return 'date'
  return 'number'
}

/** Literals are quoted or escaped; _x and *x are only spacing; colours, conditions and locales are left out. */
function tokensOf(code: string): Token[] {
  const parts =
    code.match(/"[^"]*"|\\.|[_*].|\[[^\]]*\]|general|am\/pm|a\/p|e[+-]|y+|m+|d+|h+|s+|[0#?]|[\s\S]/gi) ?? []
  return parts.flatMap((part): Token[] => {
    if (/^"/.test(part)) return [{ literal: part.slice(1, -1) }]
    if (part.startsWith('\\')) return [{ literal: part.slice(1) }]
    if (/^[_*]./.test(part)) return []
    if (/^\[(h+|m+|s+)\]$/i.test(part)) return [{ code: part }]
    if (part.startsWith('[')) return [{ literal: /^\[\$([^-\]]*)/.exec(part)?.[1] ?? '' }]
    return /^(general|am\/pm|a\/p|e[+-]|[ymdhs]+|[0#?.,%@/])$/i.test(part)
      ? [{ code: part }]
      : [{ literal: part }]
  })
}

const codeOf = (token: Token): string => ('code' in token ? token.code : '')

/** YYYY-MM-DD, and HH:MM:SS unless the time is midnight. */
function dateText(serial: number, is1904: boolean): string {
  const days = serial - unixEpochSerial + (is1904 ? days1904 : 0)
  const date = new Date(Math.round(days * secondsPerDay) * 1000)
  if (Number.isNaN(date.getTime())) return String(serial)
  return date
    .toISOString()
    .replace(/\.000Z$/, '')
    .replace(/T00:00:00$/, '')
    .replace('T', ' ')
}

/** A time of day, or a duration if a unit is in brackets: [h] counts hours beyond 24. */
function timeText(value: number, tokens: readonly Token[]): string {
  const total = Math.round(Math.abs(value) * secondsPerDay)
  const hasHalfDays = tokens.some((token) => /^a/i.test(codeOf(token)))
  const hours = Math.floor(total / 3600) % (hasHalfDays ? 12 : 24)
  const texts = tokens.map((token) => {
    if ('literal' in token) return token.literal
    const unit = token.code.replace(/[[\]]/g, '').toLowerCase()
    const isTotal = token.code.startsWith('[')
    const padded = (count: number) => String(Math.floor(count)).padStart(unit.length, '0')
    if (unit.startsWith('h')) return padded(isTotal ? total / 3600 : hasHalfDays && hours === 0 ? 12 : hours)
    if (unit.startsWith('m')) return padded(isTotal ? total / 60 : (total / 60) % 60)
    if (unit.startsWith('s')) return padded(isTotal ? total : total % 60)
    if (unit.startsWith('a')) return total % secondsPerDay < secondsPerDay / 2 ? 'AM' : 'PM'
    return token.code
  })
  // Fractions of seconds are left out: the total is rounded.
  return (value < 0 ? '-' : '') + texts.join('').replace(/[.,]0+$/, '')
}

const isPlaceholder = (token: Token) => /^[0#?]$/.test(codeOf(token))

function numberText(raw: string, tokens: readonly Token[]): string {
  const point = tokens.findIndex((token) => codeOf(token) === '.')
  const integer = point === -1 ? tokens : tokens.slice(0, point)
  const lastPlaceholder = tokens.findLastIndex(isPlaceholder)
  const decimals = point === -1 ? [] : tokens.slice(point + 1)
  const percents = tokens.filter((token) => codeOf(token) === '%').length
  const thousands = tokens.slice(lastPlaceholder + 1).filter((token) => codeOf(token) === ',').length
  const digits = roundedDigits(raw, percents * 2 - thousands * 3, decimals.filter(isPlaceholder).length)
  const isGrouped = integer.some(
    (token, i) => codeOf(token) === ',' && i < integer.findLastIndex(isPlaceholder),
  )
  const sign = raw.startsWith('-') && /[1-9]/.test(digits.integer + digits.decimals) ? '-' : ''
  const decimalText = placeDecimals(digits.decimals, decimals)
  const hasDecimals = point !== -1 && decimalText !== ''
  return `${sign}${placeInteger(digits.integer, integer, isGrouped)}${hasDecimals ? `.${decimalText}` : decimalText}`.trim()
}

/** The digits of a number times a power of ten, rounded. All digits of an integer are kept, however long it is. */
function roundedDigits(
  raw: string,
  exponent: number,
  decimals: number,
): { integer: string; decimals: string } {
  const isExactInteger = /^-?\d+$/.test(raw) && exponent === 0
  const text = isExactInteger
    ? raw.replace('-', '') + (decimals > 0 ? `.${'0'.repeat(decimals)}` : '')
    : Math.abs(Number((Number(raw) * 10 ** exponent).toPrecision(15))).toFixed(Math.min(decimals, 20))
  const [integer = '', fraction = ''] = text.split('.')
  return { integer: integer.replace(/^0+/, ''), decimals: fraction }
}

/** Fills the placeholders from the right; the first takes all digits that are left. 0 shows a zero where no digit is left. */
function placeInteger(digits: string, tokens: readonly Token[], isGrouped: boolean): string {
  const zeros = tokens.filter((token) => codeOf(token) === '0').length
  if (isGrouped) {
    const padded = digits.padStart(zeros, '0')
    const text = padded.length < minUngroupedDigits ? groupThousands(padded) : padded
    const first = tokens.findIndex(isPlaceholder)
    return (
      literalsOf(tokens.slice(0, first)) +
      text +
      literalsOf(tokens.slice(tokens.findLastIndex(isPlaceholder) + 1))
    )
  }
  const first = tokens.findIndex(isPlaceholder)
  let left = digits
  let text = ''
  for (const [i, token] of [...tokens.entries()].reverse()) {
    if (!isPlaceholder(token))
      text = ('literal' in token ? token.literal : token.code === '%' ? '%' : '') + text
    else if (i === first) text = left.padStart(codeOf(token) === '0' ? 1 : 0, '0') + text
    else {
      text = (left.slice(-1) || (codeOf(token) === '0' ? '0' : '')) + text
      left = left.slice(0, -1)
    }
  }
  return text
}

function groupThousands(digits: string): string {
  const first = digits.slice(0, digits.length % 3)
  const others = digits.slice(first.length).match(/.../g) ?? []
  return [...(first === '' ? [] : [first]), ...others].join(',')
}

const literalsOf = (tokens: readonly Token[]) =>
  tokens.map((token) => ('literal' in token ? token.literal : token.code === '%' ? '%' : '')).join('')

/** # leaves out zeros at the end. */
function placeDecimals(digits: string, tokens: readonly Token[]): string {
  const placeholders = tokens.filter(isPlaceholder)
  const minimum = placeholders.findLastIndex((token) => codeOf(token) === '0') + 1
  const significant = Math.max(minimum, digits.replace(/(?<!0)0+$/, '').length)
  return digits.slice(0, significant) + literalsOf(tokens)
}
