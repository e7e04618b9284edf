import { useTranslation } from 'react-i18next'
import type { Outcome } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatDate, formatInstant } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { FIELDS } from './draft.ts'

/** How it ended, to be read. */
export const OutcomeWords = ({ outcome, zone }: { outcome: Outcome; zone: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  return (
    <dl className="facts">
      {FIELDS.map((field) => (
        <div key={field}>
          <dt>{t(`outcome.name.${field}`)}</dt>
          <dd>{t(`outcome.${field}.${outcome[field]}`)}</dd>
        </div>
      ))}
      {outcome.followUpOn !== null && (
        <div>
          <dt>{t('outcome.followUpOn')}</dt>
          <dd>{formatDate(outcome.followUpOn, language, true)}</dd>
        </div>
      )}
      {outcome.policeReference !== null && (
        <div>
          <dt>{t('outcome.policeReference')}</dt>
          <dd>{outcome.policeReference}</dd>
        </div>
      )}
      {outcome.awayUntil !== null && (
        <div>
          <dt>{t('outcome.awayUntil')}</dt>
          <dd>{formatInstant(Date.parse(outcome.awayUntil) - 1, now, zone, language)}</dd>
        </div>
      )}
    </dl>
  )
}
