import { z } from 'zod'
import { AccessEntry as AccessContract } from '../../contracts/access.ts'
import { Actor } from '../../contracts/alert.ts'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import { QuarantineItem as QuarantineContract } from '../../contracts/quarantine.ts'
import { Account as AccountContract, Grant, ApiToken as TokenContract } from '../../contracts/registry.ts'
import { RuleSettings as RuleSettingsContract } from '../../contracts/settings.ts'
import { pageOf, paging, queryChoice, Time } from './common.ts'
import { Language } from './session.ts'

export const Account = AccountContract.extend({ createdAt: Time }).meta({ id: 'Account' })
export const AccountPage = pageOf(Account)
export const AccountQuery = z.strictObject(paging())
const name = AccountContract.shape.name.trim()
const grants = z.array(Grant).max(50)
export const NewAccount = z.strictObject({ name, grants, language: Language.default('zh') })
export const AccountChange = z.strictObject({
  name: name.exactOptional(),
  grants: grants.exactOptional(),
  language: Language.exactOptional(),
  enabled: z.boolean().exactOptional(),
})
export const SignInLink = z.strictObject({ url: z.string(), expiresAt: Time }).meta({
  id: 'SignInLink',
  description: 'Single use; the secret is in the fragment and reaches no server log.',
})

export const Token = TokenContract.extend({
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
}).meta({ id: 'Token' })
export const TokenPage = pageOf(Token)
export const TokenQuery = z.strictObject(paging())
export const NewToken = z.strictObject({ name, grants, expiresAt: Time.nullable().default(null) })
export const IssuedToken = z
  .strictObject({ token: Token, secret: z.string().describe('Shown this once.') })
  .meta({ id: 'IssuedToken' })

export const RuleSettings = z
  .strictObject(RuleSettingsContract.shape)
  .meta({ id: 'RuleSettings', description: 'All rules in one document; what is left out has its default.' })
export const RulesHistoryPage = pageOf(
  z.strictObject({ settings: RuleSettings, at: Time, by: z.string() }).meta({ id: 'RuleSettingsChange' }),
)
export const RulesHistoryQuery = z.strictObject(paging())

export const QuarantineItem = QuarantineContract.extend({
  receivedAt: Time,
  decodedAt: Time.nullable().describe('When it was decoded after all; null: it waits.'),
  deviceId: DeviceId.nullable().describe(
    'The device that is registered by now under that source id behind that gateway, or that spoke itself.',
  ),
}).meta({ id: 'QuarantineItem' })
export const QuarantinePage = pageOf(QuarantineItem)
export const QuarantineQuery = z.strictObject({
  ...paging(),
  code: z.string().max(60).optional(),
  decoded: queryChoice.describe('true: those decoded after all; false: those that wait.'),
  principal: z.string().max(100).optional().describe('`device:{id}` or `gateway:{id}`'),
})

export const AccessEntry = AccessContract.extend({
  at: Time,
  actorName: z.string().nullable().describe('Null for an account or token that is no longer known.'),
  place: z.string().nullable().describe('Name of the place that the home belongs to.'),
}).meta({ id: 'AccessEntry' })
export const AccessPage = pageOf(AccessEntry)
export const AccessQuery = z.strictObject({
  ...paging(),
  homeId: HomeId.optional(),
  actor: Actor.optional(),
})
