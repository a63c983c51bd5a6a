/** Delimiters that are detected. A request can name them explicitly. */
const delimiters = [';', ',', '\t', '|'] as const

/** The delimiter is detected from at most this many characters and lines at the start of the text. */
const sampleLength = 20_000
const sampleLines = 20

/** Excel accepts a first line `sep=;` that names the delimiter. `length` is the number of characters of the line. */
export function readSeparatorLine(text: string): { separator: string; length: number } | undefined {
  const line = /^sep=(.)\r?\n/i.exec(text)
  return line === null ? undefined : { separator: line[1] as string, length: line[0].length }
}

/**
 * Returns the delimiter that occurs most often and most evenly in the first lines. Returns a comma when none occurs, as in a
 * file with one phone number per line.
 */
export function detectDelimiter(text: string): string {
  const lines = firstLines(text)
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of delimiters) {
    const score = delimiterScore(lines.map((line) => line.split(delimiter).length - 1))
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/**
 * Scores a delimiter by its count in each line. One that occurs in every line scores (1 + its smallest count) times the
 * share of lines that have as many as the first line. One that is missing in some lines scores less than 0.5.
 */
function delimiterScore(counts: number[]): number {
  const minCount = Math.min(...counts)
  if (minCount > 0) {
    const evenShare = counts.filter((count) => count === counts[0]).length / counts.length
    return minCount * evenShare + evenShare
  }
  const average = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return Math.max(...counts) > 0 ? 0.5 * (average / (1 + average)) : 0
}

/** The first lines that are not empty, without the text in quotes. */
function firstLines(text: string): string[] {
  const unquoted = text.slice(0, sampleLength).replace(/"(?:[^"]|"")*"/g, '""')
  const lines = unquoted.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '')
  // The last line may be cut off, so it is left out unless it is the only one.
  return lines.slice(0, Math.max(1, Math.min(sampleLines, lines.length - 1)))
}

export type Format = 'csv' | 'xlsx' | 'jsonl'

/**
 * Detects the format of a file by its first bytes; its name is ignored. Returns an object for a file in an
 * unsupported format; `refused` is the text for the caller.
 */
export function detectFormat(bytes: Uint8Array): Format | { refused: string } {
  const hex = Buffer.from(bytes.subarray(0, 8)).toString('hex')
  if (hex.startsWith('504b0304')) return 'xlsx'
  if (hex.startsWith('504b0506'))
    return { refused: 'The file is an empty archive. Upload a .csv, .xlsx or JSON Lines file.' }
  if (hex.startsWith('d0cf11e0')) {
    return {
      refused:
        'The file is an Excel 97-2003 workbook, or a workbook with a password. Save it as .xlsx without a password, or as .csv.',
    }
  }
  if (hex.startsWith('25504446')) return { refused: `The file is a PDF. ${exportTable}` }
  if (/^(1f8b|52617221|377abcaf|ffd8ff|89504e47|47494638)/.test(hex)) {
    return { refused: 'The file is an archive or an image. Upload a .csv, .xlsx or JSON Lines file.' }
  }
  const text = Buffer.from(bytes.subarray(0, 1_000))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) return { refused: `The file is HTML or XML. ${exportTable}` }
  if (/^begin:vcard/i.test(text)) return { refused: `The file is a vCard. ${exportTable}` }
  if (/^\[\s*[{[]/.test(text)) {
    return {
      refused:
        'The file is a JSON array. Write one object per line, without brackets and commas around them.',
    }
  }
  return text.startsWith('{') ? 'jsonl' : 'csv'
}

const exportTable = 'Export the table as .csv or .xlsx, and upload that file.'
