import { useTranslation } from 'react-i18next'
import type { Severity } from '../api/types.ts'
import { formatDuration } from '../format/duration.ts'
import { useLanguage } from '../locale/i18n.ts'
import { SeverityLabel } from '../severity/Severity.tsx'
import type { SeverityPolicy } from './ladder.ts'

const MINUTE_MS = 60_000

export const useMinutes = () => {
  const { t } = useTranslation()
  const language = useLanguage()
  return (minutes: number) =>
    minutes === 0 ? t('policy.atOnce') : formatDuration(minutes * MINUTE_MS, language)
}

/** How alerts of one severity climb: when, and whom it tells. */
export const LadderCard = ({ severity, ladder }: { severity: Severity; ladder: SeverityPolicy | null }) => {
  const { t } = useTranslation()
  const minutes = useMinutes()
  return (
    <section className={`ladder severity-${severity}`}>
      <h3>
        <SeverityLabel severity={severity} size={17} />
      </h3>
      {ladder === null ? (
        <p className="soft">{t('policy.noLadder')}</p>
      ) : (
        <>
          <ol>
            {ladder.steps.map(({ afterMinutes, tell }) => (
              <li key={`${afterMinutes} ${tell.join()}`}>
                <span className="ladder-when">{minutes(afterMinutes)}</span>
                <span>{tell.map((target) => t(`policy.target.${target}`)).join(t('person.and'))}</span>
              </li>
            ))}
            <li className="soft">
              <span className="ladder-when">{t('policy.then')}</span>
              <span>{t('policy.repeats', { every: minutes(ladder.repeatMinutes) })}</span>
            </li>
          </ol>
          <ul className="ladder-promises soft">
            <li>{t('policy.scene', { within: minutes(ladder.sceneMinutes) })}</li>
            <li>{t('policy.progress', { within: minutes(ladder.progressMinutes) })}</li>
            {ladder.workingHoursOnly && <li>{t('policy.workingHoursOnly')}</li>}
            {ladder.tellFireService && <li>{t('policy.fireService')}</li>}
          </ul>
        </>
      )}
    </section>
  )
}
