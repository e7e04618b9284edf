import type {
  AwayPeriod,
  CircumstanceChange,
  HomeSettings,
  PlannedCut,
  SensitivePeriod,
} from '../../contracts/circumstance.ts'
import type { Commands } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { CircumstanceId } from '../../contracts/ids.ts'
import { type Clocks, DAY_MS, type EpochMs } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { newId } from '../secrets.ts'
import { found } from './found.ts'

/** Longer ones are a home that is given up, or settings of its own. */
const LONGEST_MS = 366 * DAY_MS

type CircumstanceCommands = Pick<
  Commands,
  'startAway' | 'endAway' | 'startSensitivity' | 'endSensitivity' | 'startCut' | 'endCut' | 'putHomeSettings'
>

/** What people know of a home or a place beyond its readings. The rules must know of it, so it goes through the journal. */
export function circumstanceCommands({
  state,
  pipeline,
  clocks,
}: {
  state: StateStore
  pipeline: Pick<Pipeline, 'execute'>
  clocks: Clocks
}): CircumstanceCommands {
  const now = () => clocks.civil.now()
  const change = (body: CircumstanceChange) => pipeline.execute({ type: 'circumstance', change: body }, now())
  const begun = (by: AwayPeriod['createdBy']) => ({
    id: CircumstanceId.parse(newId('span')),
    createdAt: now(),
    createdBy: by,
    endedAt: null,
    endedBy: null,
  })
  return {
    async startAway(homeId, { from, to }, by) {
      await found(state.homes.get(homeId), 'home')
      requireSpan(from, to, now())
      const away: AwayPeriod = { ...begun(by), homeId, from, to }
      await change({ type: 'away', away })
      return away
    },
    async endAway(id, by) {
      const away = await found(state.circumstances.away(id), 'away period')
      if (isOver(away, now())) return away
      const ended = { ...away, endedAt: now(), endedBy: by }
      await change({ type: 'away', away: ended })
      return ended
    },
    async startCut(jurisdictionId, { supplies, from, to }, by) {
      await found(state.jurisdictions.get(jurisdictionId), 'jurisdiction')
      requireSpan(from, to, now())
      const cut: PlannedCut = { ...begun(by), jurisdictionId, supplies, from, to }
      await change({ type: 'cut', cut })
      return cut
    },
    async endCut(id, by) {
      const cut = await found(state.circumstances.cut(id), 'cut')
      if (isOver(cut, now())) return cut
      const ended = { ...cut, endedAt: now(), endedBy: by }
      await change({ type: 'cut', cut: ended })
      return ended
    },
    async startSensitivity(about, { from, to, factor, reason }, by) {
      const homeId = 'homeId' in about ? about.homeId : null
      const jurisdictionId = 'jurisdictionId' in about ? about.jurisdictionId : null
      if (homeId !== null) await found(state.homes.get(homeId), 'home')
      if (jurisdictionId !== null) await found(state.jurisdictions.get(jurisdictionId), 'jurisdiction')
      requireSpan(from, to, now())
      const sensitivity: SensitivePeriod = { ...begun(by), homeId, jurisdictionId, from, to, factor, reason }
      await change({ type: 'sensitivity', sensitivity })
      return sensitivity
    },
    async endSensitivity(id, by) {
      const sensitivity = await found(state.circumstances.sensitivity(id), 'sensitivity')
      if (isOver(sensitivity, now())) return sensitivity
      const ended = { ...sensitivity, endedAt: now(), endedBy: by }
      await change({ type: 'sensitivity', sensitivity: ended })
      return ended
    },
    async putHomeSettings(homeId, { budgetPer30Days, capHours }, by) {
      await found(state.homes.get(homeId), 'home')
      const settings: HomeSettings = { homeId, budgetPer30Days, capHours, changedAt: now(), changedBy: by }
      await change({ type: 'home_settings', settings })
      return settings
    },
  }
}

const isOver = ({ to, endedAt }: { to: EpochMs; endedAt: EpochMs | null }, now: EpochMs): boolean =>
  endedAt !== null || to <= now

function requireSpan(from: EpochMs, to: EpochMs, now: EpochMs): void {
  if (to <= from) throw new Refusal('bad_request', 'it must end after it begins')
  if (to <= now) throw new Refusal('bad_request', 'it would be over already')
  if (to - from > LONGEST_MS) throw new Refusal('range_too_long', 'a year at most')
}
