import { test } from 'tap'
import { testDatabase } from '../setup/postgres.ts'
import { attacks } from './attacks.ts'
import { type Neighbourhood, platformKey, startAttack, startNeighbourhood } from './service.ts'
import { Victim } from './victim.ts'

/** How many attacks run together: each for itself would take longer and show less. */
const attacksAtOnce = 6
/** Pause of an attack between its rounds, so that the test shows fairness and not the number of cores. */
const pauseMs = 50
/** Requests of each kind that the victim makes during the attacks. */
const rounds = 10

test('A company is served, and its loops advance, while others attack', async (t) => {
  const { url } = await testDatabase(t)
  let service: Neighbourhood | undefined = await startNeighbourhood(url)
  t.teardown(() => service?.stop())
  const victim = await Victim.create(service.url, platformKey)
  t.teardown(() => victim.close())
  await victim.untilLoopsAdvance()
  const names = Object.keys(attacks)
  for (let first = 0; first < names.length; first += attacksAtOnce) {
    const group = names.slice(first, first + attacksAtOnce)
    await t.test(group.join('; '), async (t) => {
      const running: Awaited<ReturnType<typeof startAttack>>[] = []
      t.teardown(() => Promise.all(running.map((attack) => attack.stop())))
      for (const name of group) running.push(await startAttack(name, service?.url ?? '', pauseMs))
      const { failures } = await victim.work(rounds)
      t.same(failures, [], 'every request is served')
      await victim.untilLoopsAdvance()
      for (const [i, attack] of running.entries()) {
        const responses = await attack.stop()
        t.notOk(
          Object.keys(responses).some((status) => status === '500'),
          `${group[i]}: ${JSON.stringify(responses)}`,
        )
      }
      t.notOk(service?.hasEnded(), 'the service still runs')
    })
  }
  await service.stop()
  service = undefined
})
