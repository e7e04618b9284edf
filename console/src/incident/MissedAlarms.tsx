import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMissedAlarms } from '../api/report-queries.ts'
import type { MissedAlarmReview } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatDuration } from '../format/duration.ts'
import { formatInstant } from '../format/instant.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { spokenRules, wasHeard } from './spoken.ts'

const Review = ({ review }: { review: MissedAlarmReview }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const { said, silent } = spokenRules(review.rules)
  const at = (text: string) => formatInstant(Date.parse(text), now, zone, language)
  const happenedAt = Date.parse(review.happenedAt)
  return (
    <>
      <p>
        {t('missed.times', { happened: at(review.happenedAt), found: at(review.foundAt) })}{' '}
        <b>{t(wasHeard(review.rules) ? 'missed.heard' : 'missed.unheard')}</b>
      </p>
      {said.length > 0 && (
        <ol className="missed-rules">
          {said.map(({ rule, spoken }) => (
            <li key={rule.kind} className={`is-${spoken}`}>
              <span className="missed-rule-head">
                <b>{t(`kind.${rule.kind}`)}</b>
                {!rule.enabled && <Tag>{t('missed.off')}</Tag>}
                <span className="missed-when">
                  {rule.at === null || spoken === 'held'
                    ? t('missed.spoken.held')
                    : t(`missed.spoken.${spoken}`, {
                        at: at(rule.at),
                        after: formatDuration(Date.parse(rule.at) - happenedAt, language),
                      })}
                </span>
              </span>
              {rule.evidence !== null && <span className="soft">{rule.evidence.sentence[language]}</span>}
            </li>
          ))}
        </ol>
      )}
      {said.length === 0 && <p>{t('missed.nothing')}</p>}
      {silent.length > 0 && (
        <details className="missed-silent">
          <summary>{t('missed.silent', { count: silent.length })}</summary>
          <p className="soft">
            {silent
              .map(({ kind, enabled }) => t(`kind.${kind}`) + (enabled ? '' : t('missed.offShort')))
              .join(t('person.and'))}
          </p>
        </details>
      )}
      <p className="faint">{t('missed.rests', { until: at(review.until) })}</p>
    </>
  )
}

/** When each rule would have spoken about an emergency that others found. */
export const MissedAlarms = ({ alertId }: { alertId: string }) => {
  const { t } = useTranslation()
  const review = useMissedAlarms(alertId)
  return (
    <section className="panel-section">
      <h3>{t('missed.title')}</h3>
      {review.isError && <ErrorNote error={review.error} onRetry={() => void review.refetch()} />}
      {review.data === null && <p className="soft">{t('missed.waiting')}</p>}
      {review.data?.state === 'failed' && <p className="is-bad">{t('missed.failed')}</p>}
      {review.data?.state === 'done' && <Review review={review.data} />}
    </section>
  )
}
