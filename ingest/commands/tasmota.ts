import { type Answer, type CommandFamily, cannot, objectOf } from './family.ts'

const REPORT = /(^|\/)(tele|stat)(\/|$)/
const MIN_S = 10
const MAX_S = 3_600

/**
 * Tasmota (tasmota.github.io/docs/Commands): `cmnd/{topic}/TelePeriod` with 10 to 3,600 s, answered in `stat/{topic}/RESULT`
 * by `{"TelePeriod": 900}`; with prefix and topic the other way round likewise. A relay says nothing about what hangs on
 * it, so no valve is turned by it.
 */
export const tasmota: CommandFamily = {
  name: 'tasmota',
  keptThere: false,
  addressOf(topic) {
    const levels = topic.split('/').slice(0, -1).join('/')
    return REPORT.test(levels) ? levels.replace(REPORT, '$1cmnd$3') : null
  },
  encode({ act }, { address }) {
    if (act.type === 'valve') return cannot('a relay does not say whether on is open')
    if (act.type !== 'set_interval') return cannot('Tasmota knows no such command')
    if (act.seconds < MIN_S || act.seconds > MAX_S)
      return cannot(`Tasmota reports every ${MIN_S} to ${MAX_S} seconds`)
    return { ok: true, topic: `${address}/TelePeriod`, payload: `${act.seconds}` }
  },
  answerOf(packet): Answer | null {
    if (!packet.topic.endsWith('/RESULT')) return null
    const address = this.addressOf(packet.topic, '')
    const said = objectOf(packet)?.['TelePeriod']
    if (address === null || typeof said !== 'number') return null
    return {
      to: { address, act: { type: 'set_interval', seconds: said } },
      outcome: 'acknowledged',
      reason: null,
    }
  },
}
