import { CheckCircleOutlined } from '@ant-design/icons'
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { usePersonNames } from '../api/duty-queries.ts'
import type { RosterFault } from '../api/types.ts'
import { formatDuration } from '../format/duration.ts'
import { clockTime, formatDate, localDate, weekdayName } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'

/** The first few say what to mend; a gap of every night is one mistake. */
const SHOWN = 6

const useFaultWords = (zone: string, names: ReadonlyMap<string, string>) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const dateOf = (at: number) => formatDate(localDate(at, zone), language)
  const day = (at: number) =>
    `${dateOf(at)} ${weekdayName(localDate(at, zone), language)} ${clockTime(at, zone)}`
  return (fault: RosterFault): string => {
    if (fault.fault === 'ends_before_it_begins') return t('duty.fault.ends_before_it_begins')
    const name = 'personId' in fault ? (names.get(fault.personId) ?? t('duty.somebody')) : ''
    if (!('from' in fault)) return t(`duty.fault.${fault.fault}`, { name })
    const [from, to] = [Date.parse(fault.from), Date.parse(fault.to)]
    return t(`duty.fault.${fault.fault}`, {
      name,
      from: day(from),
      // A fault is written down and passed on: it names days, and never "tomorrow".
      to:
        localDate(from, zone) === localDate(to, zone)
          ? clockTime(to, zone)
          : `${dateOf(to)} ${clockTime(to, zone)}`,
      long: formatDuration(to - from, language),
    })
  }
}

/** What speaks against publishing, each with its time or its person. */
export const Faults = ({ faults, zone }: { faults: readonly RosterFault[]; zone: string }) => {
  const { t } = useTranslation()
  const names = usePersonNames(faults.flatMap((fault) => ('personId' in fault ? [fault.personId] : [])))
  const wordsOf = useFaultWords(zone, names)
  if (faults.length === 0)
    return (
      <p className="answered-note" role="status">
        <CheckCircleOutlined aria-hidden /> {t('duty.faultless')}
      </p>
    )
  return (
    <Alert
      className="faults"
      type="error"
      showIcon
      title={t('duty.faulty', { count: faults.length })}
      description={
        <ul>
          {faults.slice(0, SHOWN).map((fault) => (
            <li key={JSON.stringify(fault)}>
              {wordsOf(fault)}
              {fault.fault === 'no_working_address' && (
                <>
                  {' '}
                  <Link to="/duty/people">{t('duty.toPeople')}</Link>
                </>
              )}
            </li>
          ))}
          {faults.length > SHOWN && <li>{t('duty.moreFaults', { count: faults.length - SHOWN })}</li>}
        </ul>
      }
    />
  )
}
