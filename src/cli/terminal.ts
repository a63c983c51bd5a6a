/**
 * Shows the progress of a long task: a bar that is redrawn on a terminal, a line at every quarter elsewhere. Call the
 * returned function with the number of items done and the total.
 */
export function progressBar(title: string, out: NodeJS.WriteStream = process.stdout) {
  const width = 30
  let lastQuarter = -1
  return (done: number, total: number): void => {
    const share = total === 0 ? 1 : done / total
    const text = `${title} ${done}/${total}`
    if (out.isTTY) {
      const filled = Math.round(share * width)
      out.write(`\r${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${text}${share >= 1 ? '\n' : ''}`)
    } else if (Math.floor(share * 4) > lastQuarter) {
      lastQuarter = Math.floor(share * 4)
      out.write(`${text}\n`)
    }
  }
}

/** Formats rows as a text table. The first column is left-aligned, the others are right-aligned. */
export function formatTable(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: string[]) =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   ')}`
  const rule = `  ${widths.map((width) => '─'.repeat(width)).join('───')}`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
