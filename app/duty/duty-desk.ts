import type { DutyDesk } from '../../contracts/duty-desk.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { whoIsTold } from '../../dispatch/duty.ts'
import { ladderFor, policyOf } from '../../dispatch/policy.ts'
import { calendar, gapsIn } from '../../dispatch/roster.ts'
import { rosterFaults } from '../../dispatch/roster-faults.ts'
import type { StateTables } from '../../store/state.ts'
import type { Duty } from './duty.ts'

/** Who is on duty, from what the pipeline keeps in memory. */
export function dutyDeskOf(state: StateTables, duty: Duty): DutyDesk {
  return {
    isSetUp: () => duty.isSetUp,
    policyFor: async (id) => duty.policyFor(await duty.pathOf(state, id)),
    async faultsOf(draft) {
      const named = draft.shifts.flatMap(({ crews }) =>
        crews.flatMap(({ primary, backup }) => [primary, backup]),
      )
      const ids = [...named, ...draft.overrides.map(({ personId }) => personId)].filter((id) => id !== null)
      const people = await state.people.of([...new Set(ids)])
      const working = (await state.channels.all()).filter(({ config }) => config.enabled)
      const channels = new Set(working.map(({ config }) => config.id))
      return rosterFaults({ ...draft, publishedAt: 0 }, people, channels)
    },
    async nextStep({ jurisdictionId, homeId, ladder, severity }) {
      const dueAt = ladder?.dueAt ?? null
      const view = await duty.view(state, jurisdictionId, homeId)
      if (ladder === null || dueAt === null || view === null) return null
      const policy = policyOf(ladder, view.policies, view.policy)
      const steps = ladderFor(policy, severity)?.steps ?? []
      const step = steps[ladder.step]
      if (step === undefined) return null
      const isTop = ladder.step === steps.length - 1
      const { told } = whoIsTold(steps, step.tell, view, { homeId, ladder, now: dueAt, policy, isTop })
      return {
        dueAt,
        isRepeat: ladder.round > 0,
        tell: step.tell,
        told: told.map(({ recipient }) => recipient),
      }
    },
    calendar(id, from, to, now) {
      const rosters = duty.rostersOf(id)
      const through = calendar(rosters, id, from, to)
      const { tests } = duty.watchOf(id)
      const [present = null] = calendar(rosters, id, now, now + 1)
      const onDuty = present === null ? [] : [present.primary, present.backup].filter((id) => id !== null)
      return {
        now: present && (through.find((one) => one.from <= now && now < one.to) ?? present),
        stretches: through,
        gaps: gapsIn(through, from, to),
        tests,
        load: onDuty.map((personId) => {
          const recent = duty.pagedAt(personId).filter((at) => at > now - DAY_MS)
          const thisShift = recent.filter((at) => at >= (present?.shiftFrom ?? now))
          return { personId, thisShift: thisShift.length, lastDay: recent.length }
        }),
      }
    },
  }
}
