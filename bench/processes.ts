import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'

/**
 * Starts a TypeScript file as its own process, so that the sides of a comparison do not share an event loop.
 * Resolves when the process has sent its first message, `{ url }`.
 */
export async function startProcess(file: string, url: string, env: Record<string, string>) {
  const child = fork(file, [], {
    execArgv: ['--import', 'tsx'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: url,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_MINUTE: '100000000',
      API_URL: 'http://127.0.0.1:3000',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [message] = await once(child, 'message')
  return {
    child,
    url: (message as { url: string }).url,
    pid: child.pid as number,
    stop: () => child.kill('SIGTERM'),
  }
}

/** Starts the service in a role, and creates a company with an API key that has these scopes. */
export async function startService(url: string, role: 'api' | 'all', scopes: string[]) {
  const platformKey = randomBytes(24).toString('hex')
  const service = await startProcess('src/main.ts', url, {
    PLATFORM_KEY: platformKey,
    ROLE: role,
    PORT: '0',
  })
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${platformKey}`, 'content-type': 'application/json' }
    const response = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return (await response.json()) as { id: string; key: string }
  }
  const { id } = await post('/api/companies', { name: 'Bench', slug: `bench-${Date.now()}` })
  const { key } = await post(`/api/companies/${id}/keys`, { name: 'bench', scopes })
  return { ...service, company: id, headers: { authorization: `Bearer ${key}` } }
}
