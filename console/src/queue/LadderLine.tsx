import { useTranslation } from 'react-i18next'
import { useTold } from '../api/case-queries.ts'
import { useHome } from '../api/home-queries.ts'
import type { AlertDetail, AlertView } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { nextWords, rungsOf, rungWords } from './ladder.ts'

const OVER: readonly AlertView['state'][] = ['resolved', 'reviewed', 'closed']

/** By when it must go on, or when it comes back: what follows if nobody does anything. */
const Follows = ({
  alert,
  detail,
  zone,
}: {
  alert: AlertView
  detail: AlertDetail | undefined
  zone: string
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const said = (at: string) => formatInstant(Date.parse(at), now, zone, language)
  const by = detail?.timeline.findLast((line) => line.actor === alert.acknowledgedBy)?.actorName
  return (
    <>
      {alert.acknowledgedAt !== null && !OVER.includes(alert.state) && alert.state !== 'open' && (
        <p>
          {t('ladder.has', { who: by ?? t('event.formerAccount'), at: said(alert.acknowledgedAt) })}
          {alert.progressUntil !== null && <b> {t('ladder.progress', { at: said(alert.progressUntil) })}</b>}
        </p>
      )}
      {alert.waitUntil !== null && (
        <p>
          <b>{t(`ladder.wait.${alert.state}`, { at: said(alert.waitUntil), defaultValue: '' })}</b>
        </p>
      )}
      {alert.quietUntil !== null && alert.state !== 'open' && (
        <p>{t('ladder.quiet', { at: said(alert.quietUntil) })}</p>
      )}
    </>
  )
}

/** Who was told, through what, delivered or not, and who is next: the ladder as a line. */
export const LadderLine = ({
  alert,
  detail,
  zone,
}: {
  alert: AlertView
  detail: AlertDetail | undefined
  zone: string
}) => {
  const { t } = useTranslation()
  const told = useTold(alert.id, alert.version).data
  const contacts = useHome(alert.homeId ?? '', alert.homeId !== null).data?.resident?.contacts ?? []
  const language = useLanguage()
  const now = useCivilNow(60_000)
  // A ladder may take days, as may what waits for working hours: a bare time would be read as today's.
  const instant = (at: string) => formatInstant(Date.parse(at), now, zone, language)
  const rungs = rungsOf(told?.told ?? [])
  const next = told?.nextStep ?? null
  const known = detail === undefined ? [] : [...detail.beginning, ...detail.timeline]
  const callsFire = known.some((line) => line.evidence?.data['tell'] === '119')
  const isOver = OVER.includes(alert.state)
  return (
    <section className="told" aria-label={t('ladder.title')}>
      {callsFire && !isOver && alert.transferredTo !== '119' && (
        <a className="told-fire" href="tel:119">
          {t('ladder.fire')}
        </a>
      )}
      {alert.transferredTo !== null && <p>{t('ladder.transferred', { to: alert.transferredTo })}</p>}
      <Follows alert={alert} detail={detail} zone={zone} />
      {(rungs.length > 0 || next !== null) && (
        <ol className="told-line">
          {rungs.map((rung) => (
            <li key={rung.recipient} className={`is-${rung.state}`}>
              {rungWords(rung, t, instant, contacts)}
              {rung.reason !== null && <span className="soft"> {rung.reason}</span>}
            </li>
          ))}
          {next !== null && <li className="is-next">{nextWords(next, t, instant)}</li>}
        </ol>
      )}
    </section>
  )
}
