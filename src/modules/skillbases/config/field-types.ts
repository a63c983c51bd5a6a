import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { VisibleText } from '../../../lib/schema/typebox.ts'

/** Field types that the schema of a config is built from. */

/** Text with at least one visible character. */
export const Text = (maxLength: number, description: string) => VisibleText(maxLength, { description })

/** A field that may be left out. The validator then sets it to `value`, so its static type is not optional. */
export const WithDefault = <T extends TSchema>(schema: T, value: Static<T>) =>
  Type.Optional({ ...schema, default: value }) as unknown as T

/** An object that allows no other fields. */
export const StrictObject = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description })

/** The name of a provider. Any name is allowed, so that a new provider needs no release; unknown ones cause a warning. */
export const Provider = (description: string) =>
  Type.String({
    pattern: '^[a-z][a-z0-9_-]{0,63}$',
    description: `${description} Lower-case letters, digits, "_" and "-", starting with a letter, such as deepgram.`,
  })

/** A BCP 47 language tag. */
export const Language = (description: string) =>
  Type.String({
    pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$',
    description: `${description} A BCP 47 tag, such as ru or en-US.`,
  })
