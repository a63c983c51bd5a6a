import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'tap'
import { checkProject } from '../../src/telephony/livekit/project-check.ts'
import { testDial } from '../../src/telephony/livekit/test-dial.ts'
import { FakeLivekit, type Script } from '../setup/livekit/fake-livekit.ts'
import { answeringHuman } from '../setup/livekit/livekit-world.ts'
import { freePort } from '../setup/ports.ts'
import { programArgs } from '../setup/programs.ts'

test('npm run livekit -- check reports wrong settings without placing a call', async (t) => {
  const livekit = await FakeLivekit.start({
    scriptOf: () => answeringHuman,
    agents: { join: async () => false },
  })
  t.teardown(() => livekit.stop())
  const { url, apiKey, apiSecret } = livekit
  const check = async (change: Partial<Parameters<typeof checkProject>[0]> = {}) =>
    (await checkProject({ url, apiKey, apiSecret, trunkId: 'ST_test', ...change })).map(
      ({ result, advice }) => advice ?? result,
    )
  t.same(await check(), [
    'LiveKit accepts the keys (0 rooms)',
    'trunk Test sends calls to pstn.example and has 1 number(s)',
  ])
  t.same(await check({ apiSecret: 'another-secret' }), [
    'LiveKit rejects the API key or its secret. Check that both belong to this project and are complete.',
  ])
  t.match(await check({ url: `http://127.0.0.1:${await freePort()}` }), [
    /could not be reached \(ECONNREFUSED\)\. Check LIVEKIT_URL/,
  ])
  t.match(
    (await check({ trunkId: 'ST_other' }))[1],
    /no outbound trunk with this id\. Its outbound trunks: ST_test\./,
  )
  livekit.trunks = []
  t.match((await check())[1], /no outbound trunk with this id\. Its outbound trunks: none\./)
  livekit.failRequest = () => ({ code: 'bad_route', status: 404 })
  t.match(await check(), [/responded with bad_route\. Check that the URL is that of a LiveKit project/])
  t.same(livekit.invites, [])

  const run = (args: string[], env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [...programArgs('src/cli/livekit'), ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    })
  const missing = run(['check'], {})
  t.equal(missing.status, 1)
  for (const name of ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET', 'LIVEKIT_SIP_TRUNK_ID'])
    t.match(missing.stderr, `${name} must be `)
  t.match(run(['chekc'], {}), { status: 2, stderr: /livekit(\.js| --) check/ })
  for (const args of [['--dial'], ['--dial', 'nobody'], ['--call', '+79991234567']])
    t.equal(run(['check', ...args], {}).status, 2, args.join(' '))
})

test('npm run livekit -- check reads .env as the service does, and names what it did not check', async (t) => {
  const livekit = await FakeLivekit.start({
    scriptOf: () => answeringHuman,
    agents: { join: async () => false },
  })
  t.teardown(() => livekit.stop())
  const settings = {
    LIVEKIT_URL: livekit.url,
    LIVEKIT_API_KEY: livekit.apiKey,
    LIVEKIT_API_SECRET: livekit.apiSecret,
    LIVEKIT_SIP_TRUNK_ID: 'ST_test',
  }
  const cwd = t.testdir({
    '.env': Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  })
  const run = async (args: string[]) => {
    const child = spawn(process.execPath, [...programArgs('src/cli/livekit'), 'check', ...args], {
      cwd,
      env: { PATH: process.env.PATH },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const [status] = await once(child, 'close')
    return { status, output }
  }
  const { status, output } = await run([])
  t.equal(status, 0, output)
  t.match(output, /trunk Test sends calls to pstn\.example.*\nNot checked: whether the SIP bridge runs/)
  t.equal(livekit.invites.length, 0)
  t.match(await run(['--dial', '+79991234567']), {
    status: 0,
    output: /call: the call was answered and hung up\./,
  })
  t.match(livekit.invites, [{ number: '+79991234567', maxSec: 60 }])
  t.equal(livekit.rooms.size, 0)
})

test('A test call succeeds when the trunk places it, and names the fault when not', async (t) => {
  let script: Script = answeringHuman
  const livekit = await FakeLivekit.start({ scriptOf: () => script, agents: { join: async () => false } })
  t.teardown(() => livekit.stop())
  livekit.autoCreate = false
  const { url, apiKey, apiSecret } = livekit
  const number = '+79991234567'
  const dial = async (change: Partial<Script>) => {
    script = { ...answeringHuman, ...change }
    return testDial({ url, apiKey, apiSecret, trunkId: 'ST_test' }, number)
  }
  const placed = [486, 480, 603, 'no_answer'] as const
  for (const fate of placed)
    t.match(await dial({ fate }), { result: /the trunk placed the call/, advice: undefined })
  const failing: [Partial<Script>, RegExp][] = [
    [{ fate: 407 }, /not placed: The SIP trunk rejects the credentials/],
    [{ fate: 403 }, /not placed: The SIP trunk forbids the call/],
    [
      {
        fault: { when: 'before', how: { code: 'unavailable', status: 503, msg: 'no response from servers' } },
      },
      /not placed: no SIP bridge took the request/,
    ],
    [{ fault: { when: 'before', how: 'cut' } }, /did not report how the call ended/],
    [
      {
        fault: {
          when: 'before',
          how: { code: 'invalid_argument', status: 400, msg: `bad number ${number}` },
        },
      },
      /bad number the number/,
    ],
  ]
  for (const [change, advice] of failing) t.match(await dial(change), { result: 'failed', advice })
  const { advice = '' } = await testDial({ url, apiKey, apiSecret: 'another', trunkId: 'ST_test' }, number)
  t.match(advice, /not placed: LiveKit refuses to dial \(unauthenticated\)/)
  t.notMatch(advice, /eyJ/, 'the token is not shown')
  t.equal(livekit.rooms.size, 0)
})
