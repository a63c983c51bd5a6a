import { Type } from '@sinclair/typebox'
import type { skillbases, skillbaseVersions } from '../../db/schema/index.ts'
import {
  Body,
  BoundedJsonObject,
  Id,
  Nullable,
  Ref,
  type RowFields,
  Slug,
  Time,
  VisibleText,
} from '../../http/wire.ts'
import { exampleConfig } from './config/example-config.ts'
import { maxConfigBytes, SkillbaseConfig } from './config/skillbase-config.ts'

const Name = VisibleText(200, { description: 'Display name.', examples: ['Приём звонков клиники'] })
const SkillbaseSlug = Slug('Unique in the company.', 'clinic-reception')
const Description = Type.String({ maxLength: 5000, examples: ['Записывает на приём.'] })
const Version = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Version number, starting at 1.',
  examples: [1],
})

/** A stored config. Not SkillbaseConfig, because hand-written SQL may have stored an invalid one. */
const StoredConfig = Type.Unsafe<unknown>({
  type: 'object',
  title: 'StoredConfig',
  additionalProperties: true,
  description:
    'A SkillbaseConfig with defaults filled in. A config written directly to the database is returned unchanged.',
  examples: [exampleConfig],
})

const ReportItem = Type.Object(
  {
    pointer: Type.String({ description: 'JSON pointer to the field.', examples: ['/config/llm/model'] }),
    detail: Type.String({
      examples: ['This model was shut down by groq on 2026-08-16. Use openai/gpt-oss-20b.'],
    }),
  },
  { title: 'ConfigFinding' },
)

const Warnings = Type.Optional(
  Type.Array(ReportItem, {
    description:
      'Parts of the config that are allowed but probably a mistake. In responses to create, update, publish and restore.',
  }),
)

const skillbaseFields = {
  company_id: Id,
  id: Id,
  name: Name,
  slug: SkillbaseSlug,
  description: Nullable(Description),
  version: Version,
  config: StoredConfig,
  is_active: Type.Boolean({ description: 'false: retired. New campaigns and calls cannot use it.' }),
  is_published: Type.Boolean(),
  published_version: Nullable(Version),
  created_at: Time,
  updated_at: Time,
} satisfies RowFields<typeof skillbases>

export const Skillbase = Type.Object({ ...skillbaseFields, warnings: Warnings }, { $id: 'Skillbase' })

/** The config as a separate resource, for editors. */
export const ConfigView = Type.Object(
  { id: Id, name: Name, version: Version, config: StoredConfig, updated_at: Time, warnings: Warnings },
  { $id: 'SkillbaseConfigView' },
)

const versionFields = {
  skillbase_id: Id,
  version: Version,
  config_hash: Nullable(
    Type.String({
      description: 'Equal for equal configs. null: the version was written directly to the database.',
    }),
  ),
  restored_from: Nullable(Version),
  created_at: Time,
} satisfies RowFields<typeof skillbaseVersions, 'company_id' | 'config'>

export const VersionSummary = Type.Object(versionFields, { $id: 'SkillbaseVersionSummary' })

export const SkillbaseVersion = Type.Object(
  { ...versionFields, config: StoredConfig },
  { $id: 'SkillbaseVersion' },
)

const editable = { name: Name, slug: SkillbaseSlug, description: Type.Optional(Nullable(Description)) }

export const SkillbaseInput = Body({ ...editable, config: Ref(SkillbaseConfig) })

const changeable = {
  ...editable,
  name: Type.Optional(Name),
  slug: Type.Optional(SkillbaseSlug),
  is_active: Type.Optional(Type.Boolean()),
}

/** PATCH merges the config into the current one, so it may be partial. */
export const SkillbasePatch = Body(
  {
    ...changeable,
    config: Type.Optional(BoundedJsonObject(maxConfigBytes, 'Merged into the current config.')),
  },
  { examples: [{ name: 'Clinic reception, evenings', config: { llm: { temperature: 0.3 } } }] },
)

export const SkillbasePut = Body(
  { ...changeable, config: Type.Optional(Ref(SkillbaseConfig)) },
  {
    examples: [{ name: 'Clinic reception, evenings', config: exampleConfig }],
  },
)

/** The body is optional. */
export const PublishInput = Type.Unsafe<{ version?: number } | null>({
  type: ['object', 'null'],
  properties: { version: Version },
  additionalProperties: false,
  description: 'The version to publish; the newest unless given.',
  examples: [{ version: 1 }],
})

export const RestoreInput = Body({ version: Version })

export const ValidateConfigInput = Body({
  config: Type.Unknown({
    description: 'Any JSON value. Its errors are in the response; they do not fail the request.',
    examples: [exampleConfig],
  }),
})

export const ValidateSkillbaseInput = Type.Unsafe<{ config?: unknown } | null>({
  type: ['object', 'null'],
  properties: { config: { description: 'Any JSON value; the stored config unless given.' } },
  additionalProperties: false,
  examples: [{}],
})

export const ConfigReport = Type.Object(
  {
    valid: Type.Boolean({ description: 'true: there are no errors.' }),
    errors: Type.Array(ReportItem, { description: 'Why the config would be rejected, at most 100 errors.' }),
    warnings: Type.Array(ReportItem, {
      description:
        'Parts that are allowed but probably a mistake. Empty while the config does not match its schema.',
    }),
    canonical_config: Nullable(
      Type.Unsafe<unknown>({
        type: 'object',
        additionalProperties: true,
        description: 'The config as it would be stored. null: it has errors.',
        examples: [exampleConfig],
      }),
    ),
    conversions: Type.Array(ReportItem, {
      description: 'What each part in another notation than that of SkillbaseConfig is read as.',
      examples: [
        [
          {
            pointer: '/config/flow/states/0',
            detail: 'Read as the state {"id":"privetstvie","name":"Приветствие"}.',
          },
        ],
      ],
    }),
  },
  { $id: 'ConfigReport' },
)

export const VersionParams = Type.Object({ id: Id, version: Version })

export const ListQuery = {
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Text to search in names and slugs.' })),
  slug: Type.Optional(Type.String({ maxLength: 64, description: 'Exact slug.' })),
  is_active: Type.Optional(Type.Boolean()),
  is_published: Type.Optional(Type.Boolean()),
}
