import type { FindingKind } from '../../contracts/finding.ts'
import type { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { Rota, RotaHelper, RotaHome } from '../../contracts/rota.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Visit } from '../../contracts/visit.ts'
import { byTurn, byWaiting, nextPlanAt } from '../../dispatch/rota.ts'
import { isOpenVisit } from '../../dispatch/visit.ts'
import type { Page, PageRequest } from '../../store/state/lists.ts'
import type { StateTables } from '../../store/state.ts'
import { placePath } from '../place-path.ts'

type Tables = Pick<StateTables, 'jurisdictions' | 'homes' | 'people' | 'visits' | 'alerts' | 'rotas'>

/** What speaks for a visit, and is no reason for an alarm. */
const WEAK_SIGNS: readonly FindingKind[] = [
  'routine.late_rising',
  'routine.no_evening',
  'routine.night_restlessness',
  'routine.falling_trend',
]
const OPEN_STATES = ['offered', 'accepted', 'en_route', 'on_scene'] as const
const NOT_OVER = ['open', 'acknowledged', 'verifying', 'recovered', 'shelved'] as const

/** Everything that the rota of a place looks at: its homes and everybody who may go, down to the smallest place. */
export async function rotaOf(tables: Tables, nodeId: JurisdictionId, now: EpochMs): Promise<Rota> {
  const settings = await tables.rotas.get(nodeId)
  const { below, path } = await placesOf(tables, nodeId)
  const visits = await everything((page) =>
    tables.visits.list({ scope: [...below, ...path], states: OPEN_STATES }, page),
  )
  return {
    settings,
    nextAt: settings && nextPlanAt(settings, now),
    homes: (await homesOf(tables, below, visits)).sort(byTurn),
    helpers: (await helpersOf(tables, [...below, ...path], visits)).sort(byWaiting),
  }
}

async function homesOf(tables: Tables, scope: readonly JurisdictionId[], visits: readonly Visit[]) {
  const homes = await everything((page) => tables.homes.list({ scope, archived: false }, page))
  const contacts = new Map((await tables.rotas.contacts(scope)).map((one) => [one.homeId, one]))
  const planned = new Set(visits.map(({ homeId }) => homeId))
  const signs = await weakSigns(tables, scope)
  return homes.map(({ id, createdAt }): RotaHome => {
    const contact = contacts.get(id)
    return {
      homeId: id,
      lastSeenAt: contact?.at ?? null,
      lastContact: contact?.contact ?? null,
      unseenSince: Math.max(createdAt, contact?.at ?? createdAt),
      weakSign: signs.has(id),
      isPlanned: planned.has(id),
    }
  })
}

/** Homes of which something is open that the next visit should look into. */
async function weakSigns(tables: Tables, scope: readonly JurisdictionId[]): Promise<Set<HomeId>> {
  const open = { scope, states: NOT_OVER, homeId: null, from: null, to: null, drill: false }
  const [routine, mild] = [
    await everything((page) =>
      tables.alerts.list({ ...open, kinds: WEAK_SIGNS, severities: null }, 'newest', page),
    ),
    await everything((page) =>
      tables.alerts.list({ ...open, kinds: null, severities: ['P4'] }, 'newest', page),
    ),
  ]
  return new Set([...routine, ...mild].flatMap(({ homeId }) => homeId ?? []))
}

async function helpersOf(tables: Tables, scope: readonly JurisdictionId[], visits: readonly Visit[]) {
  const filter = { scope, kind: null, search: null, enabled: true }
  const people = await everything((page) => tables.people.list(filter, page))
  const asked = new Map((await tables.rotas.asked()).map((one) => [one.personId, one]))
  const busy = new Set(
    visits
      .filter(isOpenVisit)
      .flatMap(({ crew, offers }) => [
        ...crew,
        ...offers.flatMap(({ answer, personId }) => (answer === null ? personId : [])),
      ]),
  )
  return people
    .filter(({ kind }) => kind !== 'staff')
    .map(
      ({ id, pairedWith, createdAt }): RotaHelper => ({
        personId: id,
        pairedWith,
        waitingSince: Math.max(createdAt, asked.get(id)?.at ?? createdAt),
        timesAsked: asked.get(id)?.times ?? 0,
        hasTask: busy.has(id),
      }),
    )
}

/** The place with all below it, and those above it, whose people may go there as well. */
async function placesOf({ jurisdictions }: Tables, nodeId: JurisdictionId) {
  const all = await jurisdictions.all()
  const below = [nodeId]
  for (const id of below)
    below.push(
      ...all.flatMap((place) => (place.parentId === id && !below.includes(place.id) ? place.id : [])),
    )
  const parentOf = new Map(all.map(({ id, parentId }) => [id, parentId]))
  const [, ...path] = placePath(nodeId, (id) => parentOf.get(id))
  return { below, path }
}

async function everything<T>(pageOf: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = []
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const page: Page<T> = await pageOf({ limit: 500, after })
    found.push(...page.items)
    after = page.next
  }
  return found
}
