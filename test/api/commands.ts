import { createHash, randomBytes } from 'node:crypto'
import { hashPassword } from '../../api/passwords.ts'
import { dutyCommands } from '../../app/commands/duty-commands.ts'
import { installationCommands } from '../../app/commands/installation-commands.ts'
import { proposalCommands } from '../../app/commands/proposal-commands.ts'
import { reportCommands } from '../../app/commands/report-commands.ts'
import { rotaCommands } from '../../app/commands/rota-commands.ts'
import type { Actor, Alert, TimelineEntry } from '../../contracts/alert.ts'
import type { AlertDeed, Commands } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import {
  AccountId,
  CircumstanceId,
  DeviceActId,
  DeviceId,
  GatewayId,
  HomeId,
  JurisdictionId,
  PhotoId,
  ResidentId,
  SourceId,
  TokenId,
} from '../../contracts/ids.ts'
import type { JournalBody } from '../../contracts/journal.ts'
import { UNSAID } from '../../contracts/registry.ts'
import { type Clocks, MINUTE_MS } from '../../contracts/time.ts'
import { TRANSITIONS } from '../../dispatch/states.ts'
import type { StateStore } from '../../store/state.ts'
import { alert } from '../store/state-samples.ts'

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
const newSecret = (): string => randomBytes(32).toString('base64url')

const found = async <T>(row: Promise<T | null>): Promise<T> => {
  const value = await row
  if (value === null) throw new Refusal('not_found', 'no such row')
  return value
}

const EVENT_OF: Record<AlertDeed['type'], TimelineEntry['event']> = {
  acknowledge: 'acknowledged',
  verify: 'verifying',
  note: 'noted',
  dispatch: 'visit_offered',
  recall: 'visit_cancelled',
  transfer: 'transferred',
  shelve: 'shelved',
  unshelve: 'unshelved',
  resolve: 'resolved',
  review: 'reviewed',
  close: 'closed',
  reopen: 'reopened',
}

/** The changes as `api/` is given them, without journal and rules behind: straight into the state. */
export function directCommands(state: StateStore, clocks: Clocks): Commands {
  let made = 0
  const next = (noun: string): string => `${noun}-new-${++made}`
  const now = () => clocks.civil.now()

  const newSpan = (createdBy: Actor) => ({
    id: CircumstanceId.parse(next('span')),
    createdAt: now(),
    createdBy,
    endedAt: null,
    endedBy: null,
  })

  const act = async (deed: AlertDeed): Promise<Alert> => {
    const alert = await found(state.alerts.get(deed.alertId))
    if (deed.expectedVersion !== null && deed.expectedVersion !== alert.version) {
      throw new Refusal('version_conflict', 'the alert has moved on', { version: alert.version })
    }
    if (alert.state === 'resolved') throw new Refusal('already_resolved', 'it is closed')
    const changed: Alert = {
      ...alert,
      ...(deed.type === 'acknowledge' ? { acknowledgedAt: now(), acknowledgedBy: deed.by } : {}),
      ...(deed.type === 'resolve' ? { resolvedAt: now(), resolvedBy: deed.by } : {}),
      state: TRANSITIONS[deed.type][alert.state] ?? alert.state,
      updatedAt: now(),
      version: alert.version + 1,
    }
    const noteId = deed.note === null ? null : next('note')
    if (noteId !== null && deed.note !== null) await state.notes.put(noteId, alert.homeId, deed.note)
    await state.alerts.put(changed)
    const line = { alertId: alert.id, n: changed.version, at: now(), actor: deed.by, noteId }
    const event = EVENT_OF[deed.type]
    await state.alerts.append({ ...line, event, from: alert.state, to: changed.state, evidence: null })
    return changed
  }

  const noFaults = { faultsOf: async () => [] }
  const straight = async (body: JournalBody): Promise<Alert | null> => {
    if (body.type === 'report') {
      const { alertId: id, by: _, noteId: _note, startsAt: _at, ...rest } = body.report
      const opened = alert(id, { ...rest, kind: 'incident.manual', family: 'incident' })
      await state.alerts.put(opened)
      return opened
    }
    if (body.type !== 'duty') return null
    if (body.change.type === 'roster') await state.rosters.put(body.change.roster)
    if (body.change.type === 'policy') await state.policies.put(body.change.policy)
    return null
  }

  return {
    actOnAlert: (deed) => act(deed),
    candidatesFor: async () => [],
    ...rotaCommands({ state, clocks, pipeline: { execute: straight } }),
    ...reportCommands({ state, clocks, pipeline: { execute: straight } }),
    ...proposalCommands({ state, clocks, pipeline: { execute: straight } }),
    actOnVisit: async ({ visitId }) => found(state.visits.get(visitId)),
    putPhoto: async () => PhotoId.parse(next('photo')),
    async startCut(jurisdictionId, { supplies, from, to }, by) {
      const id = CircumstanceId.parse(next('cut'))
      const kept = { createdAt: now(), createdBy: by, endedAt: null, endedBy: null }
      const cut = { id, jurisdictionId, supplies, from, to, ...kept }
      await state.circumstances.putCut(cut)
      return cut
    },
    async endCut(id, by) {
      const ended = { ...(await found(state.circumstances.cut(id))), endedAt: now(), endedBy: by }
      await state.circumstances.putCut(ended)
      return ended
    },

    ...dutyCommands({ state, clocks, pipeline: { execute: straight }, dutyDesk: noFaults }),

    async createJurisdiction(given) {
      const jurisdiction = { ...given, id: JurisdictionId.parse(next('place')) }
      await state.jurisdictions.put(jurisdiction)
      return jurisdiction
    },
    async renameJurisdiction(id, name) {
      const renamed = { ...(await found(state.jurisdictions.get(id))), name }
      await state.jurisdictions.put(renamed)
      return renamed
    },
    async createHome({ jurisdictionId, zone }) {
      const home = {
        id: HomeId.parse(next('home')),
        jurisdictionId,
        zone: zone ?? 'Asia/Shanghai',
        createdAt: now(),
        archivedAt: null,
      }
      await state.homes.put(home)
      return home
    },
    async updateHome(id, { archived, ...change }) {
      const home = await found(state.homes.get(id))
      const changed = { ...home, ...change, archivedAt: archived === true ? now() : home.archivedAt }
      await state.homes.put(changed)
      return changed
    },
    async putResident(homeId, given) {
      const [present] = await state.residents.ofHomes([homeId])
      const resident = {
        ...UNSAID,
        ...present,
        ...given,
        homeId,
        id: present?.id ?? ResidentId.parse(next('person')),
      }
      await state.residents.put(resident)
      return resident
    },
    eraseResident: (_homeId, residentId) => state.residents.erase(residentId),

    async startAway(homeId, { from, to }, createdBy) {
      const away = { ...newSpan(createdBy), homeId, from, to }
      await state.circumstances.putAway(away)
      return away
    },
    async endAway(id, endedBy) {
      const ended = { ...(await found(state.circumstances.away(id))), endedAt: now(), endedBy }
      await state.circumstances.putAway(ended)
      return ended
    },
    async startSensitivity(about, span, createdBy) {
      const where = { homeId: null, jurisdictionId: null, ...about }
      const sensitivity = { ...newSpan(createdBy), ...where, ...span }
      await state.circumstances.putSensitivity(sensitivity)
      return sensitivity
    },
    async endSensitivity(id, endedBy) {
      const ended = { ...(await found(state.circumstances.sensitivity(id))), endedAt: now(), endedBy }
      await state.circumstances.putSensitivity(ended)
      return ended
    },
    async putHomeSettings(homeId, given, changedBy) {
      const settings = { ...given, homeId, changedAt: now(), changedBy }
      await state.circumstances.putSettings(settings)
      return settings
    },

    async registerDevice({ id, homeId, kind, model, gatewayId, sourceId, cadenceS }) {
      const device = {
        kind,
        model,
        gatewayId,
        sourceId,
        cadenceS,
        id: id ?? DeviceId.parse(next('device')),
        enabled: true,
        createdAt: now(),
      }
      await state.devices.put(device)
      if (homeId !== null) await state.devices.assign(device.id, homeId, now())
      return { device, secret: device.gatewayId === null ? newSecret() : null, decoded: 0 }
    },
    async updateDevice(id, change) {
      const changed = { ...(await found(state.devices.get(id))), ...change }
      await state.devices.put(changed)
      return changed
    },
    async assignDevice(id, homeId) {
      await state.devices.assign(id, homeId, now())
      return homeId === null ? null : { deviceId: id, homeId, from: now(), to: null }
    },
    async actOnDevice({ deviceId, at, by }) {
      const base = { id: DeviceActId.parse(next('act')), deviceId, homeId: null, at, recordedAt: now(), by }
      const act = { ...base, type: 'retire' as const, endRegister: null }
      await state.deviceActs.put(act)
      return { act, registered: null }
    },
    ...installationCommands({ state, clocks, pipeline: { execute: straight } }),

    async createSource({ gatewayId, name, via }) {
      const source = {
        id: SourceId.parse(next('source')),
        gatewayId,
        name,
        via,
        enabled: true,
        createdAt: now(),
      }
      await state.sources.put(source)
      return { source, proof: via.type === 'push' ? newSecret() : null }
    },
    async updateSource(id, { name, enabled, via }) {
      const present = await found(state.sources.get(id))
      const changed = {
        ...present,
        name: name ?? present.name,
        enabled: enabled ?? present.enabled,
        via: via ?? present.via,
      }
      await state.sources.put(changed)
      return changed
    },
    deleteSource: (id) => state.sources.delete(id),
    renewSourceProof: async () => ({ proof: newSecret() }),
    async putMapping(subject, mapping) {
      await state.mappings.put(subject, mapping)
      return { decoded: 0 }
    },
    renewDeviceSecret: async () => ({ secret: newSecret() }),
    async registerGateway({ id, ...rest }) {
      const gateway = {
        ...rest,
        id: id ?? GatewayId.parse(next('gateway')),
        enabled: true,
        createdAt: now(),
      }
      await state.gateways.put(gateway)
      return { gateway, secret: newSecret() }
    },
    async updateGateway(id, change) {
      const changed = { ...(await found(state.gateways.get(id))), ...change }
      await state.gateways.put(changed)
      return changed
    },
    renewGatewaySecret: async () => ({ secret: newSecret() }),

    async putRuleSettings(settings, by) {
      const present = (await state.settings.rules())?.version ?? 1
      if (settings.version !== present) throw new Refusal('version_conflict', 'the rules have moved on')
      const changed = { ...settings, version: present + 1 }
      await state.settings.putRules(changed, now(), by)
      return changed
    },

    async createAccount(given) {
      const account = { ...given, id: AccountId.parse(next('account')), enabled: true, createdAt: now() }
      await state.accounts.put(account)
      return account
    },
    async updateAccount(id, change) {
      const changed = { ...(await found(state.accounts.get(id))), ...change }
      await state.accounts.put(changed)
      return changed
    },
    async setPassword(id, password) {
      await state.accounts.setPasswordHash(id, await hashPassword(password))
    },
    async createSignInLink(id) {
      const secret = newSecret()
      const expiresAt = clocks.wall.now() + 15 * MINUTE_MS
      await state.accounts.putLink(hashOf(secret), id, expiresAt)
      return { secret, expiresAt }
    },
    async createToken(given) {
      const secret = newSecret()
      const token = {
        ...given,
        id: TokenId.parse(next('token')),
        createdAt: clocks.wall.now(),
        lastUsedAt: null,
      }
      await state.accounts.putToken(hashOf(secret), token)
      return { token, secret }
    },
    deleteToken: (id) => state.accounts.deleteToken(id),
  }
}
