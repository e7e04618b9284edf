import { HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { StoryService } from './service.ts'

/**
 * A home whose water is reported each hour: 8 litres in each hour from 7 to 22, unless told otherwise. `consoleDir`: the
 * built console, for a story told in a browser.
 */
export async function watchedHome(rules: object, consoleDir: string | null = null) {
  const story = await StoryService.start('2026-11-02T00:00:00+08:00', {}, consoleDir)
  await story.call('PUT', '/rules', {
    version: 1,
    'inactivity.water_volume': { enabled: false },
    'inactivity.electricity_flat': { enabled: false },
    'device.silent': { enabled: false },
    'device.never_heard': { enabled: false },
    'home.blind': { enabled: false },
    ...rules,
  })
  const home = await story.home('王秀英')
  let litres = 1_000
  const live = async (hours: number, uses: boolean | ((hour: number) => boolean) = true) => {
    const send = await story.connect(home, home.devices.water)
    for (let hour = 0; hour < hours; hour += 1) {
      await story.pass(HOUR_MS)
      const ofDay = new Date(story.civil.now() + 8 * HOUR_MS).getUTCHours()
      const usesNow = typeof uses === 'boolean' ? uses : uses(story.civil.now() / HOUR_MS)
      if (usesNow && ofDay >= 7 && ofDay < 22) litres += 8
      await send({ ts: iso(story.civil.now()), water_total_m3: litres / 1_000 })
    }
  }
  const inactive = async () =>
    (await story.alerts('state=suspected,open,acknowledged,recovered,resolved')).filter(({ kind }) =>
      kind.startsWith('inactivity.'),
    )
  /** The desk deals with whatever the first days raised, while nothing was known of the home. */
  const resolveAll = async () => {
    for (const { id } of await inactive()) await story.call('POST', `/alerts/${id}/resolve`, {})
  }
  /** A new meter counts under the old number from here on, and somebody says so. */
  const swap = async (startLitres: number) => {
    await story.pass(10 * MINUTE_MS)
    const at = iso(story.civil.now())
    const registers = { endRegister: litres / 1_000, startRegister: startLitres / 1_000 }
    await story.call('POST', `/devices/${home.devices.water}/acts`, { type: 'swap', at, ...registers })
    litres = startLitres
  }
  return { story, home, live, inactive, resolveAll, swap }
}
