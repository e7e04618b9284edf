import type { Sentence } from '../../contracts/finding.ts'
import type { DeviceProfile } from '../../contracts/profile.ts'

type Said = Pick<DeviceProfile, 'family' | 'maker' | 'model' | 'kind' | 'cadenceS' | 'unit'> & {
  measures: readonly string[]
}
type Rest = Partial<
  Pick<DeviceProfile, 'litresPerPulse' | 'wrap' | 'test' | 'abilities' | 'direct' | 'mapping'>
>

export const HOUR_S = 3_600
export const DAY_S = 86_400

const PRESS: Sentence = {
  zh: '长按测试键约 3 秒，直到鸣响；试验以测试上报，不触发火警',
  en: 'Hold the test button for about 3 s until it sounds; it reports a test, not a fire',
}
export const OPEN_TAP: Sentence = {
  zh: '开水龙头放水约 10 升，等下一次上报',
  en: 'Let about 10 litres run from a tap and wait for the next report',
}
const SWITCH_LOAD: Sentence = {
  zh: '开启电热水壶等负载 1 分钟，功率应随之上升',
  en: 'Switch a kettle on for a minute: the power must rise',
}
const BY_KIND: Partial<Record<DeviceProfile['kind'], Sentence>> = {
  water: OPEN_TAP,
  electricity: SWITCH_LOAD,
  smoke: PRESS,
}

/** A profile with what most of its kind have in common; its id follows from family and model. */
export function profile({ family, model, ...said }: Said & Rest): DeviceProfile {
  const test = BY_KIND[said.kind]
  if (test === undefined) throw new Error(`a profile of the kind ${said.kind} must say how it is tested`)
  return {
    id: `${family}.${model}`.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-'),
    family,
    model,
    litresPerPulse: null,
    wrap: null,
    test,
    abilities: [],
    direct: false,
    mapping: null,
    ...said,
    measures: [...said.measures],
  }
}
