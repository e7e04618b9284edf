import { useTranslation } from 'react-i18next'
import type { DutyStretch } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatDuration } from '../format/duration.ts'
import {
  clockTime,
  formatDate,
  formatInstant,
  localDate,
  startOfLocalDay,
  weekdayName,
} from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useIsPhone } from '../preference/media.ts'
import type { Block, DutyDay } from './calendar.ts'

const MARKS = [0, 6, 12, 18]
/** Narrower than this part of a day there is no room for two names beside each other. */
const NARROW = 0.16

interface CalendarProps {
  days: readonly DutyDay[]
  zone: string
  names: ReadonlyMap<string, string>
  /** Null: it is looked at, and not to be changed. */
  onChoose: ((stretch: DutyStretch) => void) | null
}

const useWords = ({ names, zone }: Pick<CalendarProps, 'names' | 'zone'>) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? t('duty.somebody')))
  return (block: Block) => {
    const when = `${formatInstant(block.from, now, zone, language)} – ${clockTime(block.to, zone)}`
    if (block.stretch === null)
      return {
        head: t('duty.gap'),
        // Cut off where the calendar ends: how long it will have been cannot be said.
        who: t('since', { at: formatInstant(block.from, now, zone, language) }),
        full: t('duty.gapFull', { when, long: formatDuration(block.to - block.from, language) }),
      }
    const { shift, primary, backup } = block.stretch
    const who = [nameOf(primary), nameOf(backup)].filter((name) => name !== null).join(' / ')
    return { head: shift, who, full: `${shift} ${when} · ${who}` }
  }
}

const DayBlock = ({
  block,
  words,
  onChoose,
}: {
  block: Block
  words: { head: string; who: string; full: string }
  onChoose: CalendarProps['onChoose']
}) => {
  const { stretch, start, end } = block
  const style = { left: `${start * 100}%`, width: `${(end - start) * 100}%` }
  const className = `duty-block${stretch === null ? ' is-gap' : ''}${end - start < NARROW ? ' is-narrow' : ''}`
  const inside = (
    <>
      <span className="duty-block-shift">{words.head}</span>{' '}
      <span className="duty-block-who">{words.who}</span>
    </>
  )
  if (stretch === null || onChoose === null)
    return (
      <span className={className} style={style} title={words.full}>
        {inside}
      </span>
    )
  return (
    <button
      type="button"
      className={className}
      style={style}
      title={words.full}
      onClick={() => onChoose(stretch)}
    >
      {inside}
    </button>
  )
}

const DayName = ({ date, today }: { date: string; today: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <span className={`duty-day-name${date === today ? ' is-today' : ''}`}>
      <b>{formatDate(date, language)}</b>{' '}
      <span className="soft">{date === today ? t('duty.today') : weekdayName(date, language)}</span>
    </span>
  )
}

const Tracks = (props: CalendarProps & { today: string; nowShare: number }) => {
  const wordsOf = useWords(props)
  return (
    <div className="duty-tracks">
      <div className="duty-hours" aria-hidden="true">
        {MARKS.map((hour) => (
          <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
            {String(hour).padStart(2, '0')}:00
          </span>
        ))}
      </div>
      {props.days.map(({ date, blocks }) => (
        <div key={date} className="duty-day">
          <DayName date={date} today={props.today} />
          <div className="duty-track">
            {blocks.map((block) => (
              <DayBlock
                key={`${block.from} ${block.stretch === null}`}
                block={block}
                words={wordsOf(block)}
                onChoose={props.onChoose}
              />
            ))}
            {date === props.today && (
              <i className="duty-now" style={{ left: `${props.nowShare * 100}%` }} aria-hidden="true" />
            )}
          </div>
        </div>
      ))}
    </div>
  )
}

const List = (props: CalendarProps & { today: string }) => {
  const { t } = useTranslation()
  const wordsOf = useWords(props)
  return (
    <ol className="duty-list">
      {props.days.map(({ date, blocks }) => (
        <li key={date}>
          <DayName date={date} today={props.today} />
          <ul>
            {blocks
              // On a phone a night stands once, on the day on which it begins; a gap on every day that it lasts.
              .filter(
                ({ from, stretch }) =>
                  stretch === null || date === props.today || localDate(from, props.zone) === date,
              )
              .map((block) => {
                const { head, who } = wordsOf(block)
                const { stretch } = block
                const ends = clockTime(block.to, props.zone)
                const until =
                  localDate(block.to, props.zone) === date ? ends : t('duty.nextDay', { at: ends })
                const inside = (
                  <>
                    <span className="duty-list-when">
                      {stretch === null && block.start === 0 ? '00:00' : clockTime(block.from, props.zone)}–
                      {stretch === null && block.end === 1 ? '24:00' : until}
                    </span>
                    <span className="duty-list-shift">{head}</span>
                    <span className="duty-list-who">{who}</span>
                  </>
                )
                return (
                  <li key={`${block.from} ${stretch === null}`} className={stretch === null ? 'is-gap' : ''}>
                    {stretch === null || props.onChoose === null ? (
                      <span>{inside}</span>
                    ) : (
                      <button type="button" onClick={() => props.onChoose?.(stretch)}>
                        {inside}
                      </button>
                    )}
                  </li>
                )
              })}
          </ul>
        </li>
      ))}
    </ol>
  )
}

/** Days one below the other, their hours across; where nobody is on duty it is hatched and says so. */
export const DutyDays = (props: CalendarProps) => {
  const isPhone = useIsPhone()
  const now = useCivilNow(60_000)
  const today = localDate(now, props.zone)
  const begins = startOfLocalDay(today, props.zone)
  return isPhone ? (
    <List {...props} today={today} />
  ) : (
    <Tracks {...props} today={today} nowShare={(now - begins) / 86_400_000} />
  )
}
