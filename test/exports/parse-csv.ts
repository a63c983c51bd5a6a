/** An independent CSV parser (RFC 4180), so that the export is not checked with the library that writes it. */
export function parseCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [[]]
  for (let i = 0; i < text.length; ) {
    let cell = ''
    if (text[i] === '"') {
      for (i++; !(text[i] === '"' && text[i + 1] !== '"'); i++) {
        if (i >= text.length) throw new Error('a quote is not closed')
        if (text[i] === '"') i++
        cell += text[i]
      }
      i++
    } else while (i < text.length && text[i] !== separator && text[i] !== '\r') cell += text[i++]
    rows.at(-1)?.push(cell)
    if (text[i] === separator) i++
    else if (text.startsWith('\r\n', i)) {
      i += 2
      if (i < text.length) rows.push([])
    } else throw new Error(`expected a separator or an end of line at ${i}: ${text.slice(i - 20, i + 20)}`)
  }
  return rows
}
