/** Columns of DEF-9xx.csv. The first letter of the first one and the "В" after it are Cyrillic. */
const header = 'АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН'
const columns = header.split(';').length

/** Regions by their zone of the IANA time zone database, as the register names them. */
const regionsByZone: Readonly<Record<string, string>> = {
  'Europe/Kaliningrad': 'Калининградская область',
  'Europe/Moscow': `Архангельская область|Белгородская область|Брянская область|Владимирская область|Вологодская область|
    Воронежская область|Город Москва|Город Санкт-Петербург|Донецкая Народная Республика|Запорожская область|
    Ивановская область|Кабардино-Балкарская Республика|Калужская область|Карачаево-Черкесская Республика|
    Костромская область|Краснодарский край|Курская область|Ленинградская область|Липецкая область|
    Луганская Народная Республика|Московская область|Мурманская область|Ненецкий автономный округ|
    Нижегородская область|Новгородская область|Орловская область|Пензенская область|Псковская область|
    Республика Адыгея|Республика Дагестан|Республика Ингушетия|Республика Калмыкия|Республика Карелия|Республика Коми|
    Республика Марий Эл|Республика Мордовия|Республика Северная Осетия - Алания|Республика Татарстан|
    Ростовская область|Рязанская область|Смоленская область|Ставропольский край|Тамбовская область|Тверская область|
    Тульская область|Херсонская область|Чеченская Республика|Чувашская Республика - Чувашия|Ярославская область`,
  'Europe/Simferopol': 'Город Севастополь|Республика Крым',
  'Europe/Kirov': 'Кировская область',
  'Europe/Volgograd': 'Волгоградская область',
  'Europe/Astrakhan': 'Астраханская область',
  'Europe/Samara': 'Самарская область|Удмуртская Республика',
  'Europe/Saratov': 'Саратовская область',
  'Europe/Ulyanovsk': 'Ульяновская область',
  'Asia/Yekaterinburg': `Курганская область|Оренбургская область|Пермский край|Республика Башкортостан|
    Свердловская область|Тюменская область|Ханты-Мансийский автономный округ - Югра|Челябинская область|
    Ямало-Ненецкий автономный округ`,
  'Asia/Omsk': 'Омская область',
  'Asia/Barnaul': 'Алтайский край|Республика Алтай',
  'Asia/Novosibirsk': 'Новосибирская область',
  'Asia/Tomsk': 'Томская область',
  'Asia/Novokuznetsk': 'Кемеровская область - Кузбасс',
  'Asia/Krasnoyarsk': 'Красноярский край|Республика Тыва|Республика Хакасия',
  'Asia/Irkutsk': 'Иркутская область|Республика Бурятия',
  'Asia/Chita': 'Забайкальский край',
  'Asia/Yakutsk': 'Амурская область',
  'Asia/Yakutsk,Asia/Vladivostok,Asia/Srednekolymsk': 'Республика Саха (Якутия)',
  'Asia/Vladivostok': 'Еврейская автономная область|Приморский край|Хабаровский край',
  'Asia/Sakhalin': 'Сахалинская область',
  'Asia/Magadan': 'Магаданская область',
  'Asia/Kamchatka': 'Камчатский край',
  'Asia/Anadyr': 'Чукотский автономный округ',
  // Numbers of the whole country, such as those of machines and satellite telephones.
  '-': 'Российская Федерация',
}

const zonesByRegion = new Map(
  Object.entries(regionsByZone).flatMap(([zones, regions]) =>
    regions.split('|').map((region) => [region.trim(), zones] as const),
  ),
)

/** Numbers without the leading 7: the first and the last one of the range. */
interface Range {
  first: number
  last: number
  zones: string
}

/**
 * The lines "first digits|zones" of the table. Each range ends where the next one starts.
 *
 * @param source DEF-9xx.csv: code; first and last number; ...; region, with the place before it: "place|district|region"
 */
export function russianRanges(source: string): string[] {
  const [heading, ...rows] = source
    .replace(/^\ufeff/, '')
    .trim()
    .split(/\r?\n/)
  if (heading !== header) throw new Error(`The heading is not "${header}": ${heading}`)
  // The register of August 2026 has 17,059. Far fewer mean that the file was cut off.
  if (rows.length < 15_000) throw new Error(`The source has only ${rows.length} ranges.`)
  const ranges = rows.map(parseRow).sort((a, b) => a.first - b.first)
  const lines: string[] = []
  let end = 9_000_000_000
  let previous = ''
  const add = (first: number, zones: string) => {
    if (zones !== previous) lines.push(`7${String(first).replace(/0+$/, '')}|${zones}`)
    previous = zones
  }
  for (const { first, last, zones } of ranges) {
    if (first < end) throw new Error(`The range that starts with ${first} overlaps with the range before it.`)
    if (first > end) add(end, '-')
    add(first, zones)
    end = last + 1
  }
  add(end, '-')
  return lines
}

function parseRow(row: string): Range {
  const cells = row.split(';')
  const [code = '', first = '', last = '', , , , territory = ''] = cells
  if (cells.length !== columns || !/^9\d\d$/.test(code) || !/^\d{7}$/.test(first) || !/^\d{7}$/.test(last))
    throw new Error(`This row is not a range of mobile numbers: ${row}`)
  const regions = (territory.split('|').at(-1) ?? '').split(', ')
  return { first: Number(code + first), last: Number(code + last), zones: zonesOfRegions(regions) }
}

/** A range of several regions has all of their zones. */
function zonesOfRegions(regions: readonly string[]): string {
  const zones = regions.flatMap((region) => {
    const found = zonesByRegion.get(region)
    if (found === undefined) throw new Error(`The time zone of this region is unknown: ${region}`)
    return found.split(',')
  })
  return zones.includes('-') ? '-' : [...new Set(zones)].join(',')
}
