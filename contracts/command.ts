import { z } from 'zod'
import { Actor, type Alert } from './alert.ts'
import type { AwayPeriod, HomeSettings, PlannedCut, SensitivePeriod } from './circumstance.ts'
import type { Consent, GivenConsent, NewConsent } from './consent.ts'
import { DeviceAct } from './device-act.ts'
import type { EscalationPolicy, Person, Roster } from './duty.ts'
import type { RosterDraft } from './duty-desk.ts'
import type {
  AccountId,
  CircumstanceId,
  ConsentId,
  GatewayId,
  InstallationId,
  PhotoId,
  ProposalId,
  SourceId,
  TokenId,
} from './ids.ts'
import { AlertId, DeviceId, HomeId, JurisdictionId, PersonId, ResidentId, VisitId } from './ids.ts'
import type { Installation } from './installation.ts'
import type { MappingSubject, SourceMapping } from './mapping.ts'
import type { Proposal, ProposalDecision } from './proposal.ts'
import type { Account, ApiToken, Assignment, Gateway, Grant, Jurisdiction, Resident } from './registry.ts'
import { Device, Home } from './registry.ts'
import type { DrillReport, Report } from './report.ts'
import type { Rota, RotaSettings } from './rota.ts'
import type { RuleSettings } from './settings.ts'
import type { Source, SourceSecrets } from './source.ts'
import { type Candidate, Outcome, type Visit, type VisitCommand } from './visit.ts'

const act = {
  alertId: AlertId,
  homeId: HomeId.nullable(),
  by: Actor,
  expectedVersion: z.int().nullable(),
  noteId: z.string().nullable(),
}

/** What people do to an alert, as it stands in the journal. Free text is kept apart, by `noteId`, so it can be erased. */
export const AlertCommand = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('acknowledge'), ...act }),
  /** The resident or a contact is being called. */
  z.strictObject({ type: z.literal('verify'), ...act }),
  z.strictObject({ type: z.literal('note'), ...act, noteId: z.string() }),
  /** Sends somebody. `candidates` null: as ranked; otherwise these, in this order. */
  z.strictObject({
    type: z.literal('dispatch'),
    ...act,
    visitId: VisitId,
    candidates: z.array(PersonId).max(50).nullable(),
    crewSize: z.int().min(1).max(2),
  }),
  z.strictObject({ type: z.literal('recall'), ...act }),
  z.strictObject({
    type: z.literal('transfer'),
    ...act,
    to: z.enum(['110', '119', '120']),
  }),
  /** Put aside, never for ever. */
  z.strictObject({ type: z.literal('shelve'), ...act, until: z.int() }),
  z.strictObject({ type: z.literal('unshelve'), ...act }),
  /** The outcome may still be missing here; without one the case cannot be closed. */
  z.strictObject({ type: z.literal('resolve'), ...act, outcome: Outcome.nullable().default(null) }),
  /** Confirms or corrects the outcome. */
  z.strictObject({ type: z.literal('review'), ...act, outcome: Outcome }),
  z.strictObject({ type: z.literal('close'), ...act }),
  z.strictObject({ type: z.literal('reopen'), ...act }),
])
export type AlertCommand = z.infer<typeof AlertCommand>

/** A change of the registry, as it stands in the journal: ids, places and times, nobody's name. */
export const RegistryChange = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('home'), home: Home }),
  z.strictObject({ type: z.literal('device'), device: Device }),
  /** From `at` on the device stands in `homeId`, or nowhere. */
  z.strictObject({
    type: z.literal('assignment'),
    deviceId: DeviceId,
    homeId: HomeId.nullable(),
    at: z.int(),
  }),
  z.strictObject({ type: z.literal('device_act'), act: DeviceAct }),
  /** Whoever lived in the home is forgotten: what was agreed ends with them, and its devices leave. */
  z.strictObject({ type: z.literal('erasure'), homeId: HomeId, residentId: ResidentId, by: Actor }),
])
export type RegistryChange = z.infer<typeof RegistryChange>

export interface AlertAction {
  alertId: AlertId
  by: Actor
  /** Refused with `version_conflict` when the alert has moved on; null takes it as it is. */
  expectedVersion: number | null
  note: string | null
}

export type NewPerson = Omit<Person, 'id' | 'createdAt'>
/** `version` is the one that was looked at: what somebody else changed meanwhile is not written over. */
export type PolicyDraft = Omit<EscalationPolicy, 'id' | 'jurisdictionId'>

export type NewDevice = Pick<Device, 'kind' | 'model' | 'gatewayId' | 'sourceId' | 'cadenceS'> & {
  id: DeviceId | null
  homeId: HomeId | null
  /** Of the catalogue: gives model, cadence and mapping where they are not said. */
  profileId?: string | null
  /** For devices of this kind in this home, written down with it; null or left out: it is on record already. */
  consent?: GivenConsent | null
}

/** What takes the place of a device; null fields are the service's to choose, or as those of the old one. */
export type Successor = Pick<NewDevice, 'id' | 'gatewayId' | 'sourceId'> & { profileId: string | null }
interface DeedBase {
  deviceId: DeviceId
  /** Not in time to come, nor before it stood where it stands. */
  at: number
  by: Actor
}
/** What somebody did to a device. `successor` null: the new meter speaks under the same id. */
export type DeviceDeed = DeedBase &
  (
    | { type: 'swap'; endRegister: number | null; startRegister: number | null; successor: Successor | null }
    | { type: 'reset'; endRegister: number | null; startRegister: number | null }
    | { type: 'move'; toHomeId: HomeId | null }
    | { type: 'retire'; endRegister: number | null }
  )
export interface RegisteredDevice {
  device: Device
  secret: string | null
  decoded: number
}
type DeedOf<Command> = Command extends AlertCommand
  ? Omit<Command, 'alertId' | 'homeId' | 'by' | 'expectedVersion' | 'noteId' | 'visitId'>
  : never
/** What somebody does to an alert, with their words as they wrote them. */
export type AlertDeed = AlertAction & DeedOf<AlertCommand>

type ActOf<Act> = Act extends VisitCommand ? Omit<Act, 'homeId' | 'noteId'> & { note: string | null } : never
export type VisitDeed = ActOf<VisitCommand>

type DispatchFields = 'needs' | 'accessNotes' | 'place'
/** What whoever is sent must know may be left out: then it stays as it was. */
export type NewResident = Omit<Resident, 'id' | 'homeId' | DispatchFields> &
  Partial<Pick<Resident, DispatchFields>>

/**
 * Everything that changes the service, as `app/` implements it and `api/` is given it. Each promise settles when the
 * change is durable and visible to readers; a refused one rejects with a `Refusal`.
 */
export interface Commands {
  createPerson(person: NewPerson, by: Actor): Promise<Person>
  updatePerson(id: PersonId, change: Partial<NewPerson>, by: Actor): Promise<Person>
  /** `draft.version` is the one that it follows. Refused with `roster_faulty` and the faults, or `version_conflict`. */
  publishRoster(draft: RosterDraft, by: Actor): Promise<Roster>
  /** A place's own policy, from now on: alerts that are open go on by theirs. */
  putPolicy(jurisdictionId: JurisdictionId, policy: PolicyDraft, by: Actor): Promise<EscalationPolicy>
  /** Whoever was paged has seen it. */
  answerPage(key: string, by: Actor): Promise<void>

  actOnAlert(deed: AlertDeed): Promise<Alert>
  /** Opens the case of an emergency that was found by other means. `what`: in people's words. */
  reportIncident(
    incident: Pick<Report, 'severity' | 'by'> & { homeId: HomeId; happenedAt: number; what: string },
  ): Promise<Alert>
  /** Of a home, or of the place `jurisdictionId`. `startsAt` null: now. */
  startDrill(
    drill: Pick<Report, 'homeId' | 'severity' | 'startsAt' | 'by'> & {
      jurisdictionId: JurisdictionId | null
      note: string | null
    },
  ): Promise<Alert>
  /** Refused with `not_ready` before its replay is there, and with `version_conflict` when its base has changed. */
  decideProposal(id: ProposalId, decision: ProposalDecision['decision'], by: Actor): Promise<Proposal>
  /** Plans friendly visits of a place and all below it, from its next hour on. */
  putRota(
    id: JurisdictionId,
    settings: Omit<RotaSettings, 'jurisdictionId' | 'changedAt' | 'changedBy'>,
    by: Actor,
  ): Promise<RotaSettings>
  rota(id: JurisdictionId): Promise<Rota>
  /** A pending proposal of which what it was made from has changed. */
  isStale(id: ProposalId): Promise<boolean>
  drillReport(alertId: AlertId): Promise<DrillReport>
  /** Who might be sent, the best first, with the reasons. Empty for an alert of a place. */
  candidatesFor(alertId: AlertId, crewSize: number): Promise<Candidate[]>
  /** Answered the same when it is sent again. */
  actOnVisit(act: VisitDeed): Promise<Visit>
  /**
   * Refused with `bad_request` unless the bytes are a JPEG or PNG, with `conflict` when the visit has as many as it may;
   * kept without what the camera wrote into them. The same picture again is kept once.
   */
  putPhoto(visitId: VisitId, personId: PersonId, bytes: Uint8Array): Promise<PhotoId>
  startCut(
    jurisdictionId: JurisdictionId,
    cut: Pick<PlannedCut, 'supplies' | 'from' | 'to'>,
    by: Actor,
  ): Promise<PlannedCut>
  endCut(id: CircumstanceId, by: Actor): Promise<PlannedCut>

  createJurisdiction(jurisdiction: Omit<Jurisdiction, 'id'>): Promise<Jurisdiction>
  renameJurisdiction(id: JurisdictionId, name: string): Promise<Jurisdiction>

  /** `zone` null takes the service's default. */
  createHome(home: { jurisdictionId: JurisdictionId; zone: string | null }): Promise<Home>
  updateHome(
    id: HomeId,
    change: { jurisdictionId?: JurisdictionId; zone?: string; archived?: boolean },
  ): Promise<Home>
  /** Nobody is expected at home from `from` to `to`; refused unless it ends after it begins, and in time to come. */
  startAway(homeId: HomeId, away: Pick<AwayPeriod, 'from' | 'to'>, by: Actor): Promise<AwayPeriod>
  /** It ends now, by somebody's word; what ended already stays as it is. */
  endAway(id: CircumstanceId, by: Actor): Promise<AwayPeriod>
  /** Of a home, or of a place and everything below it. */
  startSensitivity(
    about: { homeId: HomeId } | { jurisdictionId: JurisdictionId },
    sensitivity: Pick<SensitivePeriod, 'from' | 'to' | 'factor' | 'reason'>,
    by: Actor,
  ): Promise<SensitivePeriod>
  endSensitivity(id: CircumstanceId, by: Actor): Promise<SensitivePeriod>
  /** What this home has otherwise than all; null: as all. */
  putHomeSettings(
    homeId: HomeId,
    settings: Pick<HomeSettings, 'budgetPer30Days' | 'capHours'>,
    by: Actor,
  ): Promise<HomeSettings>
  putResident(homeId: HomeId, resident: NewResident): Promise<Resident>
  /** For good, with what was agreed, known and measured there; the devices leave the home. Its cases stay, by ids alone, as long as cases are kept. */
  eraseResident(homeId: HomeId, residentId: ResidentId, by: Actor): Promise<void>

  /**
   * Like every way into a home, refused with `consent_missing` unless the home has agreed to devices of this kind; gateways
   * measure nobody. `decoded`: messages of it that were kept and are read now. The secret is shown this once. A device behind a gateway has none: null.
   */
  registerDevice(device: NewDevice, by: Actor): Promise<RegisteredDevice>
  updateDevice(
    id: DeviceId,
    change: { model?: string; cadenceS?: number | null; enabled?: boolean },
  ): Promise<Device>
  assignDevice(id: DeviceId, homeId: HomeId | null): Promise<Assignment | null>
  /** `registered`: the successor in a swap, with its secret, shown this once. */
  actOnDevice(deed: DeviceDeed): Promise<{ act: DeviceAct; registered: RegisteredDevice | null }>
  renewDeviceSecret(id: DeviceId): Promise<{ secret: string }>

  /** Devices of its kind that waited for it stand in the home from now on. Refused with `bad_request` for a time to come. */
  giveConsent(consent: NewConsent, by: Actor): Promise<Consent>
  /** Devices of its kind leave the home at once. */
  withdrawConsent(id: ConsentId, by: Actor): Promise<Consent>
  /** Refused with `consent_missing` unless the home has agreed to devices of this kind. */
  startInstallation(deviceId: DeviceId, by: Actor): Promise<Installation>
  /** With what was heard of it since. */
  followInstallation(id: InstallationId): Promise<Installation>
  /** Refused with `not_ready` until it was heard. Freezes what the sheet says. */
  acceptInstallation(id: InstallationId): Promise<Installation>

  /** `proof`: what a pushing platform proves itself by, shown this once; null where we sign in elsewhere. */
  createSource(
    source: Pick<Source, 'gatewayId' | 'name' | 'via'> & SourceSecrets,
  ): Promise<{ source: Source; proof: string | null }>
  updateSource(
    id: SourceId,
    change: { name?: string; enabled?: boolean; via?: Source['via'] } & SourceSecrets,
  ): Promise<Source>
  deleteSource(id: SourceId): Promise<void>
  renewSourceProof(id: SourceId): Promise<{ proof: string }>

  /** Null takes it away. Answers how many kept messages it explained, which are decoded now. */
  putMapping(subject: MappingSubject, mapping: SourceMapping | null): Promise<{ decoded: number }>

  registerGateway(gateway: {
    id: GatewayId | null
    jurisdictionId: JurisdictionId
    name: string
    topics: string[]
  }): Promise<{ gateway: Gateway; secret: string }>
  updateGateway(
    id: GatewayId,
    change: { name?: string; topics?: string[]; enabled?: boolean },
  ): Promise<Gateway>
  renewGatewaySecret(id: GatewayId): Promise<{ secret: string }>

  /** Refused with `version_conflict` unless `settings.version` is the present one; answers the new one. */
  putRuleSettings(settings: RuleSettings, by: Actor): Promise<RuleSettings>

  createAccount(account: { name: string; grants: Grant[]; language: 'zh' | 'en' }): Promise<Account>
  updateAccount(
    id: AccountId,
    change: { name?: string; grants?: Grant[]; language?: 'zh' | 'en'; enabled?: boolean },
  ): Promise<Account>
  setPassword(id: AccountId, password: string): Promise<void>
  /** A single-use sign-in secret that lives 15 minutes. */
  createSignInLink(id: AccountId): Promise<{ secret: string; expiresAt: number }>

  createToken(token: {
    name: string
    grants: Grant[]
    createdBy: AccountId
    expiresAt: number | null
  }): Promise<{ token: ApiToken; secret: string }>
  deleteToken(id: TokenId): Promise<void>
}
