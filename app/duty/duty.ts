import type { EscalationPolicy, Page, Roster } from '../../contracts/duty.ts'
import type { DutyChange } from '../../contracts/duty-change.ts'
import type { Json } from '../../contracts/finding.ts'
import { type AccountId, type HomeId, type JurisdictionId, PersonId } from '../../contracts/ids.ts'
import type { Jurisdiction } from '../../contracts/registry.ts'
import { DAY_MS, type EpochMs, earlier, iso } from '../../contracts/time.ts'
import type { DutyView } from '../../dispatch/duty.ts'
import { defaultPolicy } from '../../dispatch/policy.ts'
import { onDutyAt, rosterAt } from '../../dispatch/roster.ts'
import { type DutyWatch, newWatch, type WatchContext } from '../../dispatch/watch.ts'
import type { StateTables } from '../../store/state.ts'
import { placePath } from '../place-path.ts'

/**
 * An alert may still go by a roster that ended this long ago, to say under which it was opened. The newest of a place is
 * kept however long ago it ended: whoever once had a duty is to be told that nobody is on it.
 */
const ROSTERS_KEPT_MS = 40 * DAY_MS

type Tables = Pick<
  StateTables,
  'jurisdictions' | 'rosters' | 'policies' | 'people' | 'pages' | 'dutyWatches' | 'residents'
>
interface OnFile {
  accountId: AccountId | null
  enabled: boolean
}
interface Watched {
  watch: DutyWatch
  dueAt: EpochMs | null
}

/**
 * Who is on duty where, in memory: every step of a case asks for it. The pipeline, which alone writes it, keeps it
 * current. Names and numbers are not in it.
 */
export class Duty {
  readonly #zone: string
  readonly #places = new Map<JurisdictionId, Jurisdiction>()
  readonly #rosters = new Map<JurisdictionId, Roster[]>()
  #policies: EscalationPolicy[] = []
  readonly #people = new Map<PersonId, OnFile>()
  readonly #pagedAt = new Map<PersonId, EpochMs[]>()
  readonly #watches = new Map<JurisdictionId, Watched>()
  #unreachable: ReadonlySet<PersonId> | null = null
  readonly #touched = new Set<JurisdictionId>()

  private constructor(zone: string) {
    this.#zone = zone
  }

  /** `zone`: of places, for what is said in words where no roster says another. */
  static async load(tables: Tables, now: EpochMs, zone: string): Promise<Duty> {
    const duty = new Duty(zone)
    await duty.reload(tables, now)
    return duty
  }

  /** Takes everything from the disk in one go. */
  async reload(tables: Tables, now: EpochMs): Promise<void> {
    const [places, rosters, policies, people, paged, watches] = [
      await tables.jurisdictions.all(),
      await tables.rosters.newestAndEndingFrom(iso(Math.max(0, now - ROSTERS_KEPT_MS)).slice(0, 10)),
      await tables.policies.all(),
      await tables.people.onFile(),
      await tables.pages.since(now - DAY_MS),
      await tables.dutyWatches.all(),
    ]
    for (const map of [this.#places, this.#rosters, this.#people, this.#pagedAt, this.#watches]) map.clear()
    this.#touched.clear()
    for (const place of places) this.#places.set(place.id, place)
    for (const roster of rosters) this.#putRoster(roster)
    this.#policies = policies
    for (const { id, ...onFile } of people) this.#people.set(id, onFile)
    for (const { recipient, createdAt } of paged) this.#countPage(recipient, createdAt)
    for (const { nodeId, dueAt, body } of watches)
      this.#watches.set(nodeId, { watch: body as unknown as DutyWatch, dueAt })
    this.#unreachable = null
  }

  /** Without a roster anywhere nobody can be told, and the console alone rings. */
  get isSetUp(): boolean {
    return this.#rosters.size > 0
  }

  /** What dispatch knows of the duty for a home (or, `homeId` null, for the place itself). */
  async view(tables: Tables, placeId: JurisdictionId, homeId: HomeId | null): Promise<DutyView | null> {
    if (!this.isSetUp) return null
    const path = await this.pathOf(tables, placeId)
    const residents = homeId === null ? [] : await tables.residents.ofHomes([homeId])
    const contacts = residents.flatMap((resident) => resident.contacts)
    return {
      path: path.map(({ id, level }) => ({ id, level })),
      policy: this.policyFor(path),
      policies: this.#policies,
      rosters: path.flatMap(({ id }) => this.rostersOf(id)),
      unreachable: this.#outOfReach(),
      pagedAt: this.#pagedAt,
      residentPhone: residents.some(({ phone }) => phone.trim() !== ''),
      contactPhones: contacts.flatMap(({ phone }, index) => (phone.trim() === '' ? [] : index)),
      zone: this.#zone,
    }
  }

  /** Of places, for what is said in words. */
  get zone(): string {
    return this.#zone
  }

  rostersOf(nodeId: JurisdictionId): readonly Roster[] {
    return this.#rosters.get(nodeId) ?? []
  }

  /** The place, then up to the root. Places are made without an entry in the journal: an unknown one is looked up. */
  async pathOf(tables: Pick<Tables, 'jurisdictions'>, placeId: JurisdictionId): Promise<Jurisdiction[]> {
    if (!this.#places.has(placeId))
      for (const place of await tables.jurisdictions.all()) this.#places.set(place.id, place)
    const path = placePath(placeId, (id) => this.#places.get(id)?.parentId)
    return path.flatMap((id) => this.#places.get(id) ?? [])
  }

  /** The nearest policy of its own on the way up, or the one for all places, in its newest version. */
  policyFor(path: readonly Pick<Jurisdiction, 'id'>[]): EscalationPolicy {
    for (const id of [...path.map((place) => place.id), null]) {
      const own = this.#policies.filter((one) => one.jurisdictionId === id)
      const newest = own.reduce<EscalationPolicy | null>((a, b) => (a && a.version > b.version ? a : b), null)
      if (newest !== null) return newest
    }
    return defaultPolicy
  }

  change(change: DutyChange): void {
    if (change.type === 'roster') this.#putRoster(change.roster)
    else if (change.type === 'policy') this.#policies = [...this.#policies, change.policy]
    else {
      const { id, accountId, enabled } = change.person
      this.#people.set(id, { accountId, enabled })
      this.#unreachable = null
    }
  }

  /** False of somebody who was made unavailable, or whose account was shut. */
  serves(personId: PersonId): boolean {
    return this.#people.get(personId)?.enabled !== false
  }

  /** The nodes for which somebody is on duty at an instant, and those whose roster breaks: their watch finds out why. */
  nodesOf(personId: PersonId, at: EpochMs): JurisdictionId[] {
    return [...this.#rosters].flatMap(([nodeId, rosters]) => {
      try {
        const roster = rosterAt(rosters, nodeId, at)
        const duty = roster && onDutyAt(roster, at)
        return duty?.primary === personId || duty?.backup === personId ? nodeId : []
      } catch {
        return nodeId
      }
    })
  }

  /** When somebody was paged in the last 24 hours, the oldest first. */
  pagedAt(personId: PersonId): readonly EpochMs[] {
    return this.#pagedAt.get(personId) ?? []
  }

  /** A drill tires nobody out: whoever is told in one is still told when it is serious. */
  paged({ recipient, createdAt, alertId, drill }: Page): void {
    if (alertId !== null && !drill) this.#countPage(recipient, createdAt)
  }

  async watchContext(tables: Pick<Tables, 'jurisdictions'>, nodeId: JurisdictionId): Promise<WatchContext> {
    return {
      rosters: this.rostersOf(nodeId),
      policy: this.policyFor(await this.pathOf(tables, nodeId)),
      canAnswer: (personId) => (this.#people.get(personId)?.accountId ?? null) !== null,
      serves: (personId) => this.serves(personId),
    }
  }

  watchOf(nodeId: JurisdictionId): DutyWatch {
    return this.#watches.get(nodeId)?.watch ?? newWatch(nodeId)
  }

  keepWatch(watch: DutyWatch, dueAt: EpochMs | null): void {
    this.#watches.set(watch.nodeId, { watch, dueAt })
    this.#touched.add(watch.nodeId)
    this.#unreachable = null
  }

  /** The node whose watch is due first. */
  due(): { nodeId: JurisdictionId; dueAt: EpochMs } | null {
    let first: { nodeId: JurisdictionId; dueAt: EpochMs } | null = null
    for (const [nodeId, { dueAt }] of this.#watches)
      if (dueAt !== null && (first === null || dueAt < first.dueAt)) first = { nodeId, dueAt }
    return first
  }

  nextDueAt(): EpochMs | null {
    let next: EpochMs | null = null
    for (const { dueAt } of this.#watches.values()) next = earlier(next, dueAt)
    return next
  }

  async flush(tables: Pick<Tables, 'dutyWatches'>): Promise<void> {
    for (const nodeId of this.#touched) {
      const watched = this.#watches.get(nodeId)
      if (!watched) throw new Error(`the duty of ${nodeId} was touched and is not in memory`)
      const { watch, dueAt } = watched
      await tables.dutyWatches.put({ nodeId, dueAt, body: watch as unknown as Json })
    }
    this.#touched.clear()
  }

  #putRoster(roster: Roster): void {
    const { jurisdictionId: nodeId } = roster
    this.#rosters.set(nodeId, [...this.rostersOf(nodeId), roster])
  }

  #countPage(recipient: string, at: EpochMs): void {
    if (!recipient.startsWith('person:')) return
    const id = PersonId.parse(recipient.slice('person:'.length))
    const recent = (this.#pagedAt.get(id) ?? []).filter((one) => one > at - DAY_MS)
    this.#pagedAt.set(id, [...recent, at])
  }

  /** Did not answer this shift's test, or serve no more. */
  #outOfReach(): ReadonlySet<PersonId> {
    if (this.#unreachable !== null) return this.#unreachable
    const missed = [...this.#watches.values()].flatMap(({ watch }) =>
      watch.tests.flatMap((test) => (test.state === 'missed' ? test.personId : [])),
    )
    const gone = [...this.#people].flatMap(([id, { enabled }]) => (enabled ? [] : id))
    this.#unreachable = new Set([...missed, ...gone])
    return this.#unreachable
  }
}
