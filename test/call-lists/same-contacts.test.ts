import { test } from 'tap'
import { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
import { readFile } from './read-file.ts'
import { encoded } from './setup.ts'
import { workbook } from './workbook-files.ts'

const random = new SeededRandom('same contacts')
const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T

function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items]
  return items.map(() => left.splice(Math.floor(random.next() * left.length), 1)[0] as T)
}

const digits = (n: number) => Array.from({ length: n }, () => Math.floor(random.next() * 10)).join('')

/** A Russian mobile number as people write it. */
function written(number: string): string {
  const [, area, a, b, c] = /^\+7(\d{3})(\d{3})(\d\d)(\d\d)$/.exec(number) as unknown as string[]
  return pick([
    number,
    `8 (${area}) ${a}-${b}-${c}`,
    `+7 ${area} ${a} ${b} ${c}`,
    `+7-${area}-${a}-${b}-${c}`,
    `8-${area}-${a}-${b}${c}`,
  ])
}

const names = [
  'Анна Петрова',
  'Борис Кузнецов',
  'Пётр "младший"',
  'Мария; Иванова',
  'Ольга, Смирнова',
  'Щербаков | сын',
]
const cities = 'Пермь,Орёл,Нижний Новгород,Москва,Уфа,Щёлково'.split(',')

/** Columns of a list, in the order in which they are defined, with the names that their headings may have. */
const headings = {
  phone: [
    'Телефон',
    'phone',
    'Phone Number',
    'МОБИЛЬНЫЙ ТЕЛЕФОН',
    'Моб. тел.',
    'Tel',
    'phone_number',
    'Абонент',
    'Кому звонить',
  ],
  name: ['ФИО', 'name', 'Full name', 'Имя клиента', 'Контакт'],
  city: ['Город', 'City', 'Населённый пункт'],
  contract: ['Договор', 'Contract no.', 'Номер договора'],
  tax: ['ИНН', 'Tax number'],
}
type Column = keyof typeof headings
const columns = Object.keys(headings) as Column[]

/** A valid tax number of 10 digits. */
function taxNumber(): string {
  const first = `7${digits(8)}`
  const sum = [2, 4, 10, 3, 5, 9, 4, 6, 8].reduce((total, weight, i) => total + weight * Number(first[i]), 0)
  return `${first}${(sum % 11) % 10}`
}

const makeList = (length: number): Record<Column, string>[] =>
  Array.from({ length }, (_, i) => ({
    phone: `+7916${String(1_000_000 + i * 7).padStart(7, '0')}`,
    name: pick(names),
    city: pick(cities),
    contract: `Д-${100 + i}`,
    tax: taxNumber(),
  }))

const quotedIfNeeded = (cell: string, always: boolean) =>
  always || /[",;\t|\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell

/** The list in one of the forms that programs and people give it, and whether its heading names the contacts' names. */
function variantOf(list: readonly Record<Column, string>[], hasHeading: boolean) {
  const order = shuffled(columns)
  const title = Object.fromEntries(columns.map((column) => [column, pick(headings[column])])) as Record<
    Column,
    string
  >
  const delimiter = pick([',', ';', '\t', '|'])
  const lineEnd = pick(['\n', '\r\n', '\r'])
  const encoding = pick([
    'utf-8',
    'utf-8 with BOM',
    'utf-16le',
    'utf-16be',
    'windows-1251',
    'koi8-r',
    'ibm866',
    'xlsx',
  ])
  const always = random.chance(0.3)
  const rows = shuffled(list).map((contact) =>
    order.map((column) => (column === 'phone' ? written(contact.phone) : contact[column])),
  )
  const above = hasHeading && random.chance(0.3) ? [['Список клиентов'], []] : []
  const head = hasHeading ? [...above, order.map((column) => title[column])] : []
  const table = [...head, ...rows]
  const lines = table.map((cells) => cells.map((cell) => quotedIfNeeded(cell, always)).join(delimiter))
  const text = `${lines.join(lineEnd)}${pick(['', lineEnd])}`
  return {
    file: encoding === 'xlsx' ? workbook({ sheets: [{ rows: table }] }) : encoded(text, encoding),
    order,
    title,
    description: JSON.stringify({ encoding, delimiter, lineEnd, order, title, hasHeading }),
  }
}

test('A list gives the same contacts however it is ordered, encoded, delimited and headed', async (t) => {
  for (let round = 0; round < 150; round++) {
    const list = makeList(3 + (round % 20))
    const hasHeading = random.chance(0.8)
    const { file, order, title, description } = variantOf(list, hasHeading)
    const { rows } = await readFile(file, { country: 'RU' })
    const keyOf = (column: Column) => (hasHeading ? title[column] : `column_${order.indexOf(column) + 1}`)
    const contacts = rows.map(({ phone_number, contact_name, contact_data, code }) => ({
      code,
      phone: phone_number,
      name: contact_name ?? contact_data[keyOf('name')],
      city: contact_data[keyOf('city')],
      contract: contact_data[keyOf('contract')],
      tax: contact_data[keyOf('tax')],
    }))
    const byPhone = (a: { phone: string | null }, b: { phone: string | null }) =>
      String(a.phone).localeCompare(String(b.phone))
    t.same(
      contacts.sort(byPhone),
      list.map((contact) => ({ code: null, ...contact })).sort(byPhone),
      `round ${round}: ${description}`,
    )
  }
})
