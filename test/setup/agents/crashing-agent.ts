// An agent that throws an uncaught exception. Usage: crashing-agent.ts URL KEY CALL_ID
import { voice } from '@livekit/agents'
import { collectSession, endOnCrash } from '../../../sdk/src/agents.ts'
import { TelemetrySender } from '../../../sdk/src/index.ts'
import { ScriptedLLM } from './voice.ts'

const [url = '', key = '', call_id = ''] = process.argv.slice(2)
const sender = new TelemetrySender({ url, key, flushMs: 60_000 })
const session = new voice.AgentSession({ llm: new ScriptedLLM(() => ({ text: 'Yes.' })), vad: null })
const report = collectSession(session, sender.collect(call_id))
endOnCrash(report, sender)
await session.start({ agent: new voice.Agent({ instructions: 'Be nice.' }), record: false })
await session.say('Hello.').waitForPlayout()
setImmediate(() => {
  throw new Error('the agent has a bug')
})
