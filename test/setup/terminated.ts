import type { Db } from '../../src/db/client.ts'

/** A database client whose connection is terminated instead of sending statement number `after`. */
export function terminatedAfter(db: Db, after: number): Db {
  let sent = 0
  const pool = new Proxy(db.pool, {
    get(target, name) {
      if (name !== 'acquire') {
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      }
      return async (...options: Parameters<typeof target.acquire>) => {
        const connection = await target.acquire(...options)
        const send = connection.send.bind(connection)
        connection.send = ((...args: Parameters<typeof send>) => {
          if (sent++ !== after) return send(...args)
          return send('select pg_terminate_backend(pg_backend_pid())')
        }) as typeof send
        return connection
      }
    },
  })
  return { ...db, pool }
}
