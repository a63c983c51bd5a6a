/** A country with several time zones, or the countries of North America, which share a calling code. */
export interface CountryTimezones {
  /** One zone of each group of zones that have the same rules, joined by commas. */
  zones: string
  /**
   * The numbers (E.164 without the plus sign) whose first digits stand for an area. Every other number may be anywhere in
   * the country: mobile telephones, toll-free numbers, internet telephony.
   */
  areas: RegExp
}

/** For countries where mobile numbers look like fixed ones, or where the zones of the areas are not known. */
const noAreas = /^(?!)/

/**
 * Countries with several time zones, by calling code. Zones: IANA time zone database, without China's unofficial
 * Asia/Urumqi, and without Europe/Simferopol for Ukraine, whose operators left the Crimea in 2015. Mobile numbers have an
 * area only in North America, Mexico and Brazil, where they begin with an area code (PhoneNumberUtil of libphonenumber:
 * GEO_MOBILE_COUNTRIES), and in Russia, where ranges are assigned to regions.
 */
export const countryTimezones: Readonly<Record<string, CountryTimezones>> = {
  // United States and Canada. Toll-free and personal numbers have no area, and 310 with four more digits is all of Canada.
  '1': {
    zones: [
      'America/St_Johns',
      'America/Halifax',
      'America/Puerto_Rico',
      'America/New_York',
      'America/Panama',
      'America/Chicago',
      'America/Regina',
      'America/Denver',
      'America/Phoenix',
      'America/Los_Angeles',
      'America/Anchorage',
      'America/Adak',
      'Pacific/Honolulu',
    ].join(','),
    areas: /^1\d{10}$/,
  },
  // Russia. Numbers of Kazakhstan begin with 76 and 77, and both countries share 7800 to 7809, which are toll-free or paid.
  '7': {
    zones: [
      'Europe/Kaliningrad',
      'Europe/Moscow',
      'Europe/Samara',
      'Asia/Yekaterinburg',
      'Asia/Omsk',
      'Asia/Novosibirsk',
      'Asia/Irkutsk',
      'Asia/Yakutsk',
      'Asia/Vladivostok',
      'Asia/Magadan',
      'Asia/Kamchatka',
    ].join(','),
    areas: /^7(?:[34679]|8[1-9])/,
  },
  // Spain: two groups of mobile numbers look like those of Cuenca and Lleida.
  '34': {
    zones: ['Europe/Madrid', 'Atlantic/Canary'].join(','),
    areas: /^34(?!96906(?:09|10)|97390)[89][1-8]/,
  },
  // Mexico: 200 and 201 have no area; 300 and 900 are paid, 500 personal, 800 and 888 toll-free.
  '52': {
    zones: [
      'America/Mexico_City',
      'America/Cancun',
      'America/Matamoros',
      'America/Ciudad_Juarez',
      'America/Hermosillo',
      'America/Tijuana',
    ].join(','),
    areas: /^52(?!20[01]|[3589]00|888)/,
  },
  '55': {
    zones: ['America/Sao_Paulo', 'America/Manaus', 'America/Rio_Branco', 'America/Noronha'].join(','),
    areas: /^55[1-9][1-9]\d{8}/,
  },
  // Chile: fixed and mobile numbers have the same form.
  '56': { zones: ['America/Santiago', 'America/Punta_Arenas', 'Pacific/Easter'].join(','), areas: noAreas },
  '61': {
    zones: [
      'Australia/Sydney',
      'Australia/Brisbane',
      'Australia/Adelaide',
      'Australia/Darwin',
      'Australia/Perth',
      'Australia/Eucla',
      'Australia/Lord_Howe',
    ].join(','),
    areas: /^61[2378]/,
  },
  '62': { zones: ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'].join(','), areas: /^62[2-79]/ },
  '64': { zones: ['Pacific/Auckland', 'Pacific/Chatham'].join(','), areas: /^64(?:[346]|[79][1-9])/ },
  '243': { zones: ['Africa/Kinshasa', 'Africa/Lubumbashi'].join(','), areas: /^243[1-6]/ },
  // Greenland: 38 and 39 are internet telephony, 80 is toll-free.
  '299': {
    zones: ['America/Godthab', 'America/Thule', 'America/Danmarkshavn'].join(','),
    areas: /^299(?:[169]|3[1-7]|8[1-9])/,
  },
  '351': { zones: ['Europe/Lisbon', 'Atlantic/Azores'].join(','), areas: /^3512/ },
  // Ecuador: 890 after the digit of the area is internet telephony.
  '593': { zones: ['America/Guayaquil', 'Pacific/Galapagos'].join(','), areas: /^593[2-7][2-7]/ },
  '675': { zones: ['Pacific/Port_Moresby', 'Pacific/Bougainville'].join(','), areas: noAreas },
  '686': { zones: ['Pacific/Tarawa', 'Pacific/Enderbury', 'Pacific/Kiritimati'].join(','), areas: noAreas },
  '689': { zones: ['Pacific/Tahiti', 'Pacific/Marquesas', 'Pacific/Gambier'].join(','), areas: noAreas },
  '691': { zones: ['Pacific/Ponape', 'Pacific/Truk'].join(','), areas: noAreas },
  '976': { zones: ['Asia/Ulaanbaatar', 'Asia/Hovd'].join(','), areas: /^976[12]/ },
}
