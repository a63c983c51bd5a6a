import { countryTimezones } from '../../src/lib/time/country-timezones.ts'
import { zoneOffsets } from '../../src/lib/time/zone-offsets.ts'

const linePattern = /^\d{1,15}\|\w[\w/+-]*(&\w[\w/+-]*)*$/

/** One zone for several prefixes that start with the same digits. */
const entriesOf = (zone: string, start: string, prefixes: string) =>
  Object.fromEntries(prefixes.split(' ').map((prefix) => [`${start}${prefix}`, zone]))

/**
 * Entries that replace those of libphonenumber under the same prefix. Zones: IANA time zone database. Places of area codes:
 * resources/geocoding of libphonenumber.
 */
const corrections: Readonly<Record<string, string>> = {
  // Saskatchewan, like 1306 and 1639. libphonenumber has the zone of Manitoba.
  '1474': 'America/Regina',
  // Yukon, the Northwest Territories and Nunavut. libphonenumber has the zones of the provinces south of them, whose clocks
  // differ since 2026.
  '1867': 'America/Whitehorse,America/Edmonton,America/Cambridge_Bay,America/Rankin_Inlet,America/Iqaluit',
  ...entriesOf('America/Whitehorse', '1867', '334 393 456 536 633 667 668 993'),
  ...entriesOf('America/Edmonton', '1867', '587 669 695 766 777 872 873 874 920'),
  '1867645': 'America/Rankin_Inlet',
  '1867979': 'America/Iqaluit',
  '1867983': 'America/Cambridge_Bay',
  // Morocco and Western Sahara. libphonenumber has the zone of the Canary Islands.
  '212': 'Africa/Casablanca',
  // Mobile numbers of Russia are in the other table.
  '79': '',
  // Kaliningrad has had no daylight saving time since 2011. libphonenumber has the zone of Bucharest.
  '740': 'Europe/Kaliningrad',
  // Sakha lies in three zones; 7411 2 is the city of Yakutsk.
  '7411': 'Asia/Yakutsk,Asia/Vladivostok,Asia/Srednekolymsk',
  '74112': 'Asia/Yakutsk',
  // Abkhazia.
  '7840': 'Europe/Moscow',
  // Saratov left the time of Moscow in 2016.
  '7845': 'Europe/Saratov',
  // Chihuahua left the time of the Pacific in 2022. Its municipalities at the border follow Texas and New Mexico.
  '52614': 'America/Chihuahua',
  '52621': 'America/Chihuahua',
  '52625': 'America/Chihuahua',
  '52627': 'America/Chihuahua',
  '52628': 'America/Chihuahua',
  '52629': 'America/Chihuahua',
  '52635': 'America/Chihuahua',
  '52636': 'America/Chihuahua,America/Ciudad_Juarez',
  '52639': 'America/Chihuahua',
  '52648': 'America/Chihuahua',
  '52649': 'America/Chihuahua',
  '52652': 'America/Chihuahua',
  '52657': 'America/Chihuahua,America/Ciudad_Juarez',
  '52659': 'America/Chihuahua,America/Ciudad_Juarez',
  // Tamaulipas: the municipalities at the border follow Texas.
  '52868': 'America/Mexico_City,America/Matamoros',
  '52891': 'America/Mexico_City,America/Matamoros',
  '52897': 'America/Mexico_City,America/Matamoros',
  // Pernambuco, with the islands of Fernando de Noronha. libphonenumber has the zone of the islands for Recife.
  '5581': 'America/Recife,America/Noronha',
  // The west of Amazonas follows Acre.
  '5597': 'America/Manaus,America/Eirunepe',
}

/**
 * The lines "prefix|zone,zone" of the table, sorted by prefix.
 *
 * @param source resources/timezones/map_data.txt
 */
export function areaTable(source: string): string[] {
  const lines = source.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const invalidLine = lines.find((line) => !linePattern.test(line))
  if (invalidLine !== undefined) throw new Error(`This line is not "prefix|zone&zone": ${invalidLine}`)
  // The release 9.0.35 has 3,298. Far fewer mean that the file was cut off.
  if (lines.length < 3000) throw new Error(`The source has only ${lines.length} prefixes.`)
  const entries = lines
    .map((line) => line.split('|') as [string, string])
    .filter(([prefix]) => !(prefix in countryTimezones) && !isCorrected(prefix))
    .map(([prefix, zones]) => [prefix, zones.split('&')] as const)
  const shares = shareOfZones(entries)
  const corrected = Object.entries(corrections).filter(([, zones]) => zones !== '')
  return entries
    .map(([prefix, zones]) => [prefix, mergeSameRules(zones, shares).join(',')] as const)
    .concat(corrected)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((entry) => entry.join('|'))
}

const isCorrected = (prefix: string) => Object.keys(corrections).some((start) => prefix.startsWith(start))

/** The share of all possible numbers that each zone has. */
function shareOfZones(entries: readonly (readonly [string, readonly string[]])[]): Map<string, number> {
  const shares = new Map<string, number>()
  for (const [prefix, zones] of entries)
    for (const zone of zones) shares.set(zone, (shares.get(zone) ?? 0) + 10 ** -prefix.length)
  return shares
}

/** Keeps, of zones that have the same rules from now on, the one with the most numbers. */
function mergeSameRules(zones: readonly string[], shares: ReadonlyMap<string, number>): string[] {
  const share = (zone: string) => shares.get(zone) ?? 0
  const kept = new Map(
    zones.toSorted((a, b) => share(a) - share(b)).map((zone) => [rulesOf(zone), zone] as const),
  )
  return zones.filter((zone) => kept.get(rulesOf(zone)) === zone)
}

const comparedMs = 10 * 366 * 86_400_000
const now = Date.now()
const rulesByZone = new Map<string, string>()

/** The offset of a zone from UTC now, and every change of it in the coming ten years. */
function rulesOf(zone: string): string {
  let rules = rulesByZone.get(zone)
  if (rules === undefined) {
    const offsets = zoneOffsets(zone)
    const changes = offsets.changesBetween(now, now + comparedMs)
    rules = [now, ...changes].map((at) => `${at} ${offsets.offsetAt(at)}`).join()
    rulesByZone.set(zone, rules)
  }
  return rules
}
