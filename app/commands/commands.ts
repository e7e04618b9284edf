import { signInHash } from '../../api/sessions.ts'
import type { Actor } from '../../contracts/alert.ts'
import type { Commands, RegistryChange } from '../../contracts/command.ts'
import type { DutyDesk } from '../../contracts/duty-desk.ts'
import { Refusal } from '../../contracts/errors.ts'
import {
  AccountId,
  AlertId,
  GatewayId,
  HomeId,
  JurisdictionId,
  ResidentId,
  TokenId,
} from '../../contracts/ids.ts'
import type { KeptMessages } from '../../contracts/kept-message.ts'
import type { DeviceProfile } from '../../contracts/profile.ts'
import type { Account, Gateway, Home, Jurisdiction } from '../../contracts/registry.ts'
import { UNSAID } from '../../contracts/registry.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { MINUTE_MS } from '../../contracts/time.ts'
import type { Circumstances } from '../circumstances.ts'
import { deviceActCommands } from '../devices/device-acts.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { type Credentials, newId, newSecret, newSignInSecret, secretHash } from '../secrets.ts'
import { alertCommands } from './alert-commands.ts'
import { circumstanceCommands } from './circumstance-commands.ts'
import { deviceCommands } from './device-commands.ts'
import { dutyCommands, personChange } from './duty-commands.ts'
import { found } from './found.ts'
import { installationCommands } from './installation-commands.ts'
import { proposalCommands } from './proposal-commands.ts'
import { reportCommands } from './report-commands.ts'
import { rotaCommands } from './rota-commands.ts'
import { type SourceCommandOptions, sourceCommands } from './source-commands.ts'
import { visitCommands } from './visit-commands.ts'

const LINK_LIVES_MS = 15 * MINUTE_MS
const LEVELS = ['district', 'street', 'community', 'compound'] as const

export interface CommandOptions extends SourceCommandOptions {
  pipeline: Pipeline
  circumstances: Circumstances
  dutyDesk: DutyDesk
  credentials: Credentials
  zone: string
  hashPassword(password: string): Promise<string>
  /** Ends the connections of a device or gateway that may no longer speak, or only with a new secret. */
  disconnect(principal: `device:${string}` | `gateway:${string}`): void
  keptMessages: KeptMessages
  /** The catalogue. */
  profiles: readonly DeviceProfile[]
  /** Takes the curves of whoever was erased, now where the store is there, otherwise when it is again. */
  settleErasures(): Promise<void>
}

/** Everything that people change, as `api/` is given it. What rules and dispatch must know of goes through the journal. */
export function createCommands(options: CommandOptions): Commands {
  return {
    ...alertCommands(options),
    ...visitCommands(options),
    ...reportCommands(options),
    ...rotaCommands(options),
    ...proposalCommands(options),
    ...ruleCommands(options),
    ...placeCommands(options),
    ...dutyCommands(options),
    ...circumstanceCommands(options),
    ...deviceCommands(options),
    ...deviceActCommands(options),
    ...installationCommands(options),
    ...gatewayCommands(options),
    ...sourceCommands(options),
    ...accountCommands(options),
  }
}

type Part<Name extends keyof Commands> = Pick<Commands, Name>

function ruleCommands({ pipeline, clocks }: CommandOptions) {
  return {
    async putRuleSettings(settings: RuleSettings, by: Actor) {
      const next = { ...settings, version: settings.version + 1 }
      await pipeline.execute({ type: 'settings', settings: next, by }, clocks.civil.now())
      return next
    },
  } satisfies Part<'putRuleSettings'>
}

function placeCommands({ state, pipeline, circumstances, clocks, zone, settleErasures }: CommandOptions) {
  const changeRegistry = (change: RegistryChange) =>
    pipeline.execute({ type: 'registry', change }, clocks.civil.now())
  const putHome = async (home: Home): Promise<Home> => {
    await found(state.jurisdictions.get(home.jurisdictionId), 'jurisdiction')
    await changeRegistry({ type: 'home', home })
    return home
  }
  return {
    async createJurisdiction({ parentId, level, name }) {
      const parent = parentId === null ? null : await found(state.jurisdictions.get(parentId), 'jurisdiction')
      if (parent && LEVELS.indexOf(level) <= LEVELS.indexOf(parent.level))
        throw new Refusal('bad_request', `a ${level} cannot lie in a ${parent.level}`)
      const jurisdiction: Jurisdiction = { id: JurisdictionId.parse(newId('place')), parentId, level, name }
      await state.jurisdictions.put(jurisdiction)
      circumstances.putPlace(jurisdiction.id, parentId)
      return jurisdiction
    },
    async renameJurisdiction(id, name) {
      const renamed = { ...(await found(state.jurisdictions.get(id), 'jurisdiction')), name }
      await state.jurisdictions.put(renamed)
      return renamed
    },
    createHome: ({ jurisdictionId, zone: given }) =>
      putHome({
        id: HomeId.parse(newId('home')),
        jurisdictionId,
        zone: given ?? zone,
        createdAt: clocks.civil.now(),
        archivedAt: null,
      }),
    async updateHome(id, { archived, ...change }) {
      const home = await found(state.homes.get(id), 'home')
      const archivedAt =
        archived === undefined ? home.archivedAt : archived ? (home.archivedAt ?? clocks.civil.now()) : null
      // Nobody is watched over in a home that was given up: its devices stand nowhere, and its alerts end with them.
      if (archived === true)
        for (const { deviceId, to } of await state.devices.assignmentsOfHome(id))
          if (to === null)
            await changeRegistry({ type: 'assignment', deviceId, homeId: null, at: clocks.civil.now() })
      return putHome({ ...home, ...change, archivedAt })
    },
    async putResident(homeId, resident) {
      await found(state.homes.get(homeId), 'home')
      const [present] = await state.residents.ofHomes([homeId])
      const id = present?.id ?? ResidentId.parse(newId('person'))
      const whole = { ...UNSAID, ...present, ...resident, id, homeId }
      await state.residents.put(whole)
      return whole
    },
    async eraseResident(homeId, residentId, by) {
      const resident = await found(state.residents.get(residentId), 'resident')
      if (resident.homeId !== homeId) throw new Refusal('not_found', 'no such resident in this home')
      await changeRegistry({ type: 'erasure', homeId, residentId, by })
      await settleErasures()
    },
  } satisfies Part<
    | 'createJurisdiction'
    | 'renameJurisdiction'
    | 'createHome'
    | 'updateHome'
    | 'putResident'
    | 'eraseResident'
  >
}

function gatewayCommands({ state, directory, credentials, sources, clocks, disconnect }: CommandOptions) {
  const put = async (gateway: Gateway): Promise<void> => {
    checkTopics(gateway, directory.gateways())
    await state.gateways.put(gateway)
    await directory.reloadGateways(state)
  }
  const giveSecret = async (id: GatewayId): Promise<string> => {
    const secret = newSecret()
    await state.credentials.put(`gateway:${id}`, secretHash(secret))
    credentials.set(`gateway:${id}`, secretHash(secret))
    return secret
  }
  return {
    async registerGateway({ id: wanted, jurisdictionId, name, topics }) {
      const id = wanted ?? GatewayId.parse(newId('gw'))
      if (directory.device(id) || directory.gateway(id))
        throw new Refusal('conflict', 'this gateway id is already registered')
      await found(state.jurisdictions.get(jurisdictionId), 'jurisdiction')
      const gateway = { id, jurisdictionId, name, topics, enabled: true, createdAt: clocks.civil.now() }
      await put(gateway)
      return { gateway, secret: await giveSecret(id) }
    },
    async updateGateway(id, update) {
      const gateway = { ...(await found(state.gateways.get(id), 'gateway')), ...update }
      await put(gateway)
      // Its permissions were fixed when it connected: it comes back with the new ones.
      disconnect(`gateway:${id}`)
      await sources.applyGateway(id)
      return gateway
    },
    async renewGatewaySecret(id) {
      await found(state.gateways.get(id), 'gateway')
      const secret = await giveSecret(id)
      disconnect(`gateway:${id}`)
      return { secret }
    },
  } satisfies Part<'registerGateway' | 'updateGateway' | 'renewGatewaySecret'>
}

/** Two gateways under one prefix would read each other's homes; `devices/` belongs to the devices themselves. */
function checkTopics(gateway: Gateway, others: readonly Gateway[]): void {
  const prefixes = (topics: readonly string[]) => topics.map((topic) => topic.slice(0, -1))
  const taken = [
    'devices/',
    ...others.filter((one) => one.id !== gateway.id).flatMap((one) => prefixes(one.topics)),
  ]
  for (const prefix of prefixes(gateway.topics))
    if (taken.some((other) => other.startsWith(prefix) || prefix.startsWith(other)))
      throw new Refusal('conflict', `the topics under ${prefix} are already somebody else's`)
}

function accountCommands({ state, pipeline, clocks, hashPassword }: CommandOptions) {
  return {
    async createAccount(account) {
      if (await state.accounts.byName(account.name))
        throw new Refusal('conflict', 'an account of this name exists')
      const whole: Account = {
        ...account,
        id: AccountId.parse(newId('acc')),
        enabled: true,
        createdAt: clocks.wall.now(),
      }
      await state.accounts.put(whole)
      return whole
    },
    async updateAccount(id, change) {
      const before = await found(state.accounts.get(id), 'account')
      const account = { ...before, ...change }
      const namesake = await state.accounts.byName(account.name)
      if (namesake && namesake.id !== id) throw new Refusal('conflict', 'an account of this name exists')
      await state.accounts.put(account)
      if (!account.enabled) await state.accounts.deleteSessionsOf(id)
      const person = account.enabled === before.enabled ? null : await state.people.byAccount(id)
      if (person !== null) {
        const change = await personChange(state, person)
        await pipeline.execute({ type: 'duty', change, by: 'system' }, clocks.civil.now())
      }
      return account
    },
    async setPassword(id, password) {
      await found(state.accounts.get(id), 'account')
      await state.accounts.setPasswordHash(id, await hashPassword(password))
    },
    async createSignInLink(id) {
      await found(state.accounts.get(id), 'account')
      const secret = newSignInSecret()
      const expiresAt = clocks.wall.now() + LINK_LIVES_MS
      await state.accounts.putLink(signInHash(secret), id, expiresAt)
      return { secret, expiresAt }
    },
    async createToken(given) {
      const secret = newSignInSecret()
      const token = {
        ...given,
        id: TokenId.parse(newId('token')),
        createdAt: clocks.wall.now(),
        lastUsedAt: null,
      }
      await state.accounts.putToken(signInHash(secret), token)
      return { token, secret }
    },
    deleteToken: (id) => state.accounts.deleteToken(id),
  } satisfies Part<
    'createAccount' | 'updateAccount' | 'setPassword' | 'createSignInLink' | 'createToken' | 'deleteToken'
  >
}

export const newAlertId = () => AlertId.parse(newId('alert'))
