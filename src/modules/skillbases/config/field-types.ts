import { type Static, type TSchema, Type } from '@sinclair/typebox'

/** Shapes that a config's schema is made of. */

/** Text with at least one character that is not white space. */
export const Text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', description })

/** A property that may be left out: the validator then fills in `value`, so that who reads it always finds it. */
export const WithDefault = <T extends TSchema>(schema: T, value: Static<T>) =>
  Type.Optional({ ...schema, default: value }) as unknown as T

/** An object that takes what it names and nothing else. */
export const StrictObject = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description })

/** A provider's name. It is no list: a new provider needs no release. */
export const Provider = (description: string) =>
  Type.String({ pattern: '^[a-z][a-z0-9_-]{0,63}$', description: `${description} A lower-case word.` })

/** A language as BCP 47 writes it. */
export const Language = (description: string) =>
  Type.String({
    pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$',
    description: `${description} BCP 47: ru, en-US.`,
  })
