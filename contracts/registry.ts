import { z } from 'zod'
import { AccountId, DeviceId, GatewayId, HomeId, JurisdictionId, ResidentId, TokenId } from './ids.ts'
import { DeviceKind } from './reading.ts'

/** District 区 → street 街道 → community 社区 → compound 小区: one tree on which every home, account and team hangs. */
export const JurisdictionLevel = z.enum(['district', 'street', 'community', 'compound'])
export type JurisdictionLevel = z.infer<typeof JurisdictionLevel>

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
export const TimeZone = z.string().refine(isTimeZone, 'an IANA time zone, such as Asia/Shanghai')

export const Jurisdiction = z.strictObject({
  id: JurisdictionId,
  parentId: JurisdictionId.nullable(),
  level: JurisdictionLevel,
  name: z.string().min(1).max(120),
})
export type Jurisdiction = z.infer<typeof Jurisdiction>

/** What the rules may know of a home: nothing that names anybody. */
export const Home = z.strictObject({
  id: HomeId,
  jurisdictionId: JurisdictionId,
  zone: TimeZone,
  createdAt: z.int(),
  archivedAt: z.int().nullable(),
})
export type Home = z.infer<typeof Home>

export const Contact = z.strictObject({
  name: z.string().min(1).max(60),
  relation: z.string().max(40),
  phone: z.string().max(40),
  holdsKey: z.boolean(),
})

/** What whoever comes must know of how to be understood and let in. `dialect` is its name, empty for none. */
export const Needs = z.strictObject({
  hearing: z.boolean(),
  vision: z.boolean(),
  mobility: z.boolean(),
  dialect: z.string().max(40),
})
export type Needs = z.infer<typeof Needs>

export const Place = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
})
export type Place = z.infer<typeof Place>

/** Who lives there and how to reach them. Kept in one table of its own, so that a person can be erased. */
export const Resident = z.strictObject({
  id: ResidentId,
  homeId: HomeId,
  name: z.string().min(1).max(60),
  birthYear: z.int().min(1890).max(2100).nullable(),
  phone: z.string().max(40),
  door: z.string().max(80),
  address: z.string().max(200),
  living: z.enum(['alone', 'no_kin', 'empty_nest', 'other']),
  notes: z.string().max(2_000),
  contacts: z.array(Contact).max(10),
  needs: Needs,
  /** How to get in: the gate's code, the dog, which bell. Shown to whoever has accepted a visit. */
  accessNotes: z.string().max(500),
  /** Where the home is, degrees; null: not said. */
  place: Place.nullable(),
})
export type Resident = z.infer<typeof Resident>

/** Until something is said of it. */
export const NO_NEEDS: Needs = { hearing: false, vision: false, mobility: false, dialect: '' }
export const UNSAID = { needs: NO_NEEDS, accessNotes: '', place: null } as const satisfies Partial<Resident>

export const Device = z.strictObject({
  id: DeviceId,
  kind: DeviceKind,
  model: z.string().max(80),
  /** Null when it connects by itself; otherwise the gateway and the id it has there. */
  gatewayId: GatewayId.nullable(),
  sourceId: z.string().max(200).nullable(),
  /** Expected seconds between messages; null until known, when the rules learn it. */
  cadenceS: z.int().positive().nullable(),
  enabled: z.boolean(),
  createdAt: z.int(),
})
export type Device = z.infer<typeof Device>

/** The home a device stood in, from (inclusive) and to (exclusive); `to` null while it still does. */
export const Assignment = z.strictObject({
  deviceId: DeviceId,
  homeId: HomeId,
  from: z.int(),
  to: z.int().nullable(),
})
export type Assignment = z.infer<typeof Assignment>

export const Gateway = z.strictObject({
  id: GatewayId,
  jurisdictionId: JurisdictionId,
  name: z.string().max(80),
  /** MQTT filters without wildcards but a closing `/#`, such as `zigbee2mqtt/#`; none where it speaks through a source alone. */
  topics: z.array(z.string().regex(/^[^#+$][^#+]*\/#$/)).max(20),
  enabled: z.boolean(),
  createdAt: z.int(),
})
export type Gateway = z.infer<typeof Gateway>

/**
 * administrator: accounts, devices, settings, no case content. case_worker: alerts, identities and curves of a place.
 * visitor: the visits that were offered to them, and who lives there once they have accepted.
 */
export const Role = z.enum(['administrator', 'case_worker', 'visitor'])
export type Role = z.infer<typeof Role>
export const Grant = z.strictObject({ role: Role, jurisdictionId: JurisdictionId })
export type Grant = z.infer<typeof Grant>

export const Account = z.strictObject({
  id: AccountId,
  name: z.string().min(1).max(60),
  grants: z.array(Grant).max(50),
  language: z.enum(['zh', 'en']),
  enabled: z.boolean(),
  createdAt: z.int(),
})
export type Account = z.infer<typeof Account>

/** An integration's key: the rights of its grants, no session, shown once, kept as a hash. */
export const ApiToken = z.strictObject({
  id: TokenId,
  name: z.string().min(1).max(60),
  grants: z.array(Grant).max(50),
  createdBy: AccountId,
  createdAt: z.int(),
  expiresAt: z.int().nullable(),
  lastUsedAt: z.int().nullable(),
})
export type ApiToken = z.infer<typeof ApiToken>
