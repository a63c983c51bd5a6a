import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { type StoredFile, sendStoredFile, storeFile } from './stored-file.ts'

/*
 * The page at /docs: Scalar's reader of OpenAPI documents, from the file in its package. Everything comes from this service, and
 * the policy of the page allows nothing else.
 */

/**
 * No script runs that is not a file of this service. Scalar adds its styles as elements, so those are allowed inline; requests of
 * the page go to this service or to PUBLIC_URL.
 */
const policyOf = (publicUrl: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self'${publicUrl === '/' ? '' : ` ${new URL(publicUrl).origin}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ')

interface DocsPageOptions {
  publicUrl: string
  /** The path of `publicUrl`, without a slash at its end. */
  prefix: string
}

/** Serves the page and its files. Requests for other files of /docs get 404. */
export function registerDocsPage(app: FastifyInstance, { publicUrl, prefix }: DocsPageOptions): void {
  const policy = policyOf(publicUrl)
  const hidden = { schema: { hide: true } }
  app.get('/docs', hidden, async (_request, reply) =>
    reply
      .headers({ 'content-security-policy': policy, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(pageOf(prefix)),
  )
  const files: Record<string, { type: string; read: () => Promise<Buffer> | Buffer }> = {
    'scalar.js': { type: 'text/javascript; charset=utf-8', read: () => readFile(scalarFile()) },
    'start.js': { type: 'text/javascript; charset=utf-8', read: () => Buffer.from(startScript(prefix)) },
    'page.css': { type: 'text/css; charset=utf-8', read: () => Buffer.from(styles) },
    'icon.svg': { type: 'image/svg+xml', read: () => Buffer.from(icon) },
  }
  for (const [name, { type, read }] of Object.entries(files)) {
    let file: Promise<StoredFile> | undefined
    app.get(`/docs/static/${name}`, hidden, async (request, reply) => {
      file ??= Promise.resolve(read()).then(storeFile)
      return sendStoredFile(request, reply.type(type), await file)
    })
  }
}

/** The script that the package contains for browsers. Only this file of the package is used. */
const scalarFile = () => new URL('js/standalone.js', import.meta.resolve('@scalar/fastify-api-reference'))

const pageOf = (prefix: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>New Voice API</title>
    <link rel="icon" href="${prefix}/docs/static/icon.svg">
    <link rel="stylesheet" href="${prefix}/docs/static/page.css">
  </head>
  <body>
    <header><strong>New Voice</strong> API reference</header>
    <main id="reference"><noscript>This page needs JavaScript. The document is at ${prefix}/openapi.json.</noscript></main>
    <script src="${prefix}/docs/static/scalar.js"></script>
    <script src="${prefix}/docs/static/start.js"></script>
  </body>
</html>
`

const startScript = (prefix: string) => `Scalar.createApiReference('#reference', ${JSON.stringify({
  url: `${prefix}/openapi.json`,
  theme: 'default',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  documentDownloadType: 'json',
  persistAuth: true,
  orderRequiredPropertiesFirst: true,
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  metaData: { title: 'New Voice API' },
})})
`

const styles = `body { margin: 0; font-family: system-ui, sans-serif; }
header { position: sticky; top: 0; z-index: 20; height: 48px; line-height: 48px; padding: 0 24px; background: #0f2a43; color: #fff; }
header strong { margin-right: 8px; }
:root { --scalar-custom-header-height: 48px; --scalar-font: system-ui, sans-serif; --scalar-font-code: ui-monospace, monospace; }
`

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0f2a43"/><path d="M8 20v-8M13 24V8M18 21V11M23 18v-4" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>
`
