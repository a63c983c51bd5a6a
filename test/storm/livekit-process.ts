// The fake LiveKit of a storm, in its own process. It appends a line per event to a journal, which survives a kill:
// `invite ROOM NUMBER TIME` and `end ROOM TIME`. The parent process appends `kill TIME`.
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
import { type Agents, FakeLivekit, type Job, type Script } from '../setup/livekit/fake-livekit.ts'

const {
  PORT = '0',
  JOURNAL = '',
  SEED = '1',
  API_KEY = '',
  API_SECRET = '',
  API = '',
  AGENT_WAIT_SEC = '',
} = process.env
const appendLine = (line: string) => appendFileSync(JOURNAL, `${line}\n`)
const dialsByNumber = new Map<string, number>()

/** The script of the next call to a number: random by seed, number, count of calls to it, and process. */
function scriptOf(number: string): Script {
  const nth = (dialsByNumber.get(number) ?? 0) + 1
  dialsByNumber.set(number, nth)
  const random = new SeededRandom(`${SEED}|${number}|${nth}|${process.pid}`)
  const fates = {
    answer: 60,
    no_answer: 10,
    silent: 1,
    486: 8,
    480: 4,
    603: 2,
    404: 2,
    503: 5,
    500: 2,
    403: 0.2,
  }
  const fate = random.pick(fates)
  const script: Script = {
    fate: (/^\d+$/.test(fate) ? Number(fate) : fate) as Script['fate'],
    // A silent trunk does not respond for the whole ring limit.
    ringMs: fate === 'silent' ? 120_000 : random.between(10, 300),
    talkMs: random.between(50, 1_500),
  }
  const fault = random.pick({ none: 83, unclaimed: 2, before: 3, after: 8, cut: 3, silence: 1 })
  const how = { code: 'unavailable', status: 503 }
  if (fault === 'unclaimed') {
    const msg = random.pick({ 'no response from servers': 2, 'no servers available': 1, 'cpu exhausted': 1 })
    script.fault = { when: 'before', how: { ...how, msg } }
  } else if (fault === 'before') script.fault = { when: 'before', how }
  else if (fault === 'after') script.fault = { when: 'after', how: random.chance(0.5) ? 'cut' : how }
  else if (fault === 'cut') script.fault = { when: 'before', how: 'cut' }
  else if (fault === 'silence') script.fault = { when: 'after', how: 'silence' }
  return script
}

const random = new SeededRandom(`${SEED}|agents|${process.pid}`)

async function request({ metadata: { call_id, token } }: Job, method: string, path: string, body?: object) {
  for (let tries = 0; tries < 20; tries++) {
    try {
      const response = await fetch(`${API}/api/calls/${call_id}/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(5_000),
      })
      await response.text()
      if (response.status < 500) return response.status < 300
    } catch {
      // The API is killed too, and restarted.
    }
    await sleep(100)
  }
  return false
}

const agents: Agents = {
  // A busy worker refuses, and another one may take the call when it is offered again.
  accepts: () => !random.chance(0.1),
  // Some processes start so late that their call is over.
  start: () => sleep(random.chance(0.03) ? Number(AGENT_WAIT_SEC) * 1000 + random.between(0, 2_000) : 0),
  join: async (job) => !random.chance(0.02) && request(job, 'GET', 'brief'),
  calleeAnswered: async (job) => {
    if (random.chance(0.03)) return
    const turns = Array.from({ length: 4 }, (_, turn_index) => ({
      turn_index,
      role: turn_index % 2 === 0 ? 'assistant' : 'user',
      content: 'word',
      latency_llm: 300,
      tts_characters: 4,
    }))
    await request(job, 'POST', 'turns', { turns })
  },
  callEnded: async (job) => {
    if (random.chance(0.05)) return
    await request(job, 'POST', 'complete', { outcome: random.pick({ success: 8, fail: 2 }) })
  },
}

const livekit = await FakeLivekit.start({
  port: Number(PORT),
  apiKey: API_KEY,
  apiSecret: API_SECRET,
  scriptOf,
  agents,
  onInvite: (invite) => appendLine(`invite ${invite.room} ${invite.number} ${invite.sentAt}`),
  onCallEnd: (invite) => appendLine(`end ${invite.room} ${invite.endedAt}`),
  webhook: async (body, authorization) => {
    const fate = random.pick({ sent: 80, lost: 10, repeated: 10 })
    for (let i = 0; i < { sent: 1, lost: 0, repeated: 2 }[fate]; i++) {
      await fetch(`${API}/api/livekit/webhook`, {
        method: 'POST',
        body,
        signal: AbortSignal.timeout(5_000),
        headers: { authorization, 'content-type': 'application/webhook+json' },
      })
        .then((response) => response.text())
        .catch(() => undefined)
    }
  },
})
process.on('message', () => process.send?.([...livekit.rooms.keys()]))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
