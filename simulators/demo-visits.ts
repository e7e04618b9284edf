import { randomUUID } from 'node:crypto'
import type { Service } from '../app/service.ts'
import type { VisitDeed } from '../contracts/command.ts'
import { Refusal } from '../contracts/errors.ts'
import type { PersonId } from '../contracts/ids.ts'
import { type EpochMs, MINUTE_MS } from '../contracts/time.ts'
import type { Outcome, Visit, VisitState } from '../contracts/visit.ts'
import type { DemoStory } from './demo-story.ts'
import { Random } from './random.ts'

const UNDER_WAY: VisitState[] = ['offered', 'accepted', 'en_route', 'on_scene']
const DECLINES_SHARE = 0.12
/** Civil minutes that each thing takes: the least and the most. */
const TAKES_MIN = {
  answer: [3, 9],
  leave: [2, 6],
  arrive: [8, 18],
  look: [10, 20],
} as const

/** What there is to be seen behind the door, in words and as an outcome. */
export interface DemoFinding {
  note: string
  outcome: Outcome
}

const found = (
  note: string,
  part: Pick<Outcome, 'cause' | 'verdict'> & Partial<Pick<Outcome, 'need' | 'action'>>,
): DemoFinding => ({
  note,
  outcome: {
    contact: 'seen',
    need: 'none',
    action: 'none',
    followUpOn: null,
    policeReference: null,
    awayUntil: null,
    ...part,
  },
})
const FALLEN = found('上门发现老人跌倒在卫生间，意识清醒，已叫120送医。', {
  cause: 'fall',
  verdict: 'emergency',
  need: 'medical_care',
  action: 'ambulance_120',
})
const BURNT = found('厨房起火，已关燃气并拨打119，老人已转移到安全处。', {
  cause: 'fire',
  verdict: 'emergency',
  need: 'repair',
  action: 'fire_119',
})
/** By the family of the alert, where the story knows of nothing worse. */
export const HARMLESS: Record<string, DemoFinding> = {
  smoke: found('上门查看：做饭油烟触发，已通风，人平安。', { cause: 'cooking', verdict: 'benign' }),
  inactivity: found('见到老人，今天起得晚，一切正常。', { cause: 'late_rising', verdict: 'benign' }),
  water: found('上门查看：水龙头没关紧，已帮忙关好。', {
    cause: 'unknown',
    verdict: 'need',
    need: 'repair',
    action: 'referral',
  }),
  device: found('设备松动，已重新装好，通知设备科留意。', {
    cause: 'device_placement',
    verdict: 'technical',
  }),
}
const FINE = found('已核实，一切正常。', { cause: 'unknown', verdict: 'benign' })

export const harmless = (family: string): DemoFinding => HARMLESS[family] ?? FINE

/** What whoever goes there finds. */
export function findingOf(
  { homes, scenes }: Pick<DemoStory, 'homes' | 'scenes'>,
  { homeId, createdAt }: Pick<Visit, 'homeId' | 'createdAt'>,
  family: string,
): DemoFinding {
  const home = homes.findIndex(({ plan }) => plan.homeId === homeId)
  const happens = (what: string, afterMs: EpochMs) =>
    scenes.some(
      (scene) =>
        scene.home === home &&
        scene.what === what &&
        scene.fromMs <= createdAt &&
        createdAt < scene.toMs + afterMs,
    )
  if (family === 'inactivity' && happens('fall', 0)) return FALLEN
  if (family === 'smoke' && happens('fire', 180 * MINUTE_MS)) return BURNT
  return harmless(family)
}

/** What one of `simulated` does next about a visit by now; null: nothing yet, or it is not theirs to do. */
function nextAct(
  visit: Visit,
  simulated: ReadonlySet<PersonId>,
  now: EpochMs,
  finding: DemoFinding,
): VisitDeed | null {
  const { id: visitId, state, offers, crew } = visit
  const random = Random.of('demo-visits', visitId, state)
  const isTime = (since: EpochMs | null, [least, most]: readonly [number, number]) =>
    since !== null && now - since >= random.between(least, most) * MINUTE_MS
  const act = { actId: randomUUID(), visitId, doneAt: now, note: null }
  if (state === 'offered') {
    const offer = offers.find(({ answer, personId }) => answer === null && simulated.has(personId))
    if (!offer || !isTime(offer.offeredAt, TAKES_MIN.answer)) return null
    const { personId } = offer
    const declines = Random.of('demo-visits', visitId, personId, 'declines').chance(DECLINES_SHARE)
    return { type: declines ? 'decline' : 'accept', ...act, personId }
  }
  const personId = crew.find((id) => simulated.has(id))
  if (personId === undefined) return null
  if (state === 'accepted')
    return isTime(visit.acceptedAt, TAKES_MIN.leave) ? { type: 'en_route', ...act, personId } : null
  if (state === 'en_route')
    return isTime(visit.enRouteAt, TAKES_MIN.arrive)
      ? { type: 'check_in', ...act, personId, place: null, photoIds: [] }
      : null
  if (state === 'on_scene')
    return isTime(visit.onSceneAt, TAKES_MIN.look)
      ? { type: 'submit', ...act, personId, outcome: finding.outcome, note: finding.note }
      : null
  return null
}

/** Whoever was asked answers, goes, arrives, looks and reports, each in their own time. */
export async function visitorsWork(
  service: Pick<Service, 'state' | 'commands'>,
  story: Pick<DemoStory, 'homes' | 'scenes'>,
  simulated: ReadonlySet<PersonId>,
  now: EpochMs,
): Promise<void> {
  const { state, commands } = service
  const visits = await state.visits.list({ scope: null, states: UNDER_WAY }, { limit: 500, after: null })
  for (const visit of visits.items) {
    const alert = visit.alertId === null ? null : await state.alerts.get(visit.alertId)
    const act = nextAct(visit, simulated, now, findingOf(story, visit, alert?.family ?? ''))
    if (act !== null) await unlessRefused(commands.actOnVisit(act))
  }
}

/** Somebody at the desk was quicker: that is how it goes. */
export async function unlessRefused(deed: Promise<unknown>): Promise<void> {
  await deed.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })
}
