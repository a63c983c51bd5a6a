import { test } from 'tap'
import { failureOf, numberOf, readFile } from './read-file.ts'
import { encoded } from './setup.ts'
import { workbook } from './workbook-files.ts'

/** The heading row of an export, and what people fill in. Columns that are not named here are empty. */
interface Export {
  heading: string[]
  delimiter?: string
  encoding?: string
  /** Lines above the heading. */
  above?: string[]
  people: Record<string, string>[]
  phones: string[]
  /** Number and further numbers of each person, or the code of the rejected row; then the name. */
  contacts: (string | null)[][]
}

const mobile = (i: number) => `+7916000000${i}`
const work = (i: number) => `+7495000000${i}`

const exports: Record<string, Export> = {
  'Google Contacts': {
    heading:
      'First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value'.split(
        ',',
      ),
    people: [
      {
        'First Name': 'Anna',
        Labels: '* myContacts',
        'Phone 1 - Label': 'Mobile',
        'Phone 1 - Value': mobile(1),
        'Phone 2 - Label': 'Work',
        'Phone 2 - Value': work(1),
      },
      {
        'First Name': 'Boris',
        'Phone 1 - Label': 'Mobile',
        'Phone 1 - Value': `${mobile(2)} ::: ${mobile(3)}`,
      },
      { 'First Name': 'Carla', 'Phone 2 - Label': 'Work', 'Phone 2 - Value': work(4) },
    ],
    phones: ['Phone 1 - Value', 'Phone 2 - Value'],
    contacts: [
      [mobile(1), work(1), 'Anna'],
      [mobile(2), mobile(3), 'Boris'],
      [work(4), 'Carla'],
    ],
  },
  'Google Contacts of former years': {
    heading:
      'Name,Given Name,Family Name,Notes,Group Membership,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value'.split(
        ',',
      ),
    people: [
      {
        Name: 'Anna Test',
        'Phone 1 - Type': 'Mobile',
        'Phone 1 - Value': mobile(1),
        'Phone 2 - Value': work(1),
      },
      { Name: 'Boris Test', 'Phone 1 - Type': 'Mobile', 'Phone 1 - Value': mobile(2) },
    ],
    phones: ['Phone 1 - Value', 'Phone 2 - Value'],
    contacts: [
      [mobile(1), work(1), 'Anna Test'],
      [mobile(2), 'Boris Test'],
    ],
  },
  Outlook: {
    heading:
      "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Notes,Priority,Private,Sensitivity".split(
        ',',
      ),
    encoding: 'windows-1252',
    people: [
      {
        'First Name': 'Jürgen',
        "Assistant's Phone": '+49 30 90009',
        'Business Phone': '+49 89 2180 1234',
        'Mobile Phone': '+49 151 12345601',
        Priority: 'Normal',
      },
      {
        'First Name': 'René',
        'Business Fax': '+49 89 2180 1239',
        'Business Phone': '+49 89 2180 1235',
        Priority: 'High',
      },
    ],
    phones: [
      'Mobile Phone',
      'Primary Phone',
      'Home Phone',
      'Home Phone 2',
      'Business Phone',
      'Business Phone 2',
      'Company Main Phone',
      'Other Phone',
    ],
    contacts: [
      ['+4915112345601', '+498921801234', 'Jürgen'],
      ['+498921801235', 'René'],
    ],
  },
  HubSpot: {
    heading:
      'Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,Primary Associated Company ID,Last Activity Date (GMT+1),Lead Status,Marketing contact status,Create Date (GMT+1)'.split(
        ',',
      ),
    people: [
      {
        'Record ID': '89160000099',
        'First Name': 'Anna',
        'Phone Number': work(1),
        'Mobile Phone Number': mobile(1),
      },
      { 'Record ID': '89160000098', 'First Name': 'Boris', 'Phone Number': work(2) },
    ],
    phones: ['Mobile Phone Number', 'Phone Number'],
    contacts: [
      [mobile(1), work(1), 'Anna'],
      [work(2), 'Boris'],
    ],
  },
  Bitrix24: {
    heading:
      'ID;Обращение;Имя;Отчество;Фамилия;Дата рождения;Рабочий телефон;Мобильный телефон;Номер факса;Домашний телефон;Номер пейджера;Телефон для SMS-рассылки;Другой телефон;Корпоративный сайт;Рабочий e-mail;Тип контакта;Источник;Компания;Ответственный'.split(
        ';',
      ),
    delimiter: ';',
    encoding: 'utf-8 with BOM',
    people: [
      {
        ID: '101',
        Имя: 'Анна',
        'Рабочий телефон': work(1),
        'Мобильный телефон': mobile(1),
        'Номер факса': work(9),
      },
      { ID: '102', Имя: 'Борис', 'Рабочий телефон': work(2) },
    ],
    phones: ['Мобильный телефон', 'Домашний телефон', 'Рабочий телефон', 'Другой телефон'],
    contacts: [
      [mobile(1), work(1), 'Анна'],
      [work(2), 'Борис'],
    ],
  },
  amoCRM: {
    heading:
      'ID;Полное имя контакта;Имя;Фамилия;Компания контакта;Ответственный;Дата создания контакта;Теги;Ближайшая задача;Рабочий телефон;Рабочий прямой телефон;Мобильный телефон;Факс;Домашний телефон;Другой телефон;Рабочий email;Должность (контакт)'.split(
        ';',
      ),
    delimiter: ';',
    encoding: 'windows-1251',
    people: [
      {
        ID: '31337001',
        'Полное имя контакта': 'Анна Тест',
        'Рабочий телефон': "'74950000001",
        'Мобильный телефон': "'79160000001",
      },
      { ID: '31337002', 'Полное имя контакта': 'Борис Тест', 'Рабочий телефон': "'74950000002" },
    ],
    phones: [
      'Мобильный телефон',
      'Домашний телефон',
      'Рабочий телефон',
      'Рабочий прямой телефон',
      'Другой телефон',
    ],
    contacts: [
      [mobile(1), work(1), 'Анна Тест'],
      [work(2), 'Борис Тест'],
    ],
  },
  '1C': {
    heading: 'Код;Наименование;ИНН;КПП;Контактное лицо;Телефон;Дата регистрации'.split(';'),
    delimiter: ';',
    encoding: 'windows-1251',
    above: ['Список контрагентов', 'ООО "Ромашка", тел. +7 495 000-00-09'],
    people: [
      {
        Код: '00-000001',
        ИНН: '7707083893',
        'Контактное лицо': 'Анна',
        Телефон: '8 (916) 000-00-01',
        'Дата регистрации': '01.12.2026',
      },
      {
        Код: '00-000002',
        ИНН: '7736050003',
        'Контактное лицо': 'Борис',
        Телефон: '8 (495) 000-00-02',
        'Дата регистрации': '02.12.2026',
      },
    ],
    phones: ['Телефон'],
    contacts: [
      [mobile(1), 'Анна'],
      [work(2), 'Борис'],
    ],
  },
  Salesforce: {
    heading:
      'Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Mailing Zip/Postal Code,Phone,Fax,Mobile,Home Phone,Other Phone,Asst. Phone,Email,Account Owner'.split(
        ',',
      ),
    people: [
      { 'First Name': 'Anna', Phone: work(1), Mobile: mobile(1), 'Asst. Phone': work(8) },
      { 'First Name': 'Boris', Phone: work(2), Fax: work(9) },
      { Salutation: 'Confidential Information - Do Not Distribute' },
    ],
    phones: ['Mobile', 'Phone', 'Home Phone', 'Other Phone'],
    contacts: [
      [mobile(1), work(1), 'Anna'],
      [work(2), 'Boris'],
      ['no_phone_number', null],
    ],
  },
  Zoho: {
    heading:
      'Record Id,Contact Owner.id,Contact Owner,Lead Source,First Name,Last Name,Account Name,Email,Title,Department,Phone,Home Phone,Other Phone,Fax,Mobile,Date of Birth,Assistant,Asst Phone,Mailing City'.split(
        ',',
      ),
    people: [
      {
        'Record Id': 'zcrm_1000000000001',
        'First Name': 'Anna',
        Phone: work(1),
        Mobile: mobile(1),
        'Asst Phone': work(8),
      },
      { 'Record Id': 'zcrm_1000000000002', 'First Name': 'Boris', Phone: work(2) },
    ],
    phones: ['Mobile', 'Phone', 'Home Phone', 'Other Phone'],
    contacts: [
      [mobile(1), work(1), 'Anna'],
      [work(2), 'Boris'],
    ],
  },
  'Apple Contacts': {
    heading:
      'First name,Last name,Company,Phone : iPhone,Phone : mobile,Phone : home,Phone : work,Phone : home fax,Email : home'.split(
        ',',
      ),
    encoding: 'macintosh',
    people: [
      {
        'First name': 'Zoë',
        'Phone : iPhone': '+33 6 12 34 56 78',
        'Phone : work': '+33 1 42 68 53 00',
        'Phone : home fax': '+33 1 42 68 53 09',
      },
      { 'First name': 'Hélène', 'Phone : work': '+33 1 42 68 53 01' },
    ],
    phones: ['Phone : iPhone', 'Phone : mobile', 'Phone : home', 'Phone : work'],
    contacts: [
      ['+33612345678', '+33142685300', 'Zoë'],
      ['+33142685301', 'Hélène'],
    ],
  },
}

test('Exports of address books and CRM systems are read without a mapping', async (t) => {
  for (const [name, list] of Object.entries(exports)) {
    const { delimiter = ',', encoding = 'utf-8', above = [] } = list
    const quote = (cell: string) => (/[",;]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
    const rows = [
      list.heading,
      ...list.people.map((person) => list.heading.map((column) => person[column] ?? '')),
    ]
    const text = [...above.map(quote), ...rows.map((cells) => cells.map(quote).join(delimiter))].join('\r\n')
    const sheets = [{ rows: [...above.map((line) => [line]), ...rows] }]
    for (const file of [encoded(text, encoding), workbook({ sheets })]) {
      const { reading, rows: read } = await readFile(file, { country: 'RU' })
      t.same(reading.phones, list.phones, `${name}: phones`)
      t.match(reading, { heading_line: above.length + 1, lines_above_heading: above.length }, name)
      const contacts = read.map(({ phone_number, further_numbers, contact_name, code }) => [
        code ?? phone_number,
        ...further_numbers.map(numberOf),
        contact_name,
      ])
      t.same(contacts, list.contacts, name)
    }
  }
})

test('A vCard, as Apple Contacts exports it, is refused with what to do', async (t) => {
  const card = `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nTEL:${mobile(1)}\r\nEND:VCARD`
  t.equal(await failureOf(card), 'unreadable_format')
})
