import { useTranslation } from 'react-i18next'
import type { TimelineLine } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant, formatInstantFull } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'

/** Newest first: what was done last is what one needs to know first. */
export const Timeline = ({ lines, zone }: { lines: readonly TimelineLine[]; zone: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  return (
    <ol className="timeline">
      {[...lines].reverse().map((line) => {
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
