import { Type } from '@sinclair/typebox'
import { type apiKeys, type companies, keyScopeDescriptions, keyScopes } from '../../db/schema/index.ts'
import {
  Body,
  BoundedJsonObject,
  Id,
  JsonObject,
  maxJsonBytes,
  Nullable,
  OneOfDescribed,
  type RowFields,
  Slug,
  Time,
  TimeInput,
  VisibleText,
} from '../../http/wire.ts'

const Name = VisibleText(200, { examples: ['Northwind Dental'] })
const CompanySlug = Slug('Unique.', 'northwind-dental')
const Email = Type.String({ format: 'email', maxLength: 254, examples: ['ops@northwind.example'] })
const Phone = Type.String({ minLength: 1, maxLength: 32, examples: ['+74951234567'] })

const Limits = Type.Object(
  {
    max_concurrent_calls: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Live calls of all campaigns and test calls together.',
      }),
    ),
    calls_per_minute: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 60_000,
        description: 'Call attempts in any 60 seconds, all campaigns and test calls together.',
      }),
    ),
    requests_per_minute: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000_000,
        description: 'API requests per minute, of all keys together.',
      }),
    ),
    attempts_per_number_per_day: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: 'Call attempts to one number in any 24 hours, all campaigns and test calls together.',
      }),
    ),
    attempts_per_number_per_week: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: 'Call attempts to one number in any 7 days, all campaigns and test calls together.',
      }),
    ),
    min_hours_between_attempts: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 168,
        description:
          'Hours from the start of an attempt to the start of the next one to the same number, all campaigns and test calls together. 0, the default: no minimum.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Limits of the company. A limit that is not given does not apply.',
  },
)

export const Company = Type.Object(
  {
    id: Id,
    name: Name,
    slug: CompanySlug,
    email: Nullable(Email),
    phone: Nullable(Phone),
    settings: JsonObject,
    limits: Limits,
    is_active: Type.Boolean({ description: 'false: the keys of the company are rejected with 403.' }),
    created_at: Time,
    updated_at: Time,
  } satisfies RowFields<typeof companies>,
  { $id: 'Company' },
)

const editable = {
  name: Name,
  slug: CompanySlug,
  email: Type.Optional(Nullable(Email)),
  phone: Type.Optional(Nullable(Phone)),
  settings: Type.Optional(BoundedJsonObject(maxJsonBytes.settings, 'Settings of your own programs.')),
  limits: Type.Optional(Limits),
}

export const CompanyInput = Body(editable, {
  examples: [
    {
      name: 'Northwind Dental',
      slug: 'northwind-dental',
      email: 'ops@northwind.example',
      phone: '+74951234567',
      limits: { max_concurrent_calls: 20, calls_per_minute: 60, attempts_per_number_per_day: 3 },
    },
  ],
})

export const CompanyChange = Body(
  {
    ...editable,
    name: Type.Optional(Name),
    slug: Type.Optional(CompanySlug),
    is_active: Type.Optional(Type.Boolean()),
  },
  { examples: [{ name: 'Northwind Dental', limits: { max_concurrent_calls: 30, calls_per_minute: 90 } }] },
)

const KeyName = VisibleText(100, { examples: ['dashboard'] })
const Scopes = Type.Array(OneOfDescribed(keyScopeDescriptions), {
  minItems: 1,
  maxItems: keyScopes.length,
  examples: [['read', 'ingest']],
})

const keyFields = {
  company_id: Id,
  id: Id,
  name: KeyName,
  prefix: Type.String({
    description: 'The first characters of the key, to recognize it.',
    examples: ['nv_1f6f0e1d'],
  }),
  scopes: Scopes,
  expires_at: Nullable(Time),
  last_used_at: Nullable(Time),
  revoked_at: Nullable(Time),
  created_at: Time,
} satisfies RowFields<typeof apiKeys, 'key_hash'>

export const ApiKey = Type.Object(keyFields, { $id: 'ApiKey' })

export const ApiKeyWithSecret = Type.Object(
  {
    ...keyFields,
    key: Type.String({
      description: 'The key itself. It is shown only in this response.',
      examples: ['nv_1f6f0e1d_secret-that-is-shown-once'],
    }),
  },
  { $id: 'ApiKeyWithSecret', description: 'A new API key. It is shown only once.' },
)

export const KeyInput = Body(
  {
    name: KeyName,
    scopes: Scopes,
    expires_at: Type.Optional(Nullable(TimeInput)),
  },
  { examples: [{ name: 'dashboard', scopes: ['read', 'ingest'], expires_at: '2099-12-31T00:00:00Z' }] },
)

export const KeyChange = Body({ name: KeyName }, { examples: [{ name: 'dashboard' }] })
