import type { Page } from '../../../contracts/duty.ts'
import type { FindingKind, Sentence } from '../../../contracts/finding.ts'

const KINDS: Partial<Record<FindingKind, Sentence>> = {
  'smoke.alarm': { zh: '烟雾报警', en: 'Smoke alarm' },
  'inactivity.personal': { zh: '长时间无活动', en: 'No activity for long' },
  'inactivity.water_volume': { zh: '用水过少', en: 'Too little water used' },
  'inactivity.water_none': { zh: '长时间无用水', en: 'No water used for long' },
  'inactivity.electricity_flat': { zh: '用电无变化', en: 'No change in electricity' },
  'water.continuous_flow': { zh: '用水不停', en: 'Water keeps running' },
  'water.flood': { zh: '大量用水', en: 'Unusually much water' },
  'electricity.overload': { zh: '用电过载', en: 'Electricity overload' },
  'electricity.left_on': { zh: '电器未关', en: 'Something left on' },
  'home.blind': { zh: '住户看不见', en: 'A home cannot be seen' },
  'incident.manual': { zh: '人工上报', en: 'Reported by hand' },
  'neighbourhood.quiet': { zh: '片区同时安静', en: 'Many homes quiet at once' },
  'neighbourhood.silent': { zh: '片区同时失联', en: 'Many homes silent at once' },
  'duty.gap': { zh: '无人值班', en: 'Nobody on duty' },
  'duty.unreachable': { zh: '值班人员联系不上', en: 'Somebody on duty cannot be reached' },
  'duty.channel': { zh: '通知渠道故障', en: 'A channel is broken' },
  'duty.clock': { zh: '服务器时钟不对', en: 'The clock of the service is wrong' },
  'duty.fault': { zh: '系统处理出错', en: 'The service cannot decide a case' },
}
const OTHER: Sentence = { zh: '需要关注', en: 'Needs attention' }
const DEVICE: Sentence = { zh: '设备异常', en: 'A device needs attention' }

const kindWords = (kind: FindingKind): Sentence =>
  KINDS[kind] ?? (kind.startsWith('device.') ? DEVICE : OTHER)

const ROUTINE: Sentence = {
  zh: '轮到您了：有一位老人等您探访或致电，请接单或拒绝。',
  en: 'It is your turn: a resident is waiting for a visit or a call. Please accept or decline.',
}

/** What those on duty read: what, how grave, where; never who. */
export function wordsToStaff(
  page: Page,
  kind: FindingKind | null,
  place: string,
): { title: Sentence; text: Sentence } {
  const what = kind === null ? OTHER : kindWords(kind)
  const grave = page.severity === null ? '' : `${page.severity} `
  const at = place === '' ? { zh: '', en: '' } : { zh: ` · ${place}`, en: ` · ${place}` }
  const title = { zh: `${grave}${what.zh}${at.zh}`, en: `${grave}${what.en}${at.en}` }
  switch (page.purpose) {
    case 'alert':
      return {
        title,
        text:
          page.homeId === null
            ? { zh: '请尽快处理。', en: 'Please see to it.' }
            : { zh: '有一户需要您查看，请尽快受理。', en: 'A home needs you. Please take it on.' },
      }
    case 'offer':
      if (page.alertId === null)
        return { title: { zh: `友善探访${at.zh}`, en: `A friendly visit${at.en}` }, text: ROUTINE }
      return {
        title: { zh: `上门任务${at.zh}`, en: `A visit is offered${at.en}` },
        text: { zh: `${what.zh}：请接单或拒绝。`, en: `${what.en}: please accept or decline.` },
      }
    case 'test':
      return {
        title: { zh: `值班应答测试${at.zh}`, en: `Duty test${at.en}` },
        text: { zh: '请打开并确认您已在岗。', en: 'Please open it and confirm that you are on duty.' },
      }
    case 'notice':
      return { title, text: { zh: '请知悉。', en: 'For your information.' } }
  }
}

/** What the resident hears; also asked as a check-in. */
export function wordsToResident(kind: FindingKind | null): { title: Sentence; text: Sentence } {
  const title = { zh: '社区守望', en: 'Community watch' }
  if (kind === 'smoke.alarm')
    return {
      title,
      text: {
        zh: '您好，您家的烟感正在报警。如有火情，请马上离开并拨打119。我们的人正在赶来。',
        en: 'Your smoke detector is sounding. If there is a fire, leave now and call 119. We are on our way.',
      },
    }
  return {
    title,
    text: {
      zh: '您好，我们有一阵子没有看到您家的动静，您还好吗？平安请按1，需要帮助请按2。',
      en: 'We have not noticed you for a while. Are you well? Press 1 if all is well, 2 if you need help.',
    },
  }
}

/** What somebody hears whom the resident has named: that there is something, not what they need not know. */
export function wordsToContact(kind: FindingKind | null): { title: Sentence; text: Sentence } {
  const smoke = kind === 'smoke.alarm'
  return {
    title: { zh: '社区守望', en: 'Community watch' },
    text: {
      zh: `您好，您是紧急联系人。您的家人或邻居家中${smoke ? '烟感正在报警' : '有一阵子没有动静'}，请马上联系确认，并告诉社区。`,
      en: `You are an emergency contact. At your relative's or neighbour's home ${smoke ? 'a smoke detector is sounding' : 'nothing has been noticed for a while'}. Please check on them and tell the community.`,
    },
  }
}
