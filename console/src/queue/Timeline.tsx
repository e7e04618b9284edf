import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useTimeline } from '../api/case-queries.ts'
import type { AlertDetail, TimelineLine } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant, formatInstantFull } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { linesAfterBeginning } from './lines.ts'

/** Newest first: what was done last is what one needs to know first. */
const Lines = ({ lines, zone }: { lines: readonly TimelineLine[]; zone: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  return (
    <ol className="timeline">
      {lines.map((line) => {
        const at = Date.parse(line.at)
        const isPerson = line.actor !== 'system'
        return (
          <li key={line.n} className={isPerson ? 'is-person' : ''}>
            <time dateTime={line.at} title={formatInstantFull(at, zone, language)}>
              {formatInstant(at, now, zone, language)}
            </time>
            <div>
              <b>
                {t(`event.${line.event}`)}
                {line.people.length > 0 && ` ${line.people.join(t('ladder.and'))}`}
              </b>
              <span className="by">
                {isPerson ? (line.actorName ?? t('event.formerAccount')) : t('event.system')}
              </span>
              {line.note !== null && <p className="note">{line.note}</p>}
              {line.evidence !== null && <p>{line.evidence.sentence[language]}</p>}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** Of a history of days how it began and what was last; what lies between is fetched when somebody asks for it. */
export const Timeline = ({ detail, zone }: { detail: AlertDetail; zone: string }) => {
  const { t } = useTranslation()
  const [isAsked, setAsked] = useState(false)
  const rest = useTimeline(detail.id, isAsked)
  const lines = linesAfterBeginning(detail, rest.data?.pages.flatMap(({ items }) => items) ?? [])
  const more = () => {
    if (isAsked) void rest.fetchNextPage()
    else setAsked(true)
  }
  return (
    <>
      <Lines lines={lines} zone={zone} />
      {detail.beginning.length > 0 && (
        <>
          {(!isAsked || rest.hasNextPage || rest.isFetching) && (
            <Button className="more" loading={rest.isFetching} onClick={more}>
              {t('queue.between')}
            </Button>
          )}
          <Lines lines={detail.beginning.toReversed()} zone={zone} />
        </>
      )}
    </>
  )
}
