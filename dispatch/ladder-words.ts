import type { Target } from '../contracts/duty.ts'
import type { Evidence } from '../contracts/finding.ts'
import type { JurisdictionId } from '../contracts/ids.ts'
import { type EpochMs, SECOND_MS } from '../contracts/time.ts'
import { clockTime } from './civil-time.ts'
import type { PassedOver, Told } from './duty.ts'

/** When a step of a ladder was due and when it was taken. */
export interface StepTaken {
  run: number
  step: number
  round: number
  dueAt: EpochMs
  sentAt: EpochMs
  zone: string
}

const WHO: Record<Target, { zh: string; en: string }> = {
  primary: { zh: '值班A角', en: 'the primary on duty' },
  backup: { zh: '值班B角', en: 'the backup on duty' },
  street: { zh: '街道值班', en: 'the street’s duty' },
  district: { zh: '区中心值班', en: 'the district’s duty' },
  resident: { zh: '老人本人', en: 'the resident' },
  contacts: { zh: '紧急联系人', en: 'an emergency contact' },
}

/** What comes due comes due at its instant; later than this the service was not there. */
const LATE_MS = SECOND_MS

const isLate = ({ dueAt, sentAt }: StepTaken): boolean => sentAt - dueAt >= LATE_MS

const dataOf = ({ run, step, round, dueAt, sentAt }: StepTaken) => ({ run, step, round, dueAt, sentAt })

export function pagedEvidence({ recipient, target }: Told['told'][number], step: StepTaken): Evidence {
  const { zone, dueAt, sentAt, round } = step
  const again = round > 0 ? { zh: `（第${round + 1}次）`, en: ` (time ${round + 1})` } : { zh: '', en: '' }
  const [due, sent] = [clockTime(zone, dueAt), clockTime(zone, sentAt)]
  const late = isLate(step)
  return {
    data: { recipient, target, ...dataOf(step), late: late ? 'service_down' : null },
    sentence: late
      ? {
          zh: `通知${WHO[target].zh}${again.zh}：应于${due}，实于${sent}，其间服务中断`,
          en: `Told ${WHO[target].en}${again.en}: due ${due}, sent ${sent}, service was down`,
        }
      : {
          zh: `${sent} 通知${WHO[target].zh}${again.zh}`,
          en: `Told ${WHO[target].en}${again.en} at ${sent}`,
        },
  }
}

export const nobodyEvidence = (nodeId: JurisdictionId, step: StepTaken): Evidence => ({
  data: { nodeId, ...dataOf(step) },
  sentence: {
    zh: `${clockTime(step.zone, step.sentAt)} 无人值班，立即转下一级`,
    en: `Nobody on duty at ${clockTime(step.zone, step.sentAt)}: the next step is taken at once`,
  },
})

export const passedOverEvidence = ({ personId, reason }: PassedOver, step: StepTaken): Evidence => ({
  data: { recipient: `person:${personId}`, reason, ...dataOf(step) },
  sentence:
    reason === 'unreachable'
      ? {
          zh: '值班员联系不上，改通知下一位',
          en: 'The one on duty cannot be reached: the next is told instead',
        }
      : {
          zh: '值班员本班呼叫过多，改通知下一位',
          en: 'The one on duty has had too many pages: the next is told instead',
        },
})

/** The machine dials nobody: the desk is told that it must. */
export const FIRE_SERVICE: Evidence = {
  data: { tell: '119' },
  sentence: { zh: '请同时拨打119', en: 'Call 119 at the same time' },
}
