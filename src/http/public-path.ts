import type { FastifyInstance } from 'fastify'

/**
 * The path of PUBLIC_URL under which a proxy serves the routes, such as /voice; empty for none.
 *
 * @param publicUrl without a slash at its end
 */
export function publicPathOf(publicUrl: string | undefined): string {
  const { pathname } = new URL(publicUrl ?? 'http://host')
  return pathname === '/' ? '' : pathname
}

/**
 * The URL of a route. Proxies may pass the prefix on or remove it, and probes come without it, so both are accepted.
 *
 * @param url path and query of a request
 */
export function withoutPrefix(url: string, prefix: string): string {
  if (!url.startsWith(prefix)) return url
  const rest = url.slice(prefix.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : url
}

/** Adds the prefix to redirects: a browser resolves their path on the host of the proxy. */
export function prefixRedirects(app: FastifyInstance, prefix: string): void {
  if (prefix === '') return
  app.addHook('onSend', async (_request, reply) => {
    const location = reply.getHeader('location')
    if (typeof location === 'string' && location.startsWith('/'))
      reply.header('location', `${prefix}${location}`)
  })
}

/** Leads from the root to the documentation. */
export function redirectRootToDocs(app: FastifyInstance): void {
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'))
}
