import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@hey-api/openapi-ts'
import { build } from 'esbuild'
import { test } from 'tap'
import ts from 'typescript'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import { company, s, service } from './setup.ts'

/** A program of a stranger, who has only the generated client. */
const program = () => `
import { createClient } from './client'
import { addCallTasks, createCampaign, createSkillbase, listCampaigns, publishSkillbase, type SkillbaseConfig, startCampaign, updateCampaign } from './index'

const client = createClient({ baseUrl: '${service}', headers: { Authorization: '${company.headers.authorization}' } })
const options = { client, throwOnError: true } as const
const config: SkillbaseConfig = ${JSON.stringify(exampleConfig)}
const skillbase = await createSkillbase({ ...options, body: { name: 'Reception', slug: 'generated', config } })
const skillbase_id = skillbase.data.id
await publishSkillbase({ ...options, path: { id: skillbase_id } })
const hours = ${JSON.stringify(aroundTheClock)}
const created = await createCampaign({ ...options, body: { name: 'Generated', skillbase_id, ...hours } })
const path = { id: created.data.id }
await addCallTasks({ ...options, path, body: { tasks: [{ phone_number: '+79991234568', contact_name: 'Anna' }] } })
const page = await listCampaigns({ ...options, query: { status: ['draft'] } })
const headers = { 'if-match': created.response.headers.get('etag') ?? '' }
const changed = await updateCampaign({ ...options, path, headers, body: { calls_per_minute: 20 } })
const started = await startCampaign({ ...options, path })
const unknown = await startCampaign({ client, path: { id: '${company.id}' } })
export const listed: string[] = page.data.items.map(({ id }) => id)
export const id: string = created.data.id
export const perMinute: number = changed.data.calls_per_minute
export const status: 'running' | 'draft' | 'scheduled' | 'paused' | 'completed' | 'stopped' = started.data.status
export const code: string | undefined = unknown.error?.code
`

test('A client that @hey-api/openapi-ts generates compiles, and creates, lists, changes and starts a campaign', async (t) => {
  // Below the project, so that the compiler finds the types of Node.
  const folder = join(process.cwd(), '.tap', `generated-client-${process.pid}`)
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(folder, { recursive: true })
  const document = join(folder, 'openapi.json')
  writeFileSync(document, JSON.stringify((await s.request('GET', '/openapi.json', {})).body))
  await createClient({
    input: document,
    output: { path: join(folder, 'client') },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent' },
  })
  const entry = join(folder, 'client', 'program.ts')
  writeFileSync(entry, program())
  t.same(compile(entry), [])
  const outfile = join(folder, 'program.mjs')
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm' })
  const { listed, id, perMinute, status, code } = await import(pathToFileURL(outfile).href)
  t.match(
    { listed, perMinute, status, code },
    { listed: [id], perMinute: 20, status: 'running', code: 'campaign_not_found' },
  )
})

/** The errors of a strict compilation. */
function compile(entry: string): string[] {
  const compilation = ts.createProgram([entry], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
  })
  return ts.getPreEmitDiagnostics(compilation).map(({ messageText, file, start }) => {
    const at =
      file && start !== undefined
        ? `${file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1}`
        : ''
    return `${at} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
