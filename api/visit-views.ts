import type { z } from 'zod'
import type { Alert } from '../contracts/alert.ts'
import type { Person } from '../contracts/duty.ts'
import type { AlertId, HomeId, PersonId } from '../contracts/ids.ts'
import type { Resident } from '../contracts/registry.ts'
import type { Clock } from '../contracts/time.ts'
import type { Visit, VisitState } from '../contracts/visit.ts'
import type { StateStore } from '../store/state.ts'
import { type Look, looksAt } from './access-log.ts'
import type { JurisdictionTree } from './permissions.ts'
import type * as forms from './schemas/visits.ts'

export type OwnVisit = z.output<typeof forms.OwnVisit>
export type VisitRecord = z.output<typeof forms.VisitRecord>

const KEY_HOLDERS_MOST = 20
/** From the moment it is on until it is reported. */
const DISCLOSING: ReadonlySet<VisitState> = new Set(['accepted', 'en_route', 'on_scene'])

/** Whether somebody may see who lives there: only while they are on this visit. */
export const discloses = (visit: Visit, personId: PersonId): boolean =>
  DISCLOSING.has(visit.state) && visit.crew.includes(personId)

/** What looking at one's own visits shows of homes. */
export const looksAtOwn = (visits: readonly Visit[], views: readonly OwnVisit[]): Look[] => {
  const shown = new Set(views.filter(({ disclosed }) => disclosed !== null).map(({ id }) => id))
  return looksAt(
    visits.filter(({ id }) => shown.has(id)).map(({ homeId }) => homeId),
    'identity',
  )
}

const communityOf = ({ jurisdictionId }: Visit, tree: JurisdictionTree): string => {
  const path = tree.pathOf(jurisdictionId)
  return (path.findLast(({ level }) => level === 'community') ?? path.at(-1))?.name ?? ''
}

/** The forms in which visits are shown: to the desk whole, to whoever was asked only as much as they need. */
export class VisitViews {
  readonly #state: StateStore
  readonly #civil: Clock

  constructor(state: StateStore, civil: Clock) {
    this.#state = state
    this.#civil = civil
  }

  async records(visits: readonly Visit[], tree: JurisdictionTree): Promise<VisitRecord[]> {
    const residents = await this.#residentsOf(visits)
    const ids = visits.flatMap(({ offers, candidates }) => [
      ...offers.map((offer) => offer.personId),
      ...candidates,
    ])
    const names = new Map((await this.#state.people.of([...new Set(ids)])).map(({ id, name }) => [id, name]))
    const notes = await this.#state.notes.of(visits.flatMap(({ noteId }) => noteId ?? []))
    const alerts = await this.#alertsOf(visits)
    return visits.map((visit) => {
      const alert = visit.alertId === null ? undefined : alerts.get(visit.alertId)
      const resident = residents.get(visit.homeId)
      const people = new Set([...visit.offers.map((offer) => offer.personId), ...visit.candidates])
      const named = [...people].flatMap((id) => {
        const name = names.get(id)
        return name === undefined ? [] : [[id, name] as const]
      })
      const note = visit.noteId === null ? null : (notes.get(visit.noteId) ?? null)
      return {
        ...visit,
        names: Object.fromEntries(named),
        note,
        who: resident === undefined ? null : this.#whoOf(resident, visit, tree),
        community: communityOf(visit, tree),
        finding: alert?.kind ?? null,
        severity: alert?.severity ?? null,
      }
    })
  }

  #whoOf(resident: Resident, visit: Visit, tree: JurisdictionTree): NonNullable<VisitRecord['who']> {
    const path = tree.pathOf(visit.jurisdictionId)
    const compound = path.findLast((node) => node.level === 'compound') ?? path.at(-1)
    const { name, phone, door } = resident
    return { name, phone, door, age: this.#ageOf(resident), compound: compound?.name ?? '' }
  }

  #ageOf({ birthYear }: Resident): number | null {
    return birthYear === null ? null : new Date(this.#civil.now()).getUTCFullYear() - birthYear
  }

  /** One for each home: the first on record. */
  async #residentsOf(visits: readonly Visit[]): Promise<Map<HomeId, Resident>> {
    const byHome = new Map<HomeId, Resident>()
    const residents = await this.#state.residents.ofHomes([...new Set(visits.map(({ homeId }) => homeId))])
    for (const resident of residents) if (!byHome.has(resident.homeId)) byHome.set(resident.homeId, resident)
    return byHome
  }

  async #alertsOf(visits: readonly Visit[]): Promise<Map<AlertId, Alert>> {
    const found = new Map<AlertId, Alert>()
    for (const id of new Set(visits.flatMap(({ alertId }) => alertId ?? []))) {
      const alert = await this.#state.alerts.get(id)
      if (alert !== null) found.set(id, alert)
    }
    return found
  }

  /** Those to whom it was not offered must have been turned away before. */
  async own(visits: readonly Visit[], person: Person, tree: JurisdictionTree): Promise<OwnVisit[]> {
    const byHome = await this.#residentsOf(visits)
    const alerts = await this.#alertsOf(visits)
    const views: OwnVisit[] = []
    for (const visit of visits) {
      const about = {
        resident: byHome.get(visit.homeId),
        alert: visit.alertId === null ? undefined : alerts.get(visit.alertId),
      }
      views.push(await this.#ownOne(visit, about, person, tree))
    }
    return views
  }

  async #ownOne(
    visit: Visit,
    { resident, alert }: { resident: Resident | undefined; alert: Alert | undefined },
    person: Person,
    tree: JurisdictionTree,
  ): Promise<OwnVisit> {
    const offer = visit.offers.findLast(({ personId }) => personId === person.id)
    if (!offer) throw new Error(`visit ${visit.id} was not offered to the person it is shown to`)
    const isShown = discloses(visit, person.id)
    const isMine = visit.submittedBy === person.id
    return {
      id: visit.id,
      kind: visit.kind,
      state: visit.state,
      crewSize: visit.crewSize,
      community: communityOf(visit, tree),
      finding: alert?.kind ?? null,
      severity: alert?.severity ?? null,
      distanceMetres: visit.distancesMetres[person.id] ?? null,
      answer: offer.answer,
      offeredAt: offer.offeredAt,
      expiresAt: offer.expiresAt,
      createdAt: visit.createdAt,
      updatedAt: visit.updatedAt,
      acceptedAt: visit.acceptedAt,
      enRouteAt: visit.enRouteAt,
      onSceneAt: visit.onSceneAt,
      submittedAt: visit.submittedAt,
      closedAt: visit.closedAt,
      outcome: isMine ? visit.outcome : null,
      photoIds: isShown ? visit.photoIds : [],
      disclosed:
        isShown && resident ? await this.#disclosed(visit, resident, alert?.evidence.sentence ?? null) : null,
      drill: visit.drill,
      version: visit.version,
    }
  }

  async #disclosed(
    visit: Visit,
    resident: Resident,
    found: NonNullable<OwnVisit['disclosed']>['found'],
  ): Promise<NonNullable<OwnVisit['disclosed']>> {
    const { name, phone, address, door, accessNotes, needs, contacts, place } = resident
    const holders = await this.#state.people.holdingKeyOf(visit.homeId, KEY_HOLDERS_MOST)
    return {
      name,
      age: this.#ageOf(resident),
      phone,
      address,
      door,
      accessNotes,
      needs,
      contacts,
      keyHolders: [...contacts.filter(({ holdsKey }) => holdsKey), ...holders].map((one) => ({
        name: one.name,
        phone: one.phone,
      })),
      place,
      found,
    }
  }
}
