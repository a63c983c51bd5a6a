import type { CountryCode } from 'libphonenumber-js/max'
import { cellText } from '../file/cell-text.ts'
import { isFieldValue, type TimeContext } from '../file/field-values.ts'
import { phoneTextsOf, readPhoneCellNumbers } from '../file/phone-cell.ts'
import type { ListKind, NamedField } from './column-names.ts'

/** Points of a cell with a valid number. Only a telephone is written with a plus sign, and few other numbers in groups. */
const plusPoints = 3
const groupedPoints = 2
const plainPoints = 1
/** Average points per filled cell from which a column surely holds telephones. */
const surePoints = groupedPoints

const datePattern = /^(\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})|(19|20)\d\d[./-]?\d\d[./-]?\d\d)\b/
const pricePattern = /^-?\d{1,3}([ ,.']\d{3})*[.,]\d{1,2}$|^\d+[.,]\d{1,2}$/
/** A number that a spreadsheet wrote as a decimal fraction, such as 79161234567.0. */
const wholeNumber = /^\+?\d{9,}[.,]0+$/
const maxLettersInNumber = 6

/** Whether a text is a phone number and nothing else: not a sentence with a number, a date or a price. */
export function isPhoneText(text: string, country: CountryCode | undefined): boolean {
  if (text.length > 60 || !/\d{2}/.test(text)) return false
  if (datePattern.test(text) || (pricePattern.test(text) && !wholeNumber.test(text))) return false
  if ((text.match(/\p{L}/gu) ?? []).length > maxLettersInNumber) return false
  return phoneTextsOf(text).some((part) => {
    const phone = readPhoneCellNumbers(part, country)
    return phone.ok || phone.code === 'ambiguous_phone_number'
  })
}

interface SampleOptions {
  country: CountryCode | undefined
  timezone: string
  now: Date
  /** Undefined: the file is a call list. */
  suppressions?: object | undefined
}

/** The first rows of a file, as evidence of what its columns hold. */
export class ColumnSample {
  readonly width: number
  readonly kind: ListKind
  private readonly rows: readonly (readonly unknown[])[]
  private readonly country: CountryCode | undefined
  private readonly timeContext: TimeContext
  private readonly points = new Map<number, number>()
  readonly isRejectedExport: boolean

  constructor(
    rows: readonly (readonly unknown[])[],
    { country, timezone, now, suppressions }: SampleOptions,
    isRejectedExport = false,
  ) {
    this.rows = rows
    this.kind = suppressions === undefined ? 'contacts' : 'suppressions'
    this.country = country
    this.timeContext = { timezones: [timezone], now }
    this.isRejectedExport = isRejectedExport
    this.width = Math.max(0, ...rows.map((cells) => cells.length))
  }

  /** The cells of a column that are not empty. */
  texts(column: number): string[] {
    return this.rows.map((cells) => cellText(cells[column])).filter((text) => text !== '')
  }

  /** How much a column looks like phone numbers; 0: not at all. Running numbers, tax numbers, dates and prices score 0. */
  phonePoints(column: number): number {
    let points = this.points.get(column)
    if (points === undefined) {
      points = this.computePoints(this.texts(column))
      this.points.set(column, points)
    }
    return points
  }

  private computePoints(texts: readonly string[]): number {
    if (areOtherNumbers(texts)) return 0
    const valid = texts.filter((text) => isPhoneText(text, this.country))
    // A column of which most cells are something else has numbers in it by chance.
    if (valid.length * 2 < texts.length) return 0
    return valid.map(pointsOf).reduce((sum, points) => sum + points, 0)
  }

  /** Whether at least one cell is a phone number, in a column that is named as one of phone numbers. */
  hasPhones(column: number): boolean {
    const texts = this.texts(column)
    return !areOtherNumbers(texts) && texts.some((text) => isPhoneText(text, this.country))
  }

  isSurelyPhone(column: number): boolean {
    const points = this.phonePoints(column)
    return points > 0 && points >= surePoints * this.texts(column).length
  }

  /**
   * Whether a column may fill a field: not if no value is one that the field accepts. A few values in a column that is mostly
   * empty are taken for mistakes, and their rows are rejected.
   */
  fits(column: number, field: NamedField): boolean {
    if (field === 'contact_name' || field === 'note') return true
    const texts = this.texts(column)
    return (
      texts.length * 2 < this.rows.length ||
      texts.length === 0 ||
      texts.some((text) => isFieldValue(field, text, this.timeContext))
    )
  }
}

function pointsOf(text: string): number {
  if (text.replace(/^['\s(]+/, '').startsWith('+')) return plusPoints
  const isGrouped = (text.match(/[\s().-]+/g) ?? []).length >= 2 && !/^\d{1,3}( \d{3})+$/.test(text)
  return isGrouped ? groupedPoints : plainPoints
}

const areOtherNumbers = (texts: readonly string[]): boolean =>
  areTaxNumbers(texts) || areRunningNumbers(texts)

/** Plain numbers that count up by one, such as those of rows or contracts. */
const areRunningNumbers = (texts: readonly string[]): boolean =>
  texts.length > 1 &&
  texts.every((text, i) => /^\d{1,9}$/.test(text) && (i === 0 || Number(text) === Number(texts[i - 1]) + 1))

/**
 * Russian tax numbers (ИНН) of 10 or 12 digits: more than half of them have valid check digits, by chance one of ten has.
 * Those of 10 digits that start with 9 are as likely mobile numbers.
 */
function areTaxNumbers(texts: readonly string[]): boolean {
  if (texts.length === 0 || !texts.every((text) => /^([0-8]\d{9}|\d{12})$/.test(text))) return false
  return texts.filter(isTaxNumber).length * 2 > texts.length
}

/** The weights of the check digits of a tax number (order MMV-7-6/435 of the Federal Tax Service). */
const checkWeights: Record<number, number[][]> = {
  10: [[2, 4, 10, 3, 5, 9, 4, 6, 8]],
  12: [
    [7, 2, 4, 10, 3, 5, 9, 4, 6, 8],
    [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8],
  ],
}

const isTaxNumber = (text: string): boolean =>
  (checkWeights[text.length] ?? []).every((weights) => {
    const sum = weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0)
    return (sum % 11) % 10 === Number(text[weights.length])
  })
