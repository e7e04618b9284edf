import type {
  EscalationPolicy,
  Ladder,
  LadderStep,
  Recipient,
  Roster,
  Stretch,
  Target,
} from '../contracts/duty.ts'
import { type HomeId, type JurisdictionId, PersonId } from '../contracts/ids.ts'
import type { JurisdictionLevel } from '../contracts/registry.ts'
import type { EpochMs } from '../contracts/time.ts'
import { isTired } from './fatigue.ts'
import { onDutyAt, rosterAt } from './roster.ts'

/** Everything that is known of the duty for one place, as plain data. */
export interface DutyView {
  /** The place itself, then up to the root. */
  path: readonly { id: JurisdictionId; level: JurisdictionLevel }[]
  /** In force now, and the older versions that an alert may have been opened under. */
  policy: EscalationPolicy
  policies: readonly EscalationPolicy[]
  /** All versions that count, of the nodes on the path. */
  rosters: readonly Roster[]
  /** Did not answer the test page of this shift, or was not to be reached. */
  unreachable: ReadonlySet<PersonId>
  /** When each was paged in the last 24 hours. */
  pagedAt: ReadonlyMap<PersonId, readonly EpochMs[]>
  /** Whether the resident has a telephone, and which of their contacts do. */
  residentPhone: boolean
  contactPhones: readonly number[]
  /** Of the home or place, for what is said in words where no roster says another. */
  zone: string
}

/** Somebody who would be told, but is passed over. */
export interface PassedOver {
  personId: PersonId
  reason: 'unreachable' | 'too_many_pages'
}

/** Whom a step tells. `gaps`: nodes whose duty it is and where nobody is. */
export interface Told {
  told: { recipient: Recipient; target: Target; nodeId: JurisdictionId }[]
  passedOver: PassedOver[]
  gaps: JurisdictionId[]
}

interface Asked {
  homeId: HomeId | null
  ladder: Ladder
  now: EpochMs
  policy: EscalationPolicy
  /** The top of the ladder passes nobody over: somebody tired is better than nobody. */
  isTop: boolean
}

/** Somebody of the service, not of the home. */
export const isOnDuty = (target: Target): boolean => target !== 'resident' && target !== 'contacts'

/**
 * Whom a step tells that means `targets`. Where the top of the ladder has nobody on duty, or nobody who can be reached,
 * everybody on duty further down hears of it as well: it is told again and again, and there is nobody else.
 */
export function whoIsTold(
  steps: readonly LadderStep[],
  targets: readonly Target[],
  view: DutyView,
  asked: Asked,
): Told {
  const found = whomToTell(targets, view, asked)
  if (!asked.isTop || found.told.some(({ recipient }) => isReachable(recipient, view))) return found
  const everybody = new Set([...targets, ...steps.flatMap(({ tell }) => tell.filter(isOnDuty))])
  return { ...whomToTell([...everybody], view, asked), gaps: found.gaps }
}

const isReachable = (recipient: Recipient, { unreachable }: DutyView): boolean =>
  recipient.startsWith(PERSON) && !unreachable.has(PersonId.parse(recipient.slice(PERSON.length)))

const PERSON = 'person:'

/** Whom `targets` mean at this instant, by the rosters that the alert was opened under. Nobody twice. */
export function whomToTell(targets: readonly Target[], view: DutyView, asked: Asked): Told {
  const found: Told = { told: [], passedOver: [], gaps: [] }
  for (const target of targets) {
    if (target === 'resident' || target === 'contacts') tellHome(found, target, view, asked)
    else tellNode(found, target, view, asked)
  }
  return found
}

function tellHome(found: Told, target: 'resident' | 'contacts', view: DutyView, { homeId }: Asked): void {
  const nodeId = view.path[0]?.id
  if (homeId === null || nodeId === undefined) return
  const recipients =
    target === 'resident'
      ? view.residentPhone
        ? [`resident:${homeId}`]
        : []
      : view.contactPhones.map((index) => `contact:${homeId}:${index}`)
  for (const recipient of recipients) found.told.push({ recipient, target, nodeId })
}

function tellNode(
  found: Told,
  target: Exclude<Target, 'resident' | 'contacts'>,
  view: DutyView,
  asked: Asked,
): void {
  const nodeId = nodeFor(target, view)
  // A level that does not lie above this place has nobody to be told, and lacks nobody.
  if (nodeId === null) return
  const duty = dutyAt(nodeId, view, asked.now, asked.ladder)
  const people = duty === null ? [] : inTurn(target, duty)
  if (duty === null || people.length === 0) {
    // Where only the backup is missing the step goes on, but the node has somebody.
    if (duty === null) found.gaps.push(nodeId)
    return
  }
  for (const personId of people) {
    const recipient = `${PERSON}${personId}`
    if (found.told.some((one) => one.recipient === recipient)) return
    const reason = asked.isTop ? null : passOver(personId, duty, view, asked)
    if (reason === null) {
      found.told.push({ recipient, target, nodeId })
      return
    }
    if (!found.passedOver.some((one) => one.personId === personId))
      found.passedOver.push({ personId, reason })
  }
}

/** Who answers for a target, and who next: the backup stands in for the primary, never the other way round. */
const inTurn = (target: Target, { primary, backup }: Stretch): PersonId[] =>
  [target === 'backup' ? null : primary, backup].filter((one) => one !== null)

function passOver(
  personId: PersonId,
  { shiftFrom }: Stretch,
  { unreachable, pagedAt }: DutyView,
  { now, policy }: Asked,
): PassedOver['reason'] | null {
  if (unreachable.has(personId)) return 'unreachable'
  return isTired(pagedAt.get(personId) ?? [], shiftFrom, now, policy) ? 'too_many_pages' : null
}

/** The node whose duty a target is: for the place's own, the nearest that keeps a roster. Null: there is no such level. */
export function nodeFor(target: Target, { path, rosters }: DutyView): JurisdictionId | null {
  if (target === 'street' || target === 'district')
    return path.find(({ level }) => level === target)?.id ?? null
  const nearest = path.find(({ id }) => rosters.some((roster) => roster.jurisdictionId === id))
  return (nearest ?? path[0])?.id ?? null
}

/** Who is on duty for a node, by the version that a ladder names for it. */
export function dutyAt(
  nodeId: JurisdictionId,
  { rosters }: Pick<DutyView, 'rosters'>,
  now: EpochMs,
  ladder: Pick<Ladder, 'rosters'> | null,
): Stretch | null {
  const roster = rosterAt(rosters, nodeId, now, ladder?.rosters[nodeId] ?? null)
  return roster && onDutyAt(roster, now)
}

/** The versions that an alert opened now goes by. */
export function rosterVersions({ path, rosters }: DutyView, now: EpochMs): Ladder['rosters'] {
  return Object.fromEntries(
    path.flatMap(({ id }) => {
      const roster = rosterAt(rosters, id, now)
      return roster === null ? [] : [[id, roster.version]]
    }),
  )
}
