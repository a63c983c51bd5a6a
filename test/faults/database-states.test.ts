import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { test } from 'tap'
import { serviceCommand } from '../setup/spawn-service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { headers, scratchDirectory, startServiceProcess } from './service-process.ts'

test('a database that cannot do its work', async (t) => {
  const service = await startServiceProcess(t, scratchDirectory(t))
  const admin = service.admin()
  t.equal((await service.createCompany('first')).status, 201)

  const setReadOnly = async (value: 'on' | 'off') => {
    await admin.unsafe('set transaction_read_only = off')
    await admin.unsafe(`alter system set default_transaction_read_only = ${value}`)
    await admin`select pg_reload_conf()`
  }

  await t.test('A read-only database is reported; reads work, writes get 503, and it recovers', async (t) => {
    const company = await service.createCompany('read-only')
    const key = await createKey(service.url, company.id ?? '')
    await setReadOnly('on')
    await waitUntil(
      'it is reported',
      async () => (await service.ready()).reasons[0] === 'the database is read-only',
    )
    // The first use of this key records its last use.
    const read = await fetch(`${service.url}/api/campaigns`, { headers: key })
    t.equal(read.status, 200)
    t.match(await service.createCompany('refused'), { status: 503, code: 'database_read_only' })
    await setReadOnly('off')
    await waitUntil('it is ready', async () => (await service.ready()).status === 200)
    t.equal((await service.createCompany('accepted')).status, 201)
    t.notOk((await service.companySlugs()).includes('refused'))
  })

  await t.test('A write that finds the disk full gets 503, which names the disk', async (t) => {
    // Simulated: the trigger raises what PostgreSQL raises then.
    await admin.unsafe(`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise 'could not extend file: No space left on device' using errcode = '53100'; end $$;
      create trigger refuse before insert on companies for each row execute function refuse()`)
    const response = await service.createCompany('too-much')
    t.match(response, { status: 503, code: 'disk_full', detail: /disk of the database is full/ })
    await admin.unsafe('drop function refuse cascade')
    t.equal((await service.createCompany('fits')).status, 201)
  })

  await t.test(
    'While others use all connections, what is connected is served, and the rest gets 503',
    async (t) => {
      const [limit] = await admin`show max_connections`
      const others = postgres(service.adminUrl(), {
        max: Number(limit?.max_connections),
        onnotice: () => undefined,
      })
      t.teardown(() => others.end({ timeout: 0 }))
      const taken = await Promise.allSettled(
        Array.from({ length: Number(limit?.max_connections) }, () => others.reserve()),
      )
      t.ok(
        taken.some(({ status }) => status === 'rejected'),
        'no connection is left',
      )
      const statuses = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          service.createCompany(`crowded-${i}`).then(({ status }) => status),
        ),
      )
      t.same(
        statuses.filter((status) => ![201, 503].includes(status)),
        [],
      )
      await others.end({ timeout: 0 })
      await waitUntil(
        'all are served',
        async () => (await service.createCompany(`later-${Date.now()}`)).status === 201,
      )
      t.equal((await service.ready()).status, 200)
    },
  )
  t.equal(service.child.exitCode, null, 'the service has survived all of it')
})

async function createKey(url: string, company: string) {
  const response = await fetch(`${url}/api/companies/${company}/keys`, {
    method: 'POST',
    headers,
    body: '{"name":"reader","scopes":["read"]}',
  })
  const { key } = (await response.json()) as { key: string }
  return { authorization: `Bearer ${key}` }
}

/** Whether this user may mount a file system in a mount namespace of its own. */
const canMount =
  spawnSync('unshare', [
    '--mount',
    '--pid',
    '--fork',
    '--mount-proc',
    'mount',
    '-t',
    'tmpfs',
    'tmpfs',
    '/mnt',
  ]).status === 0
const skip = !canMount && 'it needs permission to mount a file system'

test('A full disk is reported, writes get 503, and the service recovers when space is freed', {
  skip,
}, async (t) => {
  // The service and its database run in namespaces of their own, in which their directory is a small disk.
  const directory = scratchDirectory(t)
  const dataDir = join(directory, 'disk')
  mkdirSync(dataDir)
  const mount = 'mount -t tmpfs -o size=200m,mode=0777 tmpfs "$0" && exec "$@"'
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  const command = ['unshare', ...namespaces, 'sh', '-c', mount, dataDir, ...serviceCommand()]
  const service = await startServiceProcess(t, dataDir, { command })
  const ballast = `/proc/${service.child.pid}/root${join(dataDir, 'ballast')}`
  const acknowledged: string[] = []
  const write = async (slug: string) => {
    const response = await service.createCompany(slug)
    if (response.status === 201) acknowledged.push(slug)
    return response
  }
  t.equal((await write('before')).status, 201)
  t.equal((await service.ready()).status, 200)
  spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k'])
  let i = 0
  await waitUntil('a write is refused, and the reason is the disk', async () => {
    const { status, code } = await write(`filling-${i++}`)
    return status === 503 && code === 'disk_full'
  })
  await waitUntil('it is reported', async () =>
    /disk|does not respond/.test((await service.ready()).reasons.join()),
  )
  t.match((await service.ready()).reasons, [/the disk of the database is full/])
  t.equal((await fetch(`${service.url}/health/live`)).status, 200)
  rmSync(ballast)
  await waitUntil('it is ready', async () => (await service.ready()).status === 200)
  await waitUntil('writes are accepted', async () => (await write(`after-${i++}`)).status === 201)
  const stored = new Set(await service.companySlugs())
  t.same(
    acknowledged.filter((slug) => !stored.has(slug)),
    [],
  )
  t.equal(service.child.exitCode, null)
})
