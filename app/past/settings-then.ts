import { defaultRuleSettings, type RuleSettings } from '../../contracts/settings.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { SettingsTable } from '../../store/state/pipeline.ts'

/** The settings that held at `at`. */
export async function settingsAt(
  settings: Pick<SettingsTable, 'rulesHistory'>,
  at: EpochMs,
): Promise<RuleSettings> {
  let after: string | null = null
  do {
    const page = await settings.rulesHistory({ limit: 100, after })
    const held = page.items.find((one) => one.at <= at)
    if (held !== undefined) return held.settings
    after = page.next
  } while (after !== null)
  return defaultRuleSettings
}
