import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { OwnVisit } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatDuration } from '../format/duration.ts'
import { clockTime } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { SeverityLabel } from '../severity/Severity.tsx'
import { ActLines } from './ActLines.tsx'
import type { KeptAct } from './kept.ts'
import { useOwnVisits } from './OwnVisits.tsx'

/** What it is about, without saying whom. */
export const VisitKindWords = ({ visit }: { visit: OwnVisit }) => {
  const { t } = useTranslation()
  return (
    <p className="own-kind">
      {visit.severity !== null && <SeverityLabel severity={visit.severity} size={22} />}
      <b>{visit.finding === null ? t(`visit.kind.${visit.kind}`) : t(`kind.${visit.finding}`)}</b>
      {visit.drill && <span className="state-word">{t('visit.drill')}</span>}
    </p>
  )
}

/** Somebody is needed: community, kind and distance, and two answers under one thumb. */
export const OfferCard = ({ visit, acts }: { visit: OwnVisit; acts: readonly KeptAct[] }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const { act } = useOwnVisits()
  const now = useCivilNow(1_000)
  const until = Date.parse(visit.expiresAt)
  const isOver = now >= until
  const isAnswered = acts.some(({ state }) => state === 'kept')
  return (
    <li className={`own-card is-offer${visit.severity === null ? '' : ` severity-${visit.severity}`}`}>
      <VisitKindWords visit={visit} />
      <p className="own-where">
        {visit.community}
        {visit.distanceMetres !== null && (
          <span> {t('visit.distance', { metres: visit.distanceMetres })}</span>
        )}
      </p>
      {visit.crewSize > 1 && <p>{t('visit.two')}</p>}
      <p className={isOver ? 'is-bad' : 'soft'}>
        {isOver
          ? t('visit.offerOver')
          : t('visit.answerBy', {
              at: clockTime(until, zone),
              left: formatDuration(until - now, language),
            })}
      </p>
      <ActLines acts={acts} />
      {!isOver && !isAnswered && (
        <div className="own-answers">
          <Button type="primary" block onClick={() => void act(visit.id, 'accept')}>
            {t('visit.accept')}
          </Button>
          <Button block onClick={() => void act(visit.id, 'decline')}>
            {t('visit.decline')}
          </Button>
        </div>
      )}
    </li>
  )
}
