import { type KeptAct, nextOf, photoSent, received, refused } from './kept.ts'

/** What the outbox of the phone needs of the world. */
export interface Delivery {
  accountId: string
  read(): Promise<readonly KeptAct[]>
  /** Changes what is kept, whole and in one step. */
  write(change: (acts: readonly KeptAct[]) => KeptAct[]): Promise<void>
  /** Settles with the service's id of the picture; `refused` where it will not take it. */
  sendPhoto(visitId: string, picture: Blob): Promise<Sent<string>>
  sendAct(act: KeptAct): Promise<Sent<null>>
  /** Civil time, for the receipt. */
  now(): string
}

/** `later`: the service could not be asked, or asks to come again. */
export type Sent<Value> = { sent: Value } | { refused: string } | 'later'

/** Sends what is kept, in order, until nothing is left or the service is out of reach. How many it has received. */
export async function deliver(delivery: Delivery): Promise<number> {
  let count = 0
  for (;;) {
    const act = nextOf(await delivery.read(), delivery.accountId)
    if (act === null || !(await sendPhotos(act, delivery))) return count
    // The pictures have got their names meanwhile.
    const whole = nextOf(await delivery.read(), delivery.accountId)
    if (whole === null) return count
    const answer = await delivery.sendAct(whole)
    if (answer === 'later') return count
    if ('refused' in answer) await delivery.write((acts) => refused(acts, whole.actId, answer.refused))
    else {
      await delivery.write((acts) => received(acts, whole.actId, delivery.now()))
      count += 1
    }
  }
}

/** Each picture is noted as soon as it is there, so that a broken line costs one picture and not all. */
async function sendPhotos(act: KeptAct, delivery: Delivery): Promise<boolean> {
  for (const [n, { picture, id }] of act.photos.entries()) {
    if (picture === null || id !== null) continue
    const answer = await delivery.sendPhoto(act.visitId, picture)
    if (answer === 'later') return false
    // A picture that is refused must not hold back that somebody is there.
    const photoId = 'refused' in answer ? null : answer.sent
    await delivery.write((acts) => photoSent(acts, act.actId, n, photoId))
  }
  return true
}
