import { Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import { weekdayName } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'

/** A Monday: from it the names of the days follow. */
const MONDAY = '2026-11-16'
const DAYS = [1, 2, 3, 4, 5, 6, 7]

/** ISO weekdays, 1 is Monday. */
export const WeekdayField = ({
  value,
  onChange,
}: {
  value: readonly number[]
  onChange: (value: number[]) => void
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const dayName = (day: number) =>
    weekdayName(`${MONDAY.slice(0, 8)}${Number(MONDAY.slice(8)) + day - 1}`, language)
  return (
    <Checkbox.Group<number>
      className="weekdays"
      aria-label={t('roster.weekdays')}
      value={[...value]}
      options={DAYS.map((day) => ({ value: day, label: dayName(day) }))}
      onChange={(next) => onChange(next.toSorted((a, b) => a - b))}
    />
  )
}
