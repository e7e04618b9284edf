import type { z } from 'zod'
import type { Alert, AlertState, TimelineEntry } from '../contracts/alert.ts'
import type { AccountId, AlertId, HomeId, PersonId } from '../contracts/ids.ts'
import type { Device, Home, Resident } from '../contracts/registry.ts'
import { moreSevere, type Severity } from '../contracts/severity.ts'
import type { Clock } from '../contracts/time.ts'
import type { DeviceHealth } from '../store/state/devices.ts'
import type { Page, PageRequest } from '../store/state/lists.ts'
import type { StateStore } from '../store/state.ts'
import { type HomeWatch, isSilent } from './home-watch.ts'
import type { JurisdictionTree, Reach } from './permissions.ts'
import type * as alerts from './schemas/alerts.ts'
import type * as devices from './schemas/devices.ts'
import type * as places from './schemas/places.ts'
import type { Caller } from './sessions.ts'

export type AlertView = z.output<typeof alerts.AlertView>
export type AlertDetail = z.output<typeof alerts.AlertDetail>
export type TimelineLine = z.output<typeof alerts.TimelineLine>
export type DeviceView = z.output<typeof devices.DeviceWithHealth>
export type HomeSummary = z.output<typeof places.HomeSummary>
export type HomeName = z.output<typeof places.HomeName>

export const UNRESOLVED: readonly AlertState[] = [
  'open',
  'acknowledged',
  'verifying',
  'dispatched',
  'accepted',
  'on_scene',
  'recovered',
  'transferred',
]
const PAGE = 500
/** Of a history that is too long to be read at once: how it began, and what was last. */
const FIRST_LINES = 20
const NEWEST_LINES = { limit: 180, after: null }

const byId = <Id, Row extends { id: Id }>(rows: readonly Row[]) => new Map(rows.map((row) => [row.id, row]))

/** The forms in which stored things are shown, each built from whole pages: never a query for each row. */
export class Views {
  readonly #state: StateStore
  readonly #civil: Clock
  readonly #watch: HomeWatch

  constructor(state: StateStore, civil: Clock, watch: HomeWatch) {
    this.#state = state
    this.#civil = civil
    this.#watch = watch
  }

  /** One resident for each home: the first on record. */
  async residentsOf(homeIds: readonly HomeId[]): Promise<Map<HomeId, Resident>> {
    const residents = new Map<HomeId, Resident>()
    if (homeIds.length === 0) return residents
    for (const resident of await this.#state.residents.ofHomes(homeIds)) {
      if (!residents.has(resident.homeId)) residents.set(resident.homeId, resident)
    }
    return residents
  }

  /** Whoever calls has made sure that all of them are in the caller's reach. */
  async alerts(items: readonly Alert[], tree: JurisdictionTree): Promise<AlertView[]> {
    const residents = await this.residentsOf([...new Set(items.flatMap((alert) => alert.homeId ?? []))])
    const year = new Date(this.#civil.now()).getUTCFullYear()
    return items.map((alert) => {
      const path = tree.pathOf(alert.jurisdictionId)
      const resident = alert.homeId === null ? undefined : residents.get(alert.homeId)
      const compound = path.findLast((node) => node.level === 'compound') ?? path.at(-1)
      return {
        ...alert,
        who:
          resident === undefined
            ? null
            : {
                name: resident.name,
                age: resident.birthYear === null ? null : year - resident.birthYear,
                phone: resident.phone,
                compound: compound?.name ?? '',
                door: resident.door,
              },
        jurisdictionPath: path.map((node) => node.name),
      }
    })
  }

  async alert(alert: Alert, tree: JurisdictionTree): Promise<AlertView> {
    const [view] = await this.alerts([alert], tree)
    if (view === undefined) throw new Error('one alert gives one view')
    return view
  }

  async alertDetail(alert: Alert, tree: JurisdictionTree): Promise<AlertDetail> {
    const { items, next } = await this.#state.alerts.timelinePage(alert.id, NEWEST_LINES)
    const oldest = items.at(-1)?.n ?? 0
    const first = next === null ? [] : await this.#state.alerts.beginning(alert.id, FIRST_LINES)
    const beginning = first.filter(({ n }) => n < oldest)
    const lines = await this.#linesOf([...beginning, ...items.toReversed()])
    return {
      ...(await this.alert(alert, tree)),
      beginning: lines.slice(0, beginning.length),
      timeline: lines.slice(beginning.length),
    }
  }

  /** Newest first. */
  async timeline(id: AlertId, request: PageRequest): Promise<Page<TimelineLine>> {
    const { items, next } = await this.#state.alerts.timelinePage(id, request)
    return { items: await this.#linesOf(items), next }
  }

  async #linesOf(entries: readonly TimelineEntry[]): Promise<TimelineLine[]> {
    const notes = await this.#state.notes.of(entries.flatMap((entry) => entry.noteId ?? []))
    const names = await this.actorNames(entries)
    const people = await this.#peopleIn(entries)
    return entries.map(({ n, at, actor, event, from, to, evidence, noteId }) => ({
      n,
      at,
      actor,
      actorName: names.get(actor) ?? people.get(actor) ?? null,
      people: peopleOf(evidence).flatMap((id) => people.get(id) ?? []),
      event,
      from,
      to,
      note: noteId === null ? null : (notes.get(noteId) ?? null),
      evidence,
    }))
  }

  /** The names of those who were told or sent, by `person:{id}`. */
  async #peopleIn(
    entries: readonly Pick<TimelineEntry, 'actor' | 'evidence'>[],
  ): Promise<Map<string, string>> {
    const named = entries.flatMap(({ actor, evidence }) => [actor, ...peopleOf(evidence)])
    const ids = named.flatMap((one) => (one.startsWith(PERSON) ? [one.slice(PERSON.length) as PersonId] : []))
    if (ids.length === 0) return new Map()
    const people = await this.#state.people.of([...new Set(ids)])
    return new Map(people.map(({ id, name }) => [PERSON + id, name]))
  }

  /** The names of accounts and tokens; an actor that is not known any more has none. */
  async actorNames(entries: readonly { actor: string }[]): Promise<Map<string, string>> {
    const names = new Map<string, string>()
    const actors = new Set(entries.map((entry) => entry.actor))
    for (const actor of actors) {
      if (!actor.startsWith('account:')) continue
      const account = await this.#state.accounts.get(actor.slice('account:'.length) as AccountId)
      if (account !== null) names.set(actor, account.name)
    }
    if ([...actors].some((actor) => actor.startsWith('token:'))) {
      for (const token of await everyPage((page) => this.#state.accounts.tokens(page))) {
        names.set(`token:${token.id}`, token.name)
      }
    }
    return names
  }

  /** `withValues`: also what was measured last, where the caller may see it. */
  async devices(items: readonly Device[], caller: Caller, withValues = false): Promise<DeviceView[]> {
    const ids = items.map((device) => device.id)
    const conditionOf = await this.#conditions(items)
    const placeOf = new Map(
      (await this.#state.devices.placesOf(ids)).map((each) => [each.deviceId, each.homeId]),
    )
    const homes = byId(await this.#state.homes.of([...new Set(placeOf.values())]))
    const people = caller.reach('people.read')
    const residents = await this.residentsOf(
      [...homes.values()].filter((home) => people.has(home.jurisdictionId)).map((home) => home.id),
    )
    return items.map((device) => {
      const homeId = placeOf.get(device.id) ?? null
      const home = homeId === null ? undefined : homes.get(homeId)
      const { silent, health } = conditionOf(device)
      const mayKnow = home !== undefined && caller.reach('readings.read').has(home.jurisdictionId)
      return {
        ...device,
        homeId,
        home: home === undefined ? null : deviceHome(home, residents.get(home.id), caller),
        silent,
        health: health === undefined ? null : healthView(health, withValues && mayKnow),
      }
    })
  }

  async device(device: Device, caller: Caller, withValues = false): Promise<DeviceView> {
    const [view] = await this.devices([device], caller, withValues)
    if (view === undefined) throw new Error('one device gives one view')
    return view
  }

  async #conditions(devices: readonly Device[]) {
    const now = this.#civil.now()
    const rule = await this.#watch.silenceRule()
    const rows = await this.#state.health.of(devices.map((device) => device.id))
    const health = new Map(rows.map((each) => [each.deviceId, each]))
    return (device: Device) => {
      const known = health.get(device.id)
      return { silent: isSilent(device, known, rule, now), health: known }
    }
  }

  /** Of those homes that the caller reaches; the resident only where the caller may know people. */
  async homeNames(homes: readonly Home[], caller: Caller): Promise<HomeName[]> {
    const [places, people] = [caller.reach('places.read'), caller.reach('people.read')]
    const reached = homes.filter((home) => places.has(home.jurisdictionId))
    const known = reached.filter((home) => people.has(home.jurisdictionId)).map((home) => home.id)
    const residents = await this.residentsOf(known)
    return reached.map(({ id, jurisdictionId }) => {
      const { name, door } = residents.get(id) ?? { name: null, door: '' }
      return {
        homeId: id,
        place: caller.tree.pathOf(jurisdictionId).at(-1)?.name ?? '',
        resident: name === null ? null : { name, door },
      }
    })
  }

  async homeSummaries(homes: readonly Home[], caller: Caller): Promise<HomeSummary[]> {
    const people = caller.reach('people.read')
    const known = homes.filter((home) => people.has(home.jurisdictionId)).map((home) => home.id)
    const residents = await this.residentsOf(known)
    const standing = await this.#state.devices.standingIn(homes.map((home) => home.id))
    const devices = byId(await this.#state.devices.of(standing.map((each) => each.deviceId)))
    const conditionOf = await this.#conditions([...devices.values()])
    const standingIn = Map.groupBy(standing, (each) => each.homeId)
    const alertsOf = Map.groupBy(await this.unresolved(caller.reach('alerts.read')), (alert) => alert.homeId)
    return homes.map((home) => {
      const alerts = alertsOf.get(home.id) ?? []
      return {
        home,
        resident: residents.get(home.id) ?? null,
        devices: (standingIn.get(home.id) ?? []).flatMap(({ deviceId }) => {
          const device = devices.get(deviceId)
          if (device === undefined) return []
          const { silent, health } = conditionOf(device)
          return { id: deviceId, kind: device.kind, silent, lastReceivedAt: health?.lastReceivedAt ?? null }
        }),
        openAlerts: caller.reach('alerts.read').has(home.jurisdictionId) ? alerts.length : null,
        worstSeverity: worst(alerts),
      }
    })
  }

  /** All alerts within `reach` that nobody has closed, drills left out. */
  async unresolved(reach: Reach, homeId: HomeId | null = null): Promise<Alert[]> {
    if (reach.isNowhere) return []
    const filter = {
      scope: reach.scope,
      states: UNRESOLVED,
      severities: null,
      kinds: null,
      homeId,
      from: null,
      to: null,
      drill: false,
    }
    return everyPage((page) => this.#state.alerts.list(filter, 'urgency', page))
  }
}

const PERSON = 'person:'

/** Whom a line of the history is about, besides whoever did it: as `person:{id}`. */
const peopleOf = (evidence: TimelineEntry['evidence']): string[] => {
  const { recipient, personIds } = evidence?.data ?? {}
  return [
    ...(typeof recipient === 'string' && recipient.startsWith(PERSON) ? [recipient] : []),
    ...(Array.isArray(personIds) ? personIds : []).flatMap((id) =>
      typeof id === 'string' ? PERSON + id : [],
    ),
  ]
}

const worst = (alerts: readonly Alert[]): Severity | null =>
  alerts.reduce<Severity | null>(
    (found, { severity }) => (found === null || moreSevere(severity, found) ? severity : found),
    null,
  )

const deviceHome = (
  { id, jurisdictionId }: Home,
  resident: Resident | undefined,
  caller: Caller,
): DeviceView['home'] =>
  caller.reach('places.read').has(jurisdictionId)
    ? {
        id,
        place: caller.tree.pathOf(jurisdictionId).at(-1)?.name ?? '',
        who: resident === undefined ? null : { name: resident.name, door: resident.door },
      }
    : null

const healthView = (health: DeviceHealth, withValues: boolean): NonNullable<DeviceView['health']> => {
  const { lastReceivedAt, lastMeasuredAt, batteryPct, batteryLow, signalDbm, cadenceS, values } = health
  const known = { lastReceivedAt, lastMeasuredAt, batteryPct, batteryLow, signalDbm, cadenceS }
  return { ...known, values: withValues ? values : null }
}

const everyPage = async <Item>(
  list: (page: { limit: number; after: string | null }) => Promise<{ items: Item[]; next: string | null }>,
): Promise<Item[]> => {
  const items: Item[] = []
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const page = await list({ limit: PAGE, after })
    items.push(...page.items)
    after = page.next
  }
  return items
}
