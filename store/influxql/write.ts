import type { HomeReading } from '../../contracts/reading.ts'
import type { Log } from '../../contracts/telemetry.ts'
import { SeriesRejected } from '../series.ts'
import { keptForm } from '../series-form.ts'
import { droppedOf, type Fault, isRefusal, unavailable } from './faults.ts'
import { type InfluxPoint, pointOf } from './layout.ts'

export const POINTS_A_REQUEST = 5_000

/** Sends points in one request: null when all are kept, otherwise how it failed. Never rejects. */
export type Send = (points: readonly InfluxPoint[]) => Promise<Fault | null>

/**
 * Writes in requests of bounded size. A request that is refused is halved until only the guilty are left out;
 * sending the others twice changes nothing.
 */
export async function writeReadings(
  store: string,
  readings: readonly HomeReading[],
  send: Send,
  log: Log,
): Promise<void> {
  let rejected = 0
  const refuse = (points: readonly InfluxPoint[], why: string) => {
    rejected += points.length
    for (const { tags, timestamp } of points) {
      log.warn({ store, device: tags['device'], measuredAt: timestamp, why }, 'reading refused')
    }
  }

  const points: InfluxPoint[] = []
  for (const reading of readings) {
    const kept = keptForm(reading)
    if (kept === 'nothing') continue
    if (kept === 'rejected') {
      rejected += 1
      log.warn({ store, device: reading.deviceId }, 'reading refused: no store can hold it')
    } else {
      points.push(pointOf(kept))
    }
  }
  for (let start = 0; start < points.length; start += POINTS_A_REQUEST) {
    await writeOrHalve(points.slice(start, start + POINTS_A_REQUEST))
  }
  if (rejected > 0) throw new SeriesRejected(`${rejected} of ${readings.length} readings refused`, rejected)

  async function writeOrHalve(batch: readonly InfluxPoint[]): Promise<void> {
    const fault = await send(batch)
    if (fault === null) return
    if (!isRefusal(fault)) throw unavailable(store, fault)
    if (batch.length === 1 || droppedOf(fault) === batch.length) {
      refuse(batch, fault.message.slice(0, 200))
      return
    }
    const middle = batch.length >> 1
    await writeOrHalve(batch.slice(0, middle))
    await writeOrHalve(batch.slice(middle))
  }
}
