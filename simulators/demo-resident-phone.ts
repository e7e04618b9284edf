import type { CheckInChannel } from '../contracts/check-in.ts'
import type { AlertId, HomeId } from '../contracts/ids.ts'
import { type EpochMs, MINUTE_MS } from '../contracts/time.ts'
import type { DemoStory } from './demo-story.ts'
import { Random } from './random.ts'

const ANSWERED_SHARE = 0.9
const ANSWERS_WITHIN_MIN = { least: 1, most: 12 }

/** After how much civil time the resident answers that all is well; null: they do not, or cannot. */
export function answerDelayMs(
  story: Pick<DemoStory, 'homes' | 'scenes'>,
  homeId: HomeId,
  at: EpochMs,
): number | null {
  const home = story.homes.findIndex(({ plan }) => plan.homeId === homeId)
  const lies = story.scenes.some(
    (scene) => scene.home === home && scene.what === 'fall' && scene.fromMs <= at && at < scene.toMs,
  )
  const random = Random.of('demo-phone', homeId, at)
  const answers = random.next() < ANSWERED_SHARE
  const delayMs = random.between(ANSWERS_WITHIN_MIN.least, ANSWERS_WITHIN_MIN.most) * MINUTE_MS
  return lies || !answers ? null : Math.round(delayMs)
}

interface Line {
  service: { answer(homeId: HomeId, alertId: AlertId, answer: 'well' | 'help'): Promise<void> }
  story: DemoStory
  factor: number
  onFault(error: unknown): void
}

/** The phones of the demo's residents: most harmless silences are answered, and none by somebody who has fallen. */
export class ResidentPhone implements CheckInChannel {
  /** The service that asks exists before the story that answers: until then a question waits. */
  readonly #line = Promise.withResolvers<Line>()

  connect(line: Line): void {
    this.#line.resolve(line)
  }

  async ask(homeId: HomeId, alertId: AlertId, at: EpochMs): Promise<void> {
    const { service, story, factor, onFault } = await this.#line.promise
    const delayMs = answerDelayMs(story, homeId, at)
    if (delayMs === null) return
    setTimeout(() => {
      service.answer(homeId, alertId, 'well').catch(onFault)
    }, delayMs / factor).unref()
  }
}
