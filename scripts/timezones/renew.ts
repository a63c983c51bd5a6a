// Writes the time zones of phone numbers, which src/lib/time/number-timezones.ts reads:
//   npm run timezones -- areas VERSION [FILE]  number-timezones.txt, from the time zone data of Google's libphonenumber.
//     VERSION is a release, such as 9.0.35. FILE is a downloaded copy of its resources/timezones/map_data.txt; without it
//     the file is downloaded from GitHub.
//   npm run timezones -- russia DATE FILE      russian-mobile-timezones.txt, from the Russian numbering plan.
//     FILE is DEF-9xx.csv of https://opendata.digital.gov.ru/registry/numeric/downloads, downloaded on DATE (YYYY-MM-DD).
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { areaTable } from './areas.ts'
import { russianRanges } from './russia.ts'

async function download(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`GET ${url} returned ${response.status}.`)
  return response.text()
}

function write(name: string, header: string, lines: readonly string[]): void {
  const target = fileURLToPath(new URL(`../../src/lib/time/${name}`, import.meta.url))
  writeFileSync(target, `${header.trim().replace(/^/gm, '# ')}\n${lines.join('\n')}\n`)
  process.stdout.write(`${lines.length} lines written to ${target}\n`)
}

async function renewAreas(version: string, file: string | undefined): Promise<void> {
  const url = `https://raw.githubusercontent.com/google/libphonenumber/v${version}/resources/timezones/map_data.txt`
  const source = file === undefined ? await download(url) : readFileSync(file, 'utf8')
  const header = `
Time zones by the first digits of a phone number (E.164 without the plus sign); the longest prefix applies.
Source: ${url}
Written on ${new Date().toISOString().slice(0, 10)} by: npm run timezones -- areas ${version}
Copyright (C) 2012 The Libphonenumber Authors. Licensed under the Apache License, Version 2.0
(http://www.apache.org/licenses/LICENSE-2.0). Changed: this header; zones with the same rules are named once; the
entries of scripts/timezones/areas.ts are corrected; those of whole countries with several zones are left out.`
  write('number-timezones.txt', header, areaTable(source))
}

function renewRussia(date: string, file: string): void {
  const header = `
Time zones of Russian mobile numbers (E.164 without the plus sign), by the first number of a range without its trailing
zeros. A range ends where the next one starts; "-" has no region: unassigned numbers, and those of the whole country.
Source: register of the Russian numbering plan, DEF-9xx.csv of the Ministry of Digital Development, Communications and
Mass Media (https://opendata.digital.gov.ru/registry/numeric/downloads), as of ${date}. Open data; only the regions of
the ranges are used, as time zones.
Written by: npm run timezones -- russia ${date} DEF-9xx.csv`
  write('russian-mobile-timezones.txt', header, russianRanges(readFileSync(file, 'utf8')))
}

const [table, argument, file] = process.argv.slice(2)
if (table === 'areas' && /^\d+\.\d+\.\d+$/.test(argument ?? '')) await renewAreas(argument as string, file)
else if (table === 'russia' && /^\d{4}-\d\d-\d\d$/.test(argument ?? '') && file !== undefined)
  renewRussia(argument as string, file)
else
  throw new Error(
    'Usage: npm run timezones -- areas VERSION [FILE], or npm run timezones -- russia DATE FILE.',
  )
