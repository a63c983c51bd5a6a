/** Progress of long work: a bar that redraws itself on a terminal, a line every quarter elsewhere. */
export function progressBar(title: string, out: NodeJS.WriteStream = process.stdout) {
  const width = 30
  let quarter = -1
  return (done: number, total: number): void => {
    const share = total === 0 ? 1 : done / total
    const text = `${title} ${done}/${total}`
    if (out.isTTY) {
      const full = Math.round(share * width)
      out.write(`\r${'█'.repeat(full)}${'░'.repeat(width - full)} ${text}${share >= 1 ? '\n' : ''}`)
    } else if (Math.floor(share * 4) > quarter) {
      quarter = Math.floor(share * 4)
      out.write(`${text}\n`)
    }
  }
}

/** Rows as a table of text: the first column to the left, numbers to the right. */
export function formatTable(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: string[]) =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   ')}`
  const rule = `  ${widths.map((width) => '─'.repeat(width)).join('───')}`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
