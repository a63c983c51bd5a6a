import { test } from 'tap'
import { checkConfig, exampleConfig } from '../../src/modules/skillbases/index.ts'
import { startTestService } from '../setup/service.ts'
import { type Json, withChange } from './configs.ts'
import { skillbaseClient, urlOf } from './skillbase-client.ts'

const letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9nO2qR5tU8wX1zA4cD7fG0iJ3lM6oP9rS2uV5x'
const hex = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0'
const upper = 'AB2CD3EF4GH5IJ6KL7MN'

/** One made-up secret of each format. They are put together here, so that the file contains none. */
const secrets: [kind: RegExp, secret: string][] = [
  [/private key/, `-----BEGIN ${'RSA '}PRIVATE KEY-----\nMIIEow`],
  [/private key/, `-----BEGIN ${'OPENSSH '}PRIVATE KEY-----`],
  [/private key/, '-----BEGIN ' + 'PRIVATE KEY-----'],
  [/Stripe/, `sk_live_${letters.slice(0, 24)}`],
  [/Stripe/, `rk_test_${letters.slice(0, 24)}`],
  [/Stripe/, `whsec_${letters.slice(0, 32)}`],
  [/GitHub/, `ghp_${letters.slice(0, 36)}`],
  [/GitHub/, `gho_${letters.slice(0, 36)}`],
  [/GitHub/, `github_pat_${letters.slice(0, 22)}_${letters.slice(0, 59)}`],
  [/GitLab/, `glpat-${letters.slice(0, 20)}`],
  [/Slack/, `xoxb-${'123456789012'}-${letters.slice(0, 24)}`],
  [
    /Slack/,
    `https://hooks.slack.com/services/T${upper.slice(0, 8)}/B${upper.slice(0, 10)}/${letters.slice(0, 24)}`,
  ],
  [/AWS/, `AKIA${upper.slice(0, 16)}`],
  [/AWS/, `aws_secret_access_key = ${letters.slice(0, 40)}`],
  [/Google/, `AIza${letters.slice(0, 35)}`],
  [/Google/, `GOCSPX-${letters.slice(0, 28)}`],
  [/Azure/, `AccountKey=${letters.slice(0, 60)}==`],
  [/OpenAI, Anthropic/, `sk-${letters.slice(0, 48)}`],
  [/OpenAI, Anthropic/, `sk-proj-${letters.slice(0, 40)}_${letters.slice(0, 20)}`],
  [/OpenAI, Anthropic/, `sk-ant-api03-${letters.slice(0, 60)}`],
  [/language model/, `gsk_${letters.slice(0, 52)}`],
  [/language model/, `xai-${letters.slice(0, 70)}`],
  [/language model/, `hf_${'aBcDeFgHiJ'.repeat(4).slice(0, 34)}`],
  [/ElevenLabs/, `sk_${hex.slice(0, 48)}`],
  [/Twilio/, `SK${hex.slice(0, 32)}`],
  [/LiveKit/, `API${'wLeah7g4fuLA'}`],
  [/LiveKit/, `LIVEKIT_API_SECRET=${letters.slice(0, 43)}`],
  [/SendGrid/, `SG.${letters.slice(0, 22)}.${letters.slice(0, 43)}`],
  [/Telegram/, `123456789:AA${letters.slice(0, 33)}`],
  [/Yandex/, `AQVN${letters.slice(0, 36)}`],
  [/registry/, `npm_${letters.slice(0, 36)}`],
  [/cloud/, `dop_v1_${hex}`],
  [/business/, `shpat_${hex.slice(0, 32)}`],
  [/this platform/, `nv_${hex.slice(0, 8)}_${letters.slice(0, 43)}`],
  [/Web Token/, `eyJ${letters.slice(0, 30)}.eyJ${letters.slice(0, 40)}.${letters.slice(0, 40)}`],
  [/password in a URL/, `postgres://admin:${'hunter2'}@db.example/crm`],
]

const places: [pointer: string, config: (text: string) => Json][] = [
  ['/context/role', (text) => withChange('/context/role', text)],
  ['/context/facts/0', (text) => withChange('/context/facts/0', text)],
  ['/flow/states/1/prompt', (text) => withChange('/flow/states/1', { id: 'a', name: 'A', prompt: text })],
  ['/tools/0/message', (text) => withChange('/tools', [{ type: 'end_call', name: 'bye', message: text }])],
  ['/agent/handoff_criteria/a', (text) => withChange('/agent/handoff_criteria', { a: text })],
]

test('Secrets of known formats are refused in every text; the error names the place and the kind', async (t) => {
  for (const [kind, secret] of secrets) {
    for (const [pointer, config] of places) {
      for (const text of [secret, `Use the key ${secret}, please.`, `key="${secret}"`]) {
        const { errors } = checkConfig(config(text))
        t.match(errors, [{ pointer, detail: kind }], `${kind} ${pointer}`)
        t.notOk(JSON.stringify(errors).includes(secret.slice(-12)), 'the secret is not repeated')
      }
    }
  }
})

test('No error of a config with a secret repeats it, wherever it is', async (t) => {
  const secret = `sk_live_${letters.slice(0, 24)}`
  for (const config of [
    withChange(`/agent/handoff_criteria`, { [secret]: { [secret]: secret } }),
    withChange('/flow/initial', secret),
    withChange('/llm/provider', secret),
    withChange(`/llm/${secret}`, 1),
    withChange('/flow/states/0', secret, withChange('/flow/states/1', secret)),
    withChange('/context/facts', [`{{${secret}}} {{7*7 ${secret}}}`]),
  ]) {
    const { errors, warnings } = checkConfig(config)
    t.match(errors, [{ detail: /Stripe key/ }])
    t.notOk(JSON.stringify([errors, warnings]).includes(secret))
  }
})

test('Prose, ids, numbers and links are no secrets', async (t) => {
  for (const text of [
    'Ask for the API key. The secret is that we never sleep; passwords are never read out.',
    'Write to sk-learn-based-classification-model, a task-oriented-assistant-of-the-clinic.',
    'Скидка действует до 31.12.2026, промокод SKIDKA2026, договор № 7812-AKIA.',
    'https://clinic.example/booking?utm_source=phone&id=0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    'sip:operator@pbx.example:5060, https://clinic.example:8443/visits/@anna, mailto:info@clinic.example',
    '064b17af-d36b-4bfb-b003-be07dba1b649 +7 (495) 123-45-67 4111 1111 1111 1111',
    'The APIs of the laboratory: APIversions, API-first, APIAPIAPIAPIAPI.',
    'SG.U. and npm_install, hf_model, sk_test_, xoxo-kisses, a key-value-store, patient.data',
    'eyJ is the start of a token. {{name | default: "there"}} {{token}}',
    '-----BEGIN PUBLIC KEY-----',
    'Asiatischesprachwissenschaft ASIA PACIFIC ACCADEMIA',
  ])
    t.same(checkConfig(withChange('/context/facts', [text])).errors, [], text)
})

test('Creating and updating a skillbase with a secret fail; a stored one runs, but is not published again', async (t) => {
  const s = await startTestService(t)
  const c = await s.createCompany()
  const { post, create } = skillbaseClient(s)
  const secret = `github_pat_${letters.slice(0, 22)}_${letters.slice(0, 59)}`
  const config = withChange('/context/facts', ['We open at 9.', `Our token is ${secret}`])
  const refused = {
    status: 422,
    body: { errors: [{ pointer: '/config/context/facts/1', detail: /GitHub token/ }] },
  }
  const skillbase = await create(c)
  const url = urlOf(skillbase.id)
  for (const response of [
    await post(c, { config }),
    await s.request('PATCH', url, c.headers, { config: { context: (config as { context: Json }).context } }),
    await s.request('PUT', url, c.headers, { config }),
  ]) {
    t.match(response, refused)
    t.notOk(JSON.stringify(response.body).includes(secret))
  }
  t.match(await s.request('PUT', `${url}/config`, c.headers, config), {
    status: 422,
    body: { errors: [{ pointer: '/context/facts/1' }] },
  })
  // As stored by a version of the service that did not know the format.
  const [row] = await s.db.client.unsafe(
    `insert into skillbases (company_id, name, slug, config) values ($1, 'B', 'by-sql', $2::text::jsonb) returning id`,
    [c.id, JSON.stringify({ ...exampleConfig, ...config })],
  )
  t.equal((await s.request('GET', `${urlOf(row?.id)}/prompt`, c.headers)).status, 200)
  t.match(await s.request('POST', `${urlOf(row?.id)}/publish`, c.headers, {}), refused)
  t.match(await s.request('POST', `${urlOf(row?.id)}/restore`, c.headers, { version: 1 }), refused)
})
