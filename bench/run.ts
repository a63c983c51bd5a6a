import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatTable } from '../src/cli/terminal.ts'
import { startEmbedded } from '../src/db/embedded/embedded.ts'
import { upgrade } from '../src/db/migrations/migrate.ts'
import { benchIdle } from './idle.ts'
import { benchIngest } from './ingest.ts'
import { benchLists } from './lists.ts'
import { benchLive } from './live/live.ts'
import { benchMetrics } from './metrics.ts'
import { benchQueue } from './queue.ts'
import { benchReads } from './reads/reads.ts'
import type { Bench, BenchResult } from './results.ts'
import { benchShares } from './shares.ts'
import { benchSlots } from './slots.ts'

/** Every measurement by name. Each measures the service and its floor or peer alternately, in the same run. */
const benches: Record<string, Bench> = {
  reads: benchReads,
  ingest: benchIngest,
  metrics: benchMetrics,
  queue: benchQueue,
  slots: benchSlots,
  shares: benchShares,
  lists: benchLists,
  live: benchLive,
  idle: benchIdle,
}

/**
 * `npm run bench [-- name ...] [--rows N] [--turns N] [--rounds N] [--seconds N]`: measures on an embedded PostgreSQL
 * and prints ratios with their spread. Compare ratios only: absolute figures depend on the machine.
 */
async function main(): Promise<void> {
  const { names, options } = readArguments(process.argv.slice(2))
  const dataDir = await mkdtemp(join(tmpdir(), 'new-voice-bench-'))
  const settings = {
    shared_buffers: '1GB',
    max_wal_size: '8GB',
    checkpoint_timeout: '15min',
    max_connections: '100',
  }
  const embedded = await startEmbedded({ dataDir, settings })
  try {
    await upgrade(embedded.url)
    for (const name of names) {
      const bench = benches[name]
      if (bench === undefined)
        throw new Error(`Unknown bench "${name}". Allowed: ${Object.keys(benches).join(', ')}.`)
      process.stdout.write(`\n${name}\n`)
      print(await bench(embedded.url, options))
    }
  } finally {
    await embedded.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function readArguments(args: string[]) {
  const options = { rows: 1_000_000, turns: 10_000_000, rounds: 5, seconds: 4 }
  const names: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    const name = arg.replace(/^--/, '')
    if (arg.startsWith('--') && name in options) options[name as keyof typeof options] = Number(args[++i])
    else names.push(arg)
  }
  return { names: names.length > 0 ? names : Object.keys(benches), options }
}

function print(results: BenchResult[]): void {
  const rows = results.map(({ path, ours, floor, ratio, goal }) => [
    path,
    ours,
    floor,
    `${rounded(ratio.median)} (${rounded(ratio.min)} to ${rounded(ratio.max)})`,
    goal,
  ])
  process.stdout.write(`${formatTable(['path', 'ours', 'floor or peer', 'ratio', 'goal'], rows)}\n`)
}

const rounded = (value: number) => value.toPrecision(value < 0.1 ? 2 : 3)

await main()
