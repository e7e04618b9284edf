import { useTranslation } from 'react-i18next'
import { useVisitRecord } from '../api/case-queries.ts'
import type { Outcome, VisitRecord } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { FIELDS } from '../outcome/draft.ts'
import { OutcomeWords } from '../outcome/OutcomeWords.tsx'

type Offer = VisitRecord['offers'][number]

/** "丁友善 · 03:12 已询问，03:17 前答复" and what came of it. */
const OfferLine = ({
  offer,
  name,
  instant,
}: {
  offer: Offer
  name: string
  instant: (at: string) => string
}) => {
  const { t } = useTranslation()
  const said =
    offer.answer === null
      ? t('visit.offer.pending', { at: instant(offer.offeredAt), until: instant(offer.expiresAt) })
      : t(`visit.offer.${offer.answer}`, { at: instant(offer.answeredAt ?? offer.expiresAt) })
  return (
    <li className={`is-${offer.answer ?? 'pending'}`}>
      <b>{name}</b> <span>{said}</span>
    </li>
  )
}

const Steps = ({ visit, instant }: { visit: VisitRecord; instant: (at: string) => string }) => {
  const { t } = useTranslation()
  const steps = [
    ['accepted', visit.acceptedAt],
    ['en_route', visit.enRouteAt],
    ['on_scene', visit.onSceneAt],
    ['submitted', visit.submittedAt],
  ] as const
  const reached = steps.filter(([, at]) => at !== null)
  if (reached.length === 0) return null
  return (
    <ol className="visit-steps">
      {reached.map(([step, at]) => (
        <li key={step}>
          {t(`visit.state.${step}`)} <b>{at === null ? '' : instant(at)}</b>
        </li>
      ))}
    </ol>
  )
}

const isSame = (outcome: Outcome, settled: Outcome | null): boolean =>
  settled !== null && FIELDS.every((field) => outcome[field] === settled[field])

/**
 * Somebody is sent: who was asked, who goes, how far they are, what they found. `settled`: the outcome that is shown
 * beside it, which is not said twice.
 */
export const VisitCard = ({
  id,
  zone,
  settled = null,
}: {
  id: string
  zone: string
  settled?: Outcome | null
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const record = useVisitRecord(id)
  const visit = record.data
  if (record.isError) return <ErrorNote error={record.error} onRetry={() => void record.refetch()} />
  if (visit === undefined) return null
  const instant = (at: string) => formatInstant(Date.parse(at), now, zone, language)
  const waiting = visit.candidates.flatMap((personId) => visit.names[personId] ?? [])
  return (
    <section className="panel-section visit-card">
      <h3>
        {t('visit.title')} <span className="state-word">{t(`visit.state.${visit.state}`)}</span>
        {visit.crewSize > 1 && <span className="soft"> {t(`dispatch.crew.${visit.crewSize}`)}</span>}
      </h3>
      <Steps visit={visit} instant={instant} />
      <ol className="visit-offers">
        {visit.offers.map((offer) => (
          <OfferLine
            key={`${offer.personId}${offer.offeredAt}`}
            offer={offer}
            name={visit.names[offer.personId] ?? t('ladder.formerPerson')}
            instant={instant}
          />
        ))}
        {waiting.length > 0 && visit.state === 'offered' && (
          <li className="soft">{t('visit.thenAsked', { who: waiting.join(t('ladder.and')) })}</li>
        )}
      </ol>
      {visit.place !== null && (
        <p className="soft">
          {t('visit.checkedInAt', {
            latitude: visit.place.latitude.toFixed(4),
            longitude: visit.place.longitude.toFixed(4),
            metres: Math.round(visit.place.accuracyMetres),
          })}
        </p>
      )}
      {visit.photoIds.length > 0 && (
        <div className="visit-photos">
          {visit.photoIds.map((photoId, index) => (
            <a
              key={photoId}
              href={`/api/v1/visits/${visit.id}/photos/${photoId}`}
              target="_blank"
              rel="noreferrer"
            >
              <img
                src={`/api/v1/visits/${visit.id}/photos/${photoId}`}
                alt={t('visit.photo', { number: index + 1 })}
                loading="lazy"
              />
            </a>
          ))}
        </div>
      )}
      {visit.outcome !== null && !isSame(visit.outcome, settled) && (
        <OutcomeWords outcome={visit.outcome} zone={zone} />
      )}
      {visit.note !== null && <p className="resident-notes">{visit.note}</p>}
    </section>
  )
}
