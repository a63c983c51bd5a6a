/** Lower case, ё as е, and one space for everything between letters and digits. */
export const normalizeWords = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** What a column, or a variable, with the name of a contact is called; compared after `normalizeWords`. */
export const contactNameAliases: readonly string[] = [
  'contact name',
  'name',
  'full name',
  'display name',
  'client',
  'customer',
  'customer name',
  'client name',
  'contact',
  'имя',
  'фио',
  'имя клиента',
  'фио клиента',
  'клиент',
  'контакт',
  'полное имя',
  'ф и о',
  'имя контакта',
  'полное имя контакта',
  'контактное лицо',
]

/** Names that stand for the name of a contact where no column has one of its aliases. */
export const givenNameAliases: readonly string[] = ['first name', 'given name']

const namesOfContact = new Set([...contactNameAliases, ...givenNameAliases])

/** Whether a variable of this name is the name of the contact, unless `contact_data` has a key of this name. */
export const isContactName = (name: string): boolean => namesOfContact.has(normalizeWords(name))
