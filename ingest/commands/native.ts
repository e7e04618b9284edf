import type { Answer, CommandFamily } from './family.ts'
import { objectOf, reasonIn } from './family.ts'

const ANSWERS = /^devices\/[^/]+\/answers$/

/**
 * Our own form: `devices/{id}/commands` with `{"id": "…", "command": "set_interval", "seconds": 900, "expiresAt": T}`,
 * `{"command": "valve", "open": false}`, `hush` or `self_test`. It comes again under the same id until it is answered on
 * `devices/{id}/answers` with `{"id": "…", "ok": true}` or `{"id": "…", "ok": false, "reason": "…"}`, or has expired.
 */
export const native: CommandFamily = {
  name: 'native',
  keptThere: false,
  addressOf: (_topic, sourceId) => `devices/${sourceId}`,
  encode({ id, act, expiresAt }, { address }) {
    const { type, ...how } = act
    const said = { id, command: type, ...how, expiresAt: new Date(expiresAt).toISOString() }
    return { ok: true, topic: `${address}/commands`, payload: JSON.stringify(said) }
  },
  answerOf(packet): Answer | null {
    if (!ANSWERS.test(packet.topic)) return null
    const said = objectOf(packet)
    if (typeof said?.['id'] !== 'string' || typeof said['ok'] !== 'boolean') return null
    const outcome = said['ok'] ? 'acknowledged' : 'failed'
    return { to: { id: said['id'] }, outcome, reason: reasonIn(said['reason']) }
  },
}
