import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Environment variables by name. */
export type Variables = NodeJS.Dict<string>

/** Returns the variables of the file `.env` in the working directory; none when there is no such file. */
export function readEnvFile(): Variables {
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return {}
  }
}

/** An empty variable counts as not set: Compose files, shells and `.env` pass variables without a value as empty. */
export const withoutEmpty = (variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))

/** Whether a variable contains a secret, by its name. */
export const isSecret = (name: string): boolean => /^DATABASE_URL$|(PASSWORD|_KEY|_SECRET|_TOKEN)$/.test(name)

/** The variable that names a file with the secret, as orchestrators mount it: PLATFORM_KEY_FILE for PLATFORM_KEY. */
export const fileVariableOf = (secret: string): string => `${secret}_FILE`

/**
 * Sets each secret that is given as a file. One line break at the end of the file does not belong to the secret: editors
 * and `echo` add it.
 *
 * @returns the variables, and one line for each file that cannot be used; it contains the path, and nothing of the file
 */
export function withSecretFiles(
  variables: Variables,
  secrets: readonly string[],
): { variables: Variables; problems: string[] } {
  const result = { ...variables }
  const problems: string[] = []
  for (const name of secrets) {
    const fileVariable = fileVariableOf(name)
    const path = variables[fileVariable]
    if (path === undefined) continue
    if (variables[name] !== undefined) {
      problems.push(`${name} and ${fileVariable} are both set. Set only one of them.`)
      continue
    }
    try {
      const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
      if (secret === '') problems.push(`${fileVariable} must be the path of a file that is not empty.`)
      result[name] = secret
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      problems.push(`${fileVariable}: the file ${path} cannot be read (${code}).`)
    }
  }
  return { variables: result, problems }
}
