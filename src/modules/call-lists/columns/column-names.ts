import { contactNameAliases, givenNameAliases, normalizeWords } from '../../../lib/contact-names.ts'

/** Fields of a contact that a column can fill. */
export const contactFields = [
  'phone_number',
  'contact_name',
  'timezone',
  'priority',
  'next_attempt_at',
] as const
export type ContactField = (typeof contactFields)[number]

/** Fields of a suppression that a column can fill. */
export const suppressionFields = ['phone_number', 'reason', 'note', 'expires_at'] as const
export type SuppressionField = (typeof suppressionFields)[number]

export type ListKind = 'contacts' | 'suppressions'
export type RowField = ContactField | SuppressionField
export type NamedField = Exclude<RowField, 'phone_number'>

/** Names of columns that are recognised without a mapping, compared after `normalize`. */
const aliases: Record<NamedField, readonly string[]> = {
  contact_name: contactNameAliases,
  timezone: ['timezone', 'time zone', 'tz', 'zone', 'часовой пояс', 'таймзона', 'временная зона'],
  priority: ['priority', 'приоритет'],
  next_attempt_at: [
    'next attempt at',
    'call at',
    'call time',
    'call after',
    'позвонить в',
    'время звонка',
    'когда звонить',
  ],
  reason: ['причина', 'основание'],
  note: ['notes', 'comment', 'comments', 'примечание', 'примечания', 'комментарий', 'заметка', 'заметки'],
  expires_at: [
    'expires',
    'expiry',
    'expiry date',
    'expiration date',
    'valid until',
    'действует до',
    'истекает',
  ],
}

export const fieldsOfKind: Record<ListKind, readonly RowField[]> = {
  contacts: contactFields,
  suppressions: suppressionFields,
}

/** The words of a name of a column; see `normalizeWords`. */
export const normalize = normalizeWords

const fieldsByName = new Map(
  Object.entries(aliases).flatMap(([field, names]) =>
    [field, ...names].map((name) => [normalize(name), field as NamedField] as const),
  ),
)

/** The field, other than phone_number, that a column of this name fills without a mapping; undefined: none. */
export function fieldByName(name: string, kind: ListKind): NamedField | undefined {
  const field = fieldsByName.get(normalize(name))
  return field !== undefined && fieldsOfKind[kind].includes(field) ? field : undefined
}

export const isGivenName = (name: string): boolean => givenNameAliases.includes(normalize(name))

/** Words of which a column of phone numbers has at least one. */
const phoneWords = new Set(
  'phone phones iphone telephone tel mobile cell cellphone msisdn телефон телефоны тел моб мобильный сотовый телефона telefon telefono teléfono telefone téléphone telefonnummer rufnummer handy handynummer móvil movil celular cellulare portable'.split(
    ' ',
  ),
)
/**
 * Kinds of phone columns in the order in which they are tried: a person is most likely to be reached on a mobile phone. Words
 * of none of the kinds, such as fax, type or assistant, mean that the column does not hold the contact's own number.
 */
const kindWords: readonly ReadonlySet<string>[] = [
  'mobile iphone cell cellphone msisdn моб мобильный мобильного сотовый сотового переносной handy handynummer móvil movil celular cellulare portable',
  'primary main основной value number no num номер contact contacts customer client контактный контакт контакта клиента клиент абонента контрагента покупателя',
  'home personal private домашний личный',
  'work business office company direct рабочий организации компании прямой',
  'other additional second secondary другой дополнительный доп второй',
].map((words) => new Set(words.split(' ')))
const genericKind = 1

/** Names that may mean a phone number, or a running number or number of a contract: their contents decide. */
const vagueNames = ['number', 'contact number', 'номер', 'номер абонента', 'номер клиента']

/**
 * The rank of a column of phone numbers among several, by its name: the one with the lowest is tried first. undefined: the
 * name is not that of a column of phone numbers.
 */
export function phoneRank(name: string): number | undefined {
  if (name.trim() === 'phone_number') return 0
  const words = normalize(name)
    .split(' ')
    .filter((word) => !/^\d+$/.test(word))
  if (!words.some((word) => phoneWords.has(word))) return undefined
  const kinds = words.map((word) => kindWords.findIndex((kind) => kind.has(word)))
  if (kinds.some((kind, i) => kind === -1 && !phoneWords.has(words[i] as string))) return undefined
  if (kinds.includes(0)) return 1
  return 1 + Math.max(genericKind, ...kinds)
}

/** Names of columns with the country, or its calling code, of the phone numbers beside them. */
const countryNames = new Set(
  [
    'country',
    'country code',
    'country iso',
    'iso',
    'calling code',
    'dial code',
    'dialing code',
    'dialling code',
    'phone code',
    'phone country code',
    'код страны',
    'страна',
    'land',
    'ländervorwahl',
    'landesvorwahl',
    'pays',
    'indicatif',
    'país',
    'prefijo',
    'ddi',
  ].map(normalize),
)

/** Indexes of the columns with such a name. */
export const countryColumns = (names: readonly string[]): number[] =>
  names.flatMap((name, i) => (countryNames.has(normalize(name)) ? [i] : []))

/** Whether a name may stand for a phone number, but does not have to. */
export const isVaguePhoneName = (name: string): boolean => vagueNames.includes(normalize(name))
