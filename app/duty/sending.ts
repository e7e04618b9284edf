import type { EscalationPolicy } from '../../contracts/duty.ts'
import type { HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { UNSAID } from '../../contracts/registry.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import type { CandidateFacts, HomeToVisit } from '../../dispatch/candidates.ts'
import type { CaseContext, CaseEvent } from '../../dispatch/case.ts'
import { isTired } from '../../dispatch/fatigue.ts'
import type { StateTables } from '../../store/state.ts'
import type { Duty } from './duty.ts'

type Sending = Pick<CaseContext, 'visits' | 'candidates' | 'homeToVisit'>

/** For what sends nobody. */
export const NOBODY_SENT: Sending = { visits: [], candidates: [], homeToVisit: null }

/** What dispatch must know of visits to take this event: those under way, and who might go where somebody is sent. */
export async function sendingFor(
  tables: StateTables,
  duty: Duty,
  homeId: HomeId,
  jurisdictionId: JurisdictionId,
  event: CaseEvent,
  now: EpochMs,
): Promise<Sending> {
  const open = await tables.visits.openOf(homeId)
  const about = event.type === 'command' ? await tables.visits.ofAlert(event.command.alertId) : []
  const done = event.type === 'act' ? await tables.visits.get(event.act.visitId) : null
  const visits = [
    ...new Map([...about, ...(done ? [done] : []), ...open].map((one) => [one.id, one])).values(),
  ]
  if (event.type !== 'command' || event.command.type !== 'dispatch') return { ...NOBODY_SENT, visits }
  const named = event.command.candidates ?? []
  const path = await duty.pathOf(tables, jurisdictionId)
  const scope = path.map(({ id }) => id)
  return {
    visits,
    candidates: await candidateFacts(tables, scope, named, duty.policyFor(path), now),
    homeToVisit: await homeToVisit(tables, homeId),
  }
}

export async function homeToVisit(
  tables: Pick<StateTables, 'residents'>,
  homeId: HomeId,
): Promise<HomeToVisit> {
  const [resident] = await tables.residents.ofHomes([homeId])
  const { needs, place } = resident ?? UNSAID
  return { homeId, needs, place }
}

/** Whoever hangs on the home's place or one above it, and those that were named. */
export async function candidateFacts(
  { people, visits, pages }: Pick<StateTables, 'people' | 'visits' | 'pages'>,
  scope: readonly JurisdictionId[],
  named: readonly PersonId[],
  policy: EscalationPolicy,
  now: EpochMs,
): Promise<CandidateFacts[]> {
  const filter = { scope, kind: null, search: null, enabled: true }
  const found = new Map((await people.of(named)).map((person) => [person.id, person]))
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const page = await people.list(filter, { limit: 500, after })
    for (const person of page.items) found.set(person.id, person)
    after = page.next
  }
  const loads = new Map((await visits.loads(now - DAY_MS)).map((load) => [load.personId, load]))
  const told = Map.groupBy(await pages.since(now - DAY_MS), ({ recipient }) => recipient)
  return [...found.values()].map((person) => {
    const load = loads.get(person.id)
    const pagedAt = (told.get(`person:${person.id}`) ?? []).map(({ createdAt }) => createdAt)
    return {
      person,
      visitsToday: load?.visits ?? 0,
      isBusy: load?.isBusy ?? false,
      isTired: isTired(pagedAt, null, now, policy),
    }
  })
}
