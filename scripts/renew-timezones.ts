// Writes src/lib/time/number-timezones.txt from the time zone data of Google's libphonenumber:
//   npm run timezones -- VERSION [FILE]
// VERSION is a release, such as 9.0.35. FILE is a downloaded copy of its resources/timezones/map_data.txt; without it the
// file is downloaded from GitHub.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const target = fileURLToPath(new URL('../src/lib/time/number-timezones.txt', import.meta.url))
const linePattern = /^\d{1,15}\|\w[\w/+-]*(&\w[\w/+-]*)*$/

async function download(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`GET ${url} returned ${response.status}.`)
  return response.text()
}

const [version, file] = process.argv.slice(2)
if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version))
  throw new Error('Usage: npm run timezones -- VERSION [FILE], with a version such as 9.0.35.')
const url = `https://raw.githubusercontent.com/google/libphonenumber/v${version}/resources/timezones/map_data.txt`
const source = file === undefined ? await download(url) : readFileSync(file, 'utf8')

const lines = source.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
const invalidLine = lines.find((line) => !linePattern.test(line))
if (invalidLine !== undefined) throw new Error(`This line is not "prefix|zone&zone": ${invalidLine}`)
// The release 9.0.35 has 3,298. Far fewer mean that the file was cut off.
if (lines.length < 3000) throw new Error(`The source has only ${lines.length} prefixes.`)

const header = `# Time zones by the first digits of a phone number (E.164 without the plus sign); the longest prefix applies.
# Source: ${url}
# Written on ${new Date().toISOString().slice(0, 10)} by: npm run timezones -- ${version}
# Copyright (C) 2012 The Libphonenumber Authors. Licensed under the Apache License, Version 2.0
# (http://www.apache.org/licenses/LICENSE-2.0). Changed: this header.
`
writeFileSync(target, `${header}${lines.join('\n')}\n`)
process.stdout.write(`${lines.length} prefixes written to ${target}\n`)
