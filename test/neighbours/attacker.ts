// A process that runs one attack until it is killed: `attacker NAME URL PLATFORM_KEY PAUSE_MS`. Sends the number of responses per
// status to its parent, first when its first round has begun.
import { attacks } from './attacks.ts'
import { Client } from './client.ts'

const [name = '', url = '', platformKey = '', pauseMs = '0'] = process.argv.slice(2)
const attack = attacks[name]
if (attack === undefined) throw new Error(`Unknown attack "${name}".`)

const responses: Record<string, number> = {}
const count = (result: string) => {
  responses[result] = (responses[result] ?? 0) + 1
}

/** A client whose responses are counted. A lost connection is a result too: the service may disconnect an attacker. */
class CountingClient extends Client {
  override async send(...request: Parameters<Client['send']>) {
    try {
      const response = await super.send(...request)
      count(String(response.status))
      return response
    } catch {
      count('disconnected')
      return { status: 0, body: undefined }
    }
  }

  override async upload(...request: Parameters<Client['upload']>) {
    try {
      const response = await super.upload(...request)
      count(String(response.status))
      return response
    } catch {
      count('disconnected')
      return { status: 0, body: undefined }
    }
  }
}

const { key } = await Client.ofNewCompany(url, platformKey)
const round = await attack({
  company: new CountingClient(url, key),
  stranger: new CountingClient(url, undefined),
  newCompany: async () => new CountingClient(url, (await Client.ofNewCompany(url, platformKey)).key),
  count,
})
// Its parent was killed.
process.on('disconnect', () => process.exit())
const report = () => process.send?.({ responses })
report()
setInterval(report, 100)
for (;;) {
  await round()
  await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)))
}
