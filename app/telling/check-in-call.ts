import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Notice } from '../../contracts/channel.ts'
import type { CheckInChannel, CheckInDoor } from '../../contracts/check-in.ts'
import { Refusal } from '../../contracts/errors.ts'
import { AlertId, HomeId } from '../../contracts/ids.ts'
import { type Clock, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import type { SealedSecrets } from '../sealed-secrets.ts'
import type { Lanes } from './paging/lanes.ts'
import type { Recipients } from './paging/recipients.ts'
import { wordsToResident } from './paging/words.ts'

const SECRET_NAME = 'check_in:answers'
/** A question of this morning is not answered tonight. */
const ANSWER_WITHIN_MS = 6 * HOUR_MS

export interface CheckInCallOptions {
  state: StateStore
  secrets: SealedSecrets
  recipients: Recipients
  lanes: Lanes
  civil: Clock
  /** Settles when the answer has taken effect. */
  answered(homeId: HomeId, alertId: AlertId, answer: 'well' | 'help'): Promise<void>
}

/**
 * Asks residents by the gateways for calls and messages of their place, and takes what they press. The answer comes
 * back with a token that was handed to the gateway with the question: it names home and alert, is signed, lives six
 * hours, and is good for nothing else.
 */
export class CheckInCall implements CheckInChannel, CheckInDoor {
  readonly #options: CheckInCallOptions
  readonly #key: Buffer

  private constructor(options: CheckInCallOptions, key: Buffer) {
    this.#options = options
    this.#key = key
  }

  static async open(options: CheckInCallOptions): Promise<CheckInCall> {
    const kept = await options.secrets.get(SECRET_NAME)
    const key = kept ?? randomBytes(32).toString('hex')
    if (kept === null) await options.secrets.put(SECRET_NAME, key)
    return new CheckInCall(options, Buffer.from(key, 'hex'))
  }

  async ask(homeId: HomeId, alertId: AlertId, at: EpochMs, signal: AbortSignal): Promise<void> {
    const { state, recipients, lanes } = this.#options
    const [resident] = await state.residents.ofHomes([homeId])
    const alert = await state.alerts.get(alertId)
    const ways = await recipients.byPhone(homeId, resident?.phone ?? '')
    const notice: Notice = {
      key: `check_in:${alertId}`,
      purpose: 'notice',
      severity: alert?.severity ?? null,
      ...wordsToResident(alert?.kind ?? null),
      language: 'zh',
      url: null,
      answerToken: this.#tokenOf(homeId, alertId, at + ANSWER_WITHIN_MS),
      at,
      drill: alert?.drill ?? false,
    }
    let reason = 'no number, or no channel to it'
    for (const { channelId, address } of ways) {
      try {
        const lane = await lanes.of(channelId)
        if (lane === null) continue
        await lane.send(address, notice, signal, () => this.#isWanted(alertId))
        return
      } catch (error) {
        reason = error instanceof Error ? error.message : reason
      }
    }
    throw new Error(reason)
  }

  /** What a gateway says that the resident pressed or said. */
  async answer(token: string, answer: 'well' | 'help'): Promise<void> {
    const [home = '', alert = '', until = '', signature = ''] = token.split('~')
    const said = Buffer.from(signature, 'base64url')
    const expected = this.#sign(`${home}~${alert}~${until}`)
    const isOurs = said.length === expected.length && timingSafeEqual(said, expected)
    if (!isOurs || Number(until) < this.#options.civil.now())
      throw new Refusal('link_used_or_expired', 'This token is none of ours, or too old.')
    await this.#options.answered(HomeId.parse(home), AlertId.parse(alert), answer)
  }

  /** Meanwhile they may have used water, or somebody has taken it on. */
  async #isWanted(alertId: AlertId): Promise<boolean> {
    return (await this.#options.state.alerts.get(alertId))?.state === 'suspected'
  }

  #tokenOf(homeId: HomeId, alertId: AlertId, until: EpochMs): string {
    const text = `${homeId}~${alertId}~${until}`
    return `${text}~${this.#sign(text).toString('base64url')}`
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }
}
