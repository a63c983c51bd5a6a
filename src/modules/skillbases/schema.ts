import { Type } from '@sinclair/typebox'
import { Body, Id, JsonObject, Nullable, Ref, Time } from '../../http/wire.ts'
import { exampleConfig } from './config/example-config.ts'
import { SkillbaseConfig } from './config/skillbase-config.ts'

const Name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  examples: ['Приём звонков клиники'],
})
const Slug = Type.String({
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  maxLength: 64,
  description: 'Unique in the company.',
  examples: ['clinic-reception'],
})
const Description = Type.String({ maxLength: 5000, examples: ['Записывает на приём.'] })
const Version = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Counts from 1.',
  examples: [1],
})

/** A config as it is stored: hand-written SQL may have stored one that SkillbaseConfig refuses. */
const StoredConfig = Type.Unsafe<unknown>({
  type: 'object',
  additionalProperties: true,
  description: 'A SkillbaseConfig with its defaults; as it was stored where it was stored by hand.',
  examples: [exampleConfig],
})

export const Skillbase = Type.Object(
  {
    company_id: Id,
    id: Id,
    name: Name,
    slug: Slug,
    description: Nullable(Description),
    version: Version,
    config: StoredConfig,
    is_active: Type.Boolean({ description: 'false: retired; nothing new may use it.' }),
    is_published: Type.Boolean(),
    published_version: Nullable(Version),
    created_at: Time,
    updated_at: Time,
  },
  { $id: 'Skillbase' },
)

/** The config as a resource of its own, for an editor. */
export const ConfigView = Type.Object(
  { id: Id, name: Name, version: Version, config: StoredConfig, updated_at: Time },
  { $id: 'SkillbaseConfigView' },
)

const versionFields = {
  skillbase_id: Id,
  version: Version,
  config_hash: Nullable(
    Type.String({ description: 'Equal for equal configs; null where the version was written by hand.' }),
  ),
  restored_from: Nullable(Version),
  created_at: Time,
}

export const VersionSummary = Type.Object(versionFields, { $id: 'SkillbaseVersionSummary' })

export const SkillbaseVersion = Type.Object(
  { ...versionFields, config: StoredConfig },
  { $id: 'SkillbaseVersion' },
)

const editable = { name: Name, slug: Slug, description: Type.Optional(Nullable(Description)) }

export const SkillbaseInput = Body({ ...editable, config: Ref(SkillbaseConfig) })

const changeable = {
  ...editable,
  name: Type.Optional(Name),
  slug: Type.Optional(Slug),
  is_active: Type.Optional(Type.Boolean()),
}

/** PATCH merges the config into the present one: what it names is a part of a config. */
export const SkillbasePatch = Body({ ...changeable, config: Type.Optional(JsonObject) })

export const SkillbasePut = Body({ ...changeable, config: Type.Optional(Ref(SkillbaseConfig)) })

/** A body that may also be left out. */
export const PublishInput = Type.Unsafe<{ version?: number } | null>({
  type: ['object', 'null'],
  properties: { version: Version },
  additionalProperties: false,
  description: 'Without a version the newest.',
  examples: [{ version: 1 }],
})

export const RestoreInput = Body({ version: Version })

export const ValidateConfigInput = Body({
  config: Type.Unknown({
    description: 'Anything: what is wrong with it is the answer.',
    examples: [exampleConfig],
  }),
})

export const ValidateSkillbaseInput = Type.Unsafe<{ config?: unknown } | null>({
  type: ['object', 'null'],
  properties: { config: { description: 'Without it the stored config is checked.' } },
  additionalProperties: false,
  examples: [{}],
})

const Fault = Type.Object({
  pointer: Type.String({ description: 'JSON pointer.', examples: ['/config/llm/model'] }),
  detail: Type.String({ examples: ['was shut down on 2026-08-16: use openai/gpt-oss-20b'] }),
})

export const ConfigReport = Type.Object(
  {
    valid: Type.Boolean({ description: 'There are no errors.' }),
    errors: Type.Array(Fault, { description: 'Why it would be refused.' }),
    warnings: Type.Array(Fault, { description: 'What is allowed and hardly meant.' }),
  },
  { $id: 'ConfigReport' },
)

export const VersionParams = Type.Object({ id: Id, version: Version })

export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'The ETag that was read: the change is refused (412) when it is stale.' }),
  ),
})

export const ListQuery = {
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Found in name and slug.' })),
  slug: Type.Optional(Type.String({ maxLength: 64 })),
  is_active: Type.Optional(Type.Boolean()),
  is_published: Type.Optional(Type.Boolean()),
}
