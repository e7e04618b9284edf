import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Shift } from '../api/types.ts'
import { ClockField, DayField } from '../clock/MomentField.tsx'
import { formatDuration } from '../format/duration.ts'
import { useLanguage } from '../locale/i18n.ts'
import { PersonSelect } from '../person/PersonSelect.tsx'
import { minuteOf, minutesUntil, timeOf } from './draft.ts'
import { WeekdayField } from './WeekdayField.tsx'

type Crew = Shift['crews'][number]

const moved = <Item,>(items: readonly Item[], at: number, by: number): Item[] => {
  const next = [...items]
  const [item] = next.splice(at, 1)
  if (item !== undefined) next.splice(at + by, 0, item)
  return next
}

const Crews = ({ crews, onChange }: { crews: readonly Crew[]; onChange: (crews: Crew[]) => void }) => {
  const { t } = useTranslation()
  const put = (at: number, change: Partial<Crew>) =>
    onChange(crews.map((crew, index) => (index === at ? { ...crew, ...change } : crew)))
  return (
    <ol className="crews">
      {crews.map((crew, at) => (
        // Crews have no identity of their own: they are their place in the turn.
        <li key={`${at} ${crew.primary}`}>
          <span className="crew-turn soft">{t('roster.turn', { count: at + 1 })}</span>
          <PersonSelect
            value={crew.primary}
            label={t('duty.role.primary')}
            placeholder={t('duty.role.primary')}
            onChange={(primary) => put(at, { primary })}
          />
          <PersonSelect
            {...(crew.backup === null ? {} : { value: crew.backup })}
            label={t('duty.role.backup')}
            placeholder={t('roster.backupOrNone')}
            onChange={(backup) => put(at, { backup })}
            onClear={() => put(at, { backup: null })}
          />
          <span className="crew-moves">
            <Button
              type="text"
              icon={<ArrowUpOutlined aria-hidden />}
              disabled={at === 0}
              aria-label={t('roster.up')}
              onClick={() => onChange(moved(crews, at, -1))}
            />
            <Button
              type="text"
              icon={<ArrowDownOutlined aria-hidden />}
              disabled={at === crews.length - 1}
              aria-label={t('roster.down')}
              onClick={() => onChange(moved(crews, at, 1))}
            />
            <Button
              type="text"
              icon={<DeleteOutlined aria-hidden />}
              disabled={crews.length === 1}
              aria-label={t('roster.removeCrew')}
              onClick={() => onChange(crews.filter((_, index) => index !== at))}
            />
          </span>
        </li>
      ))}
    </ol>
  )
}

/** One shift: when it begins, how long it lasts, and the crews that take turns in it. */
export const ShiftFields = ({
  shift,
  onChange,
  onRemove,
}: {
  shift: Shift
  onChange: (shift: Shift) => void
  /** Null: it is the only one. */
  onRemove: (() => void) | null
}) => {
  const { t } = useTranslation()
  const put = (change: Partial<Shift>) => onChange({ ...shift, ...change })
  const language = useLanguage()
  return (
    <section className="shift" aria-label={shift.name}>
      <div className="shift-times">
        <label>
          <span>{t('roster.shiftName')}</span>
          <Input maxLength={40} value={shift.name} onChange={(event) => put({ name: event.target.value })} />
        </label>
        <label>
          <span>{t('roster.begins')}</span>
          <ClockField
            value={timeOf(shift.startMinute)}
            onChange={(text) => {
              const startMinute = minuteOf(text)
              // It keeps its length: whoever moves a night does not mean a longer one.
              if (startMinute !== null) put({ startMinute })
            }}
          />
        </label>
        <label>
          <span>{t('roster.ends')}</span>
          <ClockField
            value={timeOf(shift.startMinute + shift.durationMinutes)}
            onChange={(text) => {
              const ends = minuteOf(text)
              if (ends !== null) put({ durationMinutes: minutesUntil(shift.startMinute, ends) })
            }}
          />
        </label>
        <span className="soft shift-lasts">{formatDuration(shift.durationMinutes * 60_000, language)}</span>
        {onRemove !== null && (
          <Button type="text" className="shift-remove" onClick={onRemove}>
            {t('roster.removeShift')}
          </Button>
        )}
      </div>
      <div className="shift-days">
        <WeekdayField value={shift.weekdays} onChange={(weekdays) => put({ weekdays })} />
      </div>
      <Crews crews={shift.crews} onChange={(crews) => put({ crews })} />
      <div className="shift-turns">
        <Button
          icon={<PlusOutlined aria-hidden />}
          onClick={() => put({ crews: [...shift.crews, { primary: '', backup: null }] })}
        >
          {t('roster.addCrew')}
        </Button>
        {shift.crews.length > 1 && (
          <>
            <label>
              <span>{t('roster.turnDays')}</span>
              <InputNumber
                min={1}
                max={28}
                precision={0}
                value={shift.turnDays}
                suffix={t('roster.days')}
                onChange={(turnDays) => turnDays !== null && put({ turnDays })}
              />
            </label>
            <label>
              <span>{t('roster.turnsFrom')}</span>
              <DayField value={shift.turnsFrom} onChange={(turnsFrom) => put({ turnsFrom })} />
            </label>
          </>
        )}
      </div>
    </section>
  )
}
