import type { DailyHours } from './calling-windows.ts'
import { dayNames } from './local-time.ts'

/** When the people of a country may be called, in their own time. */
export interface CustomaryHours {
  /** undefined: all countries that are not in `countriesWithShorterHours`. */
  country?: string
  hours: readonly DailyHours[]
}

interface CountryHours extends CustomaryHours {
  country: string
  /** Zones of the country, also by their old names. One that ends with "/" stands for all zones that start with it. */
  zones: string
  source: string
}

/** Within the hours that the laws of the United States (16 CFR 310.4(c): 08:00 to 21:00) and of Russia (230-FZ) allow. */
export const defaultHours: readonly DailyHours[] = [{ start: '09:00', end: '20:00' }]

const weekdays = [1, 2, 3, 4, 5]

/**
 * Countries whose rules for commercial calls to consumers are stricter than the default hours. The hours are those of the
 * rule within the default hours. Public holidays are not part of it.
 *
 * Sources as of 2026-11-30. Zones: zone.tab and backward of the IANA time zone database, 2025b.
 */
export const countriesWithShorterHours: readonly CountryHours[] = [
  {
    country: 'Australia',
    zones: 'Australia/ Antarctica/Macquarie',
    hours: [
      { start: '09:00', end: '20:00', days: weekdays },
      { start: '09:00', end: '17:00', days: [6] },
    ],
    source: 'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017',
  },
  {
    country: 'Brazil',
    zones: `Brazil/ America/Araguaina America/Bahia America/Belem America/Boa_Vista America/Campo_Grande America/Cuiaba
      America/Eirunepe America/Fortaleza America/Maceio America/Manaus America/Noronha America/Porto_Acre
      America/Porto_Velho America/Recife America/Rio_Branco America/Santarem America/Sao_Paulo`,
    hours: [{ start: '09:00', end: '18:00', days: weekdays }],
    source: 'the strictest state laws: Rio de Janeiro 7.853/2018 and Ceará 16.836/2019',
  },
  {
    country: 'Canada',
    zones: `Canada/ America/Atikokan America/Blanc-Sablon America/Cambridge_Bay America/Coral_Harbour America/Creston
      America/Dawson America/Dawson_Creek America/Edmonton America/Fort_Nelson America/Glace_Bay America/Goose_Bay
      America/Halifax America/Inuvik America/Iqaluit America/Moncton America/Montreal America/Nipigon
      America/Pangnirtung America/Rainy_River America/Rankin_Inlet America/Regina America/Resolute America/St_Johns
      America/Swift_Current America/Thunder_Bay America/Toronto America/Vancouver America/Whitehorse America/Winnipeg
      America/Yellowknife`,
    hours: [
      { start: '09:00', end: '20:00', days: weekdays },
      { start: '10:00', end: '18:00', days: [6, 7] },
    ],
    source: 'CRTC Unsolicited Telecommunications Rules, part III (until 21:30 from Monday to Friday)',
  },
  {
    country: 'Colombia',
    zones: 'America/Bogota',
    hours: [
      { start: '09:00', end: '19:00', days: weekdays },
      { start: '09:00', end: '15:00', days: [6] },
    ],
    source: 'Ley 2300 de 2023, article 3 (from 07:00, on Saturday from 08:00)',
  },
  {
    country: 'France',
    zones: `Europe/Paris America/Cayenne America/Guadeloupe America/Martinique Indian/Mayotte Indian/Reunion`,
    hours: [
      { start: '10:00', end: '13:00', days: weekdays },
      { start: '14:00', end: '20:00', days: weekdays },
    ],
    source: 'Code de la consommation, article D. 223-9 (decree 2022-1313)',
  },
  {
    country: 'Germany',
    zones: 'Europe/Berlin Europe/Busingen',
    hours: [
      { start: '09:00', end: '20:00', days: weekdays },
      { start: '09:00', end: '18:00', days: [6] },
    ],
    source: 'code of conduct of the associations CCV and DDV, 2019 (from 08:00 from Monday to Friday)',
  },
  {
    country: 'India',
    zones: 'Asia/Kolkata Asia/Calcutta',
    hours: [{ start: '10:00', end: '20:00' }],
    source: 'Telecom Commercial Communications Customer Preference Regulations, 2018 (until 21:00)',
  },
  {
    country: 'Italy',
    zones: 'Europe/Rome',
    hours: [
      { start: '09:00', end: '20:00', days: weekdays },
      { start: '10:00', end: '19:00', days: [6] },
    ],
    source: 'Codice di condotta telemarketing e teleselling, Gazzetta Ufficiale of 2024-03-27',
  },
  {
    country: 'the Netherlands',
    zones: 'Europe/Amsterdam',
    hours: [
      { start: '09:00', end: '20:00', days: weekdays },
      { start: '10:00', end: '16:00', days: [6] },
    ],
    source: 'Code Telemarketing of 2012, article 9 (until 22:00 from Monday to Friday)',
  },
  {
    country: 'South Africa',
    zones: 'Africa/Johannesburg',
    hours: [
      { start: '09:00', end: '20:00', days: weekdays },
      { start: '09:00', end: '13:00', days: [6] },
    ],
    source:
      'Consumer Protection Act, Regulations of 2011 on section 12(2) (from 08:00 from Monday to Friday)',
  },
  {
    country: 'Spain',
    zones: 'Europe/Madrid Africa/Ceuta Atlantic/Canary',
    hours: [{ start: '09:00', end: '20:00', days: weekdays }],
    source: 'Real Decreto Legislativo 1/2007, article 96.2 (until 21:00)',
  },
  {
    country: 'the United Arab Emirates',
    zones: 'Asia/Dubai',
    hours: [{ start: '09:00', end: '18:00' }],
    source: 'Cabinet Resolution 56 of 2024',
  },
]

/** Countries by their zones, in lower case: names of time zones ignore case. */
const countriesByZone = new Map(
  countriesWithShorterHours.flatMap((entry) =>
    entry.zones.split(/\s+/).map((zone) => [zone.toLowerCase(), entry] as const),
  ),
)

/** The customary calling hours in a time zone: those of its country, else 09:00 to 20:00 on every day. */
export function customaryHours(timezone: string): CustomaryHours {
  const zone = timezone.toLowerCase()
  const prefix = zone.slice(0, zone.indexOf('/') + 1)
  return countriesByZone.get(zone) ?? countriesByZone.get(prefix) ?? { hours: defaultHours }
}

/** Hours in words: "Monday to Friday from 10:00 to 13:00 and from 14:00 to 20:00". */
export function describeHours(hours: readonly DailyHours[]): string {
  const spansByDays = new Map<string, string[]>()
  for (const { days, start, end } of hours) {
    const name = days === undefined ? '' : `${describeDays(days)} `
    spansByDays.set(name, [...(spansByDays.get(name) ?? []), `from ${start} to ${end}`])
  }
  return [...spansByDays].map(([days, spans]) => `${days}${spans.join(' and ')}`).join(', ')
}

/** @param days consecutive days, ascending */
function describeDays(days: readonly number[]): string {
  const [first, last] = [days[0], days.at(-1)].map((day) => dayNames[(day ?? 1) - 1])
  return first === last ? `${first}` : `${first} to ${last}`
}
