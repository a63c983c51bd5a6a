import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'tap'
import { createLookup } from '../../src/modules/webhooks/delivery/host-lookup.ts'
import { hasPrivateHost, isPublicAddress } from '../../src/modules/webhooks/delivery/public-addresses.ts'
import { createSender } from '../../src/modules/webhooks/index.ts'
import { Receiver } from '../setup/receiver.ts'

type Test = Parameters<typeof Receiver.of>[0]
const message = { id: 'm', body: '{}', secrets: ['whsec_AAAA'] }

/** A name server that responds to queries for A with `addressOf(name)`, and never where that is undefined. Returns ip:port. */
async function nameServer(t: Test, addressOf: (name: string) => string | undefined): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    let end = 12
    const labels: string[] = []
    for (let length = query[end] ?? 0; length > 0; length = query[end] ?? 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + length))
      end += length + 1
    }
    const found = addressOf(labels.join('.'))
    if (found === undefined) return
    const isA = query.readUInt16BE(end + 1) === 1
    const question = query.subarray(12, end + 5)
    const header = Buffer.from(query.subarray(0, 12))
    header.writeUInt16BE(0x8180, 2)
    header.writeUInt16BE(isA ? 1 : 0, 6)
    header.fill(0, 8)
    // A pointer to the name, type A, class IN, 0 s, 4 bytes.
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...found.split('.').map(Number)])
    socket.send(Buffer.concat([header, question, ...(isA ? [answer] : [])]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  return `127.0.0.1:${socket.address().port}`
}

test('A receiver cannot hold a request', async (t) => {
  t.test('A response body that never ends, fast or slowly, is cut off after the status', async (t) => {
    const sender = createSender({ allowPrivateAddresses: true })
    t.teardown(() => sender.close())
    const receiver = await Receiver.of(t)
    for (const [bytes, pauseMs] of [
      [1024 * 1024, 0],
      [1, 50],
    ] as const) {
      let sent = 0
      const closed = new Promise<void>((resolve) => {
        receiver.respond = (_, reply) => {
          reply.writeHead(200).flushHeaders()
          const timer = setInterval(() => {
            if (reply.writableNeedDrain) return
            reply.write(Buffer.alloc(bytes))
            sent += bytes
          }, pauseMs)
          reply.on('close', () => {
            clearInterval(timer)
            resolve()
          })
        }
      })
      t.match(await sender.send({ ...message, url: receiver.url }, new Date()), {
        http_status: 200,
        error: null,
        is_timeout: false,
      })
      await closed
      t.ok(sent < 100 * 1024 * 1024, `${sent} bytes were sent`)
    }
  })

  t.test('Names whose servers do not respond delay no other name, and count as a timeout', async (t) => {
    const server = await nameServer(t, (name) => (name.startsWith('hangs') ? undefined : '127.0.0.1'))
    const receiver = await Receiver.of(t)
    const port = new URL(receiver.url).port
    const sender = createSender({ allowPrivateAddresses: true, nameServers: [server] })
    t.teardown(() => sender.close())
    let ended = 0
    const hanging = Array.from({ length: 20 }, (_, i) =>
      sender.send({ ...message, url: `http://hangs${i}.example.com/` }, new Date()).finally(() => ended++),
    )
    const url = `http://responds.example.com:${port}/`
    t.match(await sender.send({ ...message, url }, new Date()), { http_status: 200 })
    t.equal(ended, 0, 'the others still wait for their name servers')
    t.match(
      await Promise.all(hanging),
      hanging.map(() => ({ http_status: null, is_timeout: true })),
    )
  })
})

test('Requests go to public addresses only', async (t) => {
  t.test(
    'A name that first resolves to a public address and then to a private one is not connected to',
    async (t) => {
      const receiver = await Receiver.of(t)
      let lookups = 0
      const server = await nameServer(t, () => (lookups++ < 2 ? '203.0.114.1' : '127.0.0.1'))
      const lookup = createLookup({ allowPrivateAddresses: false, servers: [server] })
      const first = await new Promise((resolve) =>
        lookup('rebinds.example.com', { all: true }, (_, found) => resolve(found)),
      )
      t.same(first, [{ address: '203.0.114.1', family: 4 }])
      const sender = createSender({ allowPrivateAddresses: false, nameServers: [server] })
      t.teardown(() => sender.close())
      const url = `http://rebinds.example.com:${new URL(receiver.url).port}/`
      t.match(await sender.send({ ...message, url }, new Date()), {
        http_status: null,
        error: 'The address is private, loopback or link-local.',
      })
      t.same(receiver.requests, [])
    },
  )

  t.test('No notation of an address that is not public is accepted', (t) => {
    const hosts = [
      '127.0.0.1',
      '127.1',
      '0177.0.0.1',
      '0x7f000001',
      '2130706433',
      '127.0.0.1.',
      '１２７.０.０.１',
      '①②⑦.⓪.⓪.①',
      '%31%32%37.0.0.1',
      '0',
      '169.254.169.254',
      '0xa9fea9fe',
      '[::1]',
      '[0:0:0:0:0:ffff:7f00:1]',
      '[::ffff:169.254.169.254]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[2002:7f00:1::]',
      '[2001:0:7f00:1::]',
      '[fd00:ec2::254]',
      '[fe80::1]',
      'localhost.',
      'LOCALHOST',
      'a.localhost.',
      'metadata',
    ]
    for (const host of hosts) t.ok(hasPrivateHost(new URL(`https://${host}/`)), host)
    t.end()
  })

  t.test('Of IPv6 only global unicast without its reserved parts is public', (t) => {
    // IANA: IPv6 Special-Purpose Address Registry, https://www.iana.org/assignments/iana-ipv6-special-registry/.
    const reserved = [
      '2001::1',
      '2001:1::1',
      '2001:2::1',
      '2001:3::1',
      '2001:4:112::1',
      '2001:10::1',
      '2001:20::1',
      '2001:30::1',
      '2001:1ff:ffff::1',
      '2001:db8::1',
      '2002:808:808::1',
      '2620:4f:8000::1',
      '3fff::1',
      '3fff:fff:ffff::1',
      '4000::1',
      '1fff::1',
      '5f00::1',
      '100::1',
      'ff0e::1',
      '::ffff:10.0.0.1',
      '::ffff:0:8.8.8.8',
    ]
    t.same(
      reserved.filter((address) => isPublicAddress(address)),
      [],
    )
    const open = [
      '2001:200::1',
      '2001:4860:4860::8888',
      '2606:4700::1111',
      '2a00:1450::1',
      '3000::1',
      '8.8.8.8',
    ]
    t.same(
      open.filter((address) => !isPublicAddress(address)),
      [],
    )
    // IANA: IPv4 Special-Purpose Address Registry.
    const ipv4 =
      '0.1.2.3 10.1.1.1 100.64.0.1 127.9.9.9 169.254.0.1 172.31.0.1 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1'
    const more =
      '198.18.0.1 198.19.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255'
    t.same(
      `${ipv4} ${more}`.split(' ').filter((address) => isPublicAddress(address)),
      [],
    )
    t.end()
  })
})
