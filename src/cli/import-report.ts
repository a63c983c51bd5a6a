// biome-ignore lint/suspicious/noExplicitAny: the fields of responses are checked where they are read.
type ResponseBody = any

const maxPreviewRows = 5

const encodingSources: Record<string, string> = {
  request: 'as given',
  byte_order_mark: 'by its byte order mark',
  zero_bytes: 'by its zero bytes',
  only_ascii: 'it has only ASCII characters',
  valid_utf8: 'its bytes are valid UTF-8',
  letters: 'by its letters; check the names below',
}

const columnSources: Record<string, string> = {
  request: 'by the mapping',
  name: 'by its name',
  contents: 'by its contents',
}

const phoneNotes: Record<string, string> = {
  country: 'without a country code, completed with that of the country',
  plus_sign: 'international numbers that had lost their +',
  digits: 'with digits that the numbering plan has added or removed',
  reading: 'readable in several ways, of which one was chosen',
  extension: 'with an extension',
  further_number: 'rows with further numbers',
  all_readings: 'ambiguous, with all their readings suppressed',
}

const timezoneSources: Record<string, string> = {
  given: 'given in the list',
  number: 'by the number',
  country: 'several of the country',
  campaign: 'of the campaign',
}

/** How a file was read, as lines of text: what was inferred, the targets of its columns, and its first rows. */
export function describeReading({ reading = {}, preview = [] }: ResponseBody): string[] {
  return [
    ...describeFile(reading),
    ...describeHeading(reading),
    'Columns:',
    ...(reading.columns ?? []).map((name: string) => `  ${describeColumn(reading, name)}`),
    ...describeNumbers(reading),
    'First rows:',
    ...preview.slice(0, maxPreviewRows).map((row: ResponseBody) => `  ${describeRow(row)}`),
  ]
}

function describeFile(reading: ResponseBody): string[] {
  const parts = [String(reading.format ?? '').toUpperCase()]
  if (reading.encoding)
    parts.push(`encoding ${reading.encoding} (${encodingSources[reading.encoding_source]})`)
  if (reading.delimiter) parts.push(`delimiter ${JSON.stringify(reading.delimiter)}`)
  if (reading.sheet) parts.push(`sheet "${reading.sheet}" of ${reading.sheets.length}`)
  const hidden = reading.hidden_rows
  if (hidden?.count > 0) parts.push(`${hidden.count} hidden row(s) ${hidden.taken ? 'taken' : 'skipped'}`)
  return [`File: ${parts.join(', ')}`]
}

function describeHeading(reading: ResponseBody): string[] {
  if (reading.heading_source === 'keys') return ['Heading: the keys of the first object']
  if (!reading.heading_line) return ['Heading: none; columns are named by their position']
  const lines = [`Heading: line ${reading.heading_line}, found by its ${reading.heading_source}`]
  if (reading.lines_above_heading > 0)
    lines.push(`Lines above it that are left out: ${reading.lines_above_heading}`)
  return [...lines, ...(reading.text_above_heading ?? []).map((text: string) => `  ${text}`)]
}

function describeColumn({ mapping = {}, ...reading }: ResponseBody, name: string): string {
  const source = reading.column_sources?.[name]
  const unfit = reading.unfit_columns?.[name]
  const position = reading.phones?.indexOf(name) ?? -1
  const notes = [
    ...(source === undefined ? [] : [columnSources[source]]),
    ...(position > 0 ? [`phone number ${position + 1} of ${reading.phones.length}`] : []),
    ...(unfit === undefined ? [] : [`its contents do not fit ${unfit}`]),
  ]
  return `${name} -> ${mapping[name] ?? 'ignored'}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`
}

function describeNumbers(reading: ResponseBody): string[] {
  const country = reading.default_country ?? 'none given; numbers without a country code are rejected'
  const counts = (title: string, values: Record<string, number> = {}, names: Record<string, string>) =>
    Object.entries(values).map(([key, count]) => `  ${title}${count} ${names[key] ?? key}`)
  const zones = counts('', reading.timezone_sources, timezoneSources)
  return [
    `Country of numbers: ${country}`,
    ...counts('', reading.phone_notes, phoneNotes),
    ...(zones.length > 0 ? ['Time zones of contacts:', ...zones] : []),
  ]
}

function describeRow({
  line,
  phone_number,
  contact_name,
  code,
  detail,
  phone_notes = [],
}: ResponseBody): string {
  if (code !== null) return `line ${line}: rejected: ${code}: ${detail}`
  const notes = phone_notes.length > 0 ? ` (${phone_notes.join(', ')})` : ''
  return `line ${line}: ${phone_number}${notes} ${contact_name ?? ''}`.trimEnd()
}
