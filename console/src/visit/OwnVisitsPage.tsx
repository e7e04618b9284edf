import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { OwnVisit } from '../api/types.ts'
import { civilOf, useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { ActLines } from './ActLines.tsx'
import { OfferCard, VisitKindWords } from './OfferCard.tsx'
import { useOwnVisits } from './OwnVisits.tsx'

const PAST_SHOWN = 10

const isOffer = ({ answer, state }: OwnVisit) => answer === null && state === 'offered'
/** Accepted and going on; a crew of two may still wait for the other. */
export const isMineNow = ({ answer, state }: OwnVisit) =>
  answer === 'accepted' && ['offered', 'accepted', 'en_route', 'on_scene'].includes(state)

const Past = ({ visits }: { visits: readonly OwnVisit[] }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const { acts } = useOwnVisits()
  const now = useCivilNow(60_000)
  if (visits.length === 0) return null
  return (
    <section>
      <h2>{t('visit.past')}</h2>
      <ul>
        {visits.slice(0, PAST_SHOWN).map((visit) => (
          <li key={visit.id} className="own-past">
            <span>
              {visit.community} ·{' '}
              {visit.finding === null ? t(`visit.kind.${visit.kind}`) : t(`kind.${visit.finding}`)}
            </span>
            <span className="soft">
              {formatInstant(Date.parse(visit.offeredAt), now, zone, language)} ·{' '}
              {t(visit.answer === 'accepted' ? `visit.state.${visit.state}` : `visit.answer.${visit.answer}`)}
            </span>
            <ActLines acts={acts.filter((act) => act.visitId === visit.id && act.type === 'submit')} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** All that a visitor's phone shows first: what is asked of them now, what they have, what is done. */
const OwnVisitsPage = () => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const { visits, acts, isCurrent, asOf } = useOwnVisits()
  if (visits === null) return <Skeleton active className="queue-skeleton" paragraph={{ rows: 5 }} />
  const offers = visits.filter(isOffer)
  const mine = visits.filter(isMineNow)
  const past = visits.filter((visit) => !isOffer(visit) && !isMineNow(visit))
  return (
    <div className="own-visits">
      {!isCurrent && asOf !== null && (
        <p className="own-stale">
          {t('visit.asOf', { at: formatInstant(civilOf(asOf) ?? asOf, now, zone, language) })}
        </p>
      )}
      {offers.length > 0 && (
        <section>
          <h2>{t('visit.offers')}</h2>
          <ul>
            {offers.map((visit) => (
              <OfferCard
                key={visit.id}
                visit={visit}
                acts={acts.filter(({ visitId, state }) => visitId === visit.id && state !== 'received')}
              />
            ))}
          </ul>
        </section>
      )}
      {mine.length > 0 && (
        <section>
          <h2>{t('visit.mine')}</h2>
          <ul>
            {mine.map((visit) => (
              <li key={visit.id}>
                <Link className="own-card is-mine" to={`/visits/mine/${visit.id}`}>
                  <VisitKindWords visit={visit} />
                  <p className="own-where">{visit.disclosed?.name ?? visit.community}</p>
                  {visit.disclosed !== null && (
                    <p>
                      {visit.disclosed.address} <span className="own-door">{visit.disclosed.door}</span>
                    </p>
                  )}
                  <p className="soft">{t(`visit.state.${visit.state}`)}</p>
                  <p className="own-open">{t('visit.openMine')} →</p>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {offers.length === 0 && mine.length === 0 && (
        <div className="own-quiet">
          <h2>{t('visit.quiet')}</h2>
          <p className="soft">{t('visit.quietMore')}</p>
        </div>
      )}
      <Past visits={past} />
    </div>
  )
}

export default OwnVisitsPage
