import type { Person } from '../contracts/duty.ts'
import type { Sentence } from '../contracts/finding.ts'
import type { HomeId } from '../contracts/ids.ts'
import { type Needs, NO_NEEDS, type Place } from '../contracts/registry.ts'
import type { Severity } from '../contracts/severity.ts'
import type { Candidate } from '../contracts/visit.ts'

/** Somebody of the place or above it, as they stand now. */
export interface CandidateFacts {
  person: Pick<Person, 'id' | 'name' | 'kind' | 'skills' | 'pairedWith' | 'holdsKeyOf' | 'place' | 'enabled'>
  /** Visits accepted within the last 24 hours. */
  visitsToday: number
  /** On the way to, or in, another home. */
  isBusy: boolean
  /** Has had as many pages as the policy allows. */
  isTired: boolean
}

/** The home that is to be visited, as far as choosing needs it. */
export interface HomeToVisit {
  homeId: HomeId
  needs: Needs
  place: Place | null
}

export interface Errand {
  severity: Severity
  crewSize: number
}

/** What counts how much: who is known to the resident comes first, then the key, then what is understood, then the way. */
const PAIRED = 1_000
const HOLDS_KEY = 400
const SKILL = 150
const PER_KILOMETRE = -40
const FAR_AWAY_KM = 10
const PER_VISIT_TODAY = -60
const BUSY = -500
const EARTH_METRES = 6_371_000

/** The best first; those who must not be asked come last, with the reason. Equal ones by id, so that it is always the same. */
export function rankCandidates(
  home: HomeToVisit,
  candidates: readonly CandidateFacts[],
  errand: Errand,
): Candidate[] {
  return candidates
    .map((facts) => judged(home, facts, errand))
    .sort(
      (a, b) =>
        Number(b.candidate.isEligible) - Number(a.candidate.isEligible) ||
        b.score - a.score ||
        (a.candidate.personId < b.candidate.personId ? -1 : 1),
    )
    .map(({ candidate }) => candidate)
}

function judged(home: HomeToVisit, facts: CandidateFacts, errand: Errand) {
  const { person, visitsToday, isBusy } = facts
  const distanceMetres = distanceBetween(home.place, person.place)
  const km = distanceMetres === null ? FAR_AWAY_KM : Math.min(FAR_AWAY_KM, distanceMetres / 1_000)
  const skills = skillsFor(home.needs).filter(({ skill }) => person.skills.includes(skill))
  const isPaired = person.pairedWith.includes(home.homeId)
  const holdsKey = person.holdsKeyOf.includes(home.homeId)
  const against = obstacle(facts, errand)
  const score =
    (isPaired ? PAIRED : 0) +
    (holdsKey ? HOLDS_KEY : 0) +
    skills.length * SKILL +
    km * PER_KILOMETRE +
    visitsToday * PER_VISIT_TODAY +
    (isBusy ? BUSY : 0)
  const reasons: Sentence[] = [
    ...(isPaired ? [{ zh: '结对友善访问员', en: 'The friendly visitor of this resident' }] : []),
    ...(holdsKey ? [{ zh: '持有钥匙', en: 'Holds the key' }] : []),
    ...skills.map(({ words }) => words),
    ...(distanceMetres === null ? [] : [wayOf(distanceMetres)]),
    ...(visitsToday > 0
      ? [{ zh: `今日已上门${visitsToday}次`, en: `${visitsToday} visits today already` }]
      : []),
    ...(isBusy ? [{ zh: '正在另一户', en: 'With another home at the moment' }] : []),
    ...(against === null ? [] : [against]),
  ]
  const { id: personId, name, kind } = person
  return { score, candidate: { personId, name, kind, distanceMetres, isEligible: against === null, reasons } }
}

/** Why somebody is not asked by the service itself; null: nothing stands against it. */
function obstacle({ person, isTired }: CandidateFacts, errand: Errand): Sentence | null {
  if (!person.enabled) return { zh: '已停用', en: 'Not active' }
  if (goesAloneToDanger(person, errand))
    return { zh: '特急告警，志愿者不得单独上门', en: 'A volunteer never goes alone where life is at risk' }
  if (isTired) return { zh: '今日提醒已达上限', en: 'Has been called as often as is allowed' }
  return null
}

export const goesAloneToDanger = (person: Pick<Person, 'kind'>, { severity, crewSize }: Errand): boolean =>
  person.kind === 'volunteer' && severity === 'P1' && crewSize < 2

/** What helps with each need. A dialect is a skill under its own name. */
function skillsFor({ hearing, vision, mobility, dialect }: Needs = NO_NEEDS) {
  return [
    ...(hearing ? [{ skill: 'sign_language', words: { zh: '会手语', en: 'Signs' } }] : []),
    ...(vision ? [{ skill: 'guiding', words: { zh: '会导盲协助', en: 'Guides the blind' } }] : []),
    ...(mobility ? [{ skill: 'first_aid', words: { zh: '会急救搬运', en: 'Trained in first aid' } }] : []),
    ...(dialect === '' ? [] : [{ skill: dialect, words: { zh: `会讲${dialect}`, en: `Speaks ${dialect}` } }]),
  ]
}

const wayOf = (metres: number): Sentence =>
  metres < 1_000
    ? { zh: `距离约${roundedMetres(metres)}米`, en: `About ${roundedMetres(metres)} m away` }
    : { zh: `距离约${(metres / 1_000).toFixed(1)}公里`, en: `About ${(metres / 1_000).toFixed(1)} km away` }

/** Near enough to decide by, too coarse to find a door with. */
export const roundedMetres = (metres: number): number => Math.max(100, Math.round(metres / 100) * 100)

/** Along the great circle; null where one of the two is not known. */
export function distanceBetween(from: Place | null, to: Place | null): number | null {
  if (from === null || to === null) return null
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [a, b] = [radians(from.latitude), radians(to.latitude)]
  const halfLatitude = (b - a) / 2
  const halfLongitude = radians(to.longitude - from.longitude) / 2
  const h = Math.sin(halfLatitude) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(halfLongitude) ** 2
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(h)))
}
