/** What separates the cells of a file, where nobody says it. */
const candidates = [';', ',', '\t', '|'] as const

/** A first line of `sep=;` is Excel's own way to say it. */
export function readSeparatorLine(text: string): { separator: string; length: number } | undefined {
  const found = /^sep=(.)\r?\n/i.exec(text)
  return found === null ? undefined : { separator: found[1] as string, length: found[0].length }
}

/** The separator that parts the first lines most evenly; one number a line has none, and a comma does no harm. */
export function detectDelimiter(text: string): string {
  const lines = linesOf(text)
  let best = { separator: ',', score: 0 }
  for (const separator of candidates) {
    const counts = lines.map((line) => line.split(separator).length - 1)
    const least = Math.min(...counts)
    const usual = counts.filter((count) => count === counts[0]).length / counts.length
    const score =
      least > 0
        ? least * usual + usual
        : Math.max(...counts) > 0
          ? 0.5 * (average(counts) / (1 + average(counts)))
          : 0
    if (score > best.score) best = { separator, score }
  }
  return best.separator
}

const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The first lines, without what stands in quotes. */
function linesOf(text: string): string[] {
  const bare = text.slice(0, 20_000).replace(/"(?:[^"]|"")*"/g, '""')
  const lines = bare.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '')
  // The last one may be cut off.
  return lines.slice(0, Math.max(1, Math.min(20, lines.length - 1)))
}

export type Format = 'csv' | 'xlsx' | 'jsonl'

/** What a file is, by its first bytes: its name may lie. A text is the reason why it is refused. */
export function detectFormat(bytes: Uint8Array): Format | { refused: string } {
  const hex = Buffer.from(bytes.subarray(0, 8)).toString('hex')
  if (hex.startsWith('504b0304')) return 'xlsx'
  if (hex.startsWith('504b0506')) return { refused: 'It is an empty archive.' }
  if (hex.startsWith('d0cf11e0'))
    return {
      refused: 'It is a workbook of Excel 97 to 2003, or one with a password: save it as .xlsx or .csv.',
    }
  if (hex.startsWith('25504446')) return { refused: 'It is a PDF: export the table as .xlsx or .csv.' }
  if (/^(1f8b|52617221|377abcaf|ffd8ff|89504e47|47494638)/.test(hex))
    return { refused: 'It is an archive or a picture: send .xlsx, .csv or JSON lines.' }
  const text = Buffer.from(bytes.subarray(0, 1_000))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  if (/^\s*<(!doctype|html|\?xml)/i.test(text))
    return { refused: 'It is a web page or XML: export the table as .xlsx or .csv.' }
  return text.startsWith('{') ? 'jsonl' : 'csv'
}
