import { DatePicker, type GetRef, TimePicker } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import 'dayjs/locale/zh-cn'
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isElsewhere, zoneName } from '../format/instant.ts'
import { fromLocalInput } from '../format/local-input.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useIsPhone } from '../preference/media.ts'

const DATE = 'YYYY-MM-DD'
const CLOCK = 'HH:mm'

interface FieldProps {
  /** Empty: not filled in. Form.Item gives this, `onChange` and `id`. */
  value?: string
  onChange?: (text: string) => void
  id?: string
  'aria-label'?: string
}

/**
 * What both pickers share: the calendar speaks the reader's language, and on a phone no keyboard covers it. Enter takes
 * what was typed and folds the calendar up, or opens it; to a form around it Enter would mean that all is filled in.
 */
const usePicking = (text: string) => {
  const language = useLanguage()
  const isPhone = useIsPhone()
  const ref = useRef<GetRef<typeof DatePicker>>(null)
  // The picker throws when the page it has the focus on goes away under it: it gives the focus up before.
  useLayoutEffect(() => {
    const picker = ref.current
    return () => picker?.blur()
  }, [])
  // The same one as long as it is the same day: at another the picker forgets what is being typed into it.
  const value = useMemo((): Dayjs | null => {
    const read = dayjs(text)
    return read.isValid() ? read.locale(language === 'zh' ? 'zh-cn' : 'en') : null
  }, [text, language])
  const [isOpen, setOpen] = useState(false)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (!isOpen) setOpen(true)
  }
  const opening = { open: isOpen, onOpenChange: setOpen, onKeyDown }
  return { ref, value, ...opening, allowClear: false, needConfirm: false, inputReadOnly: isPhone }
}

/** A day, as `2026-11-20`: written so in every browser, whichever way round its own fields would put it. */
export const DayField = ({
  value = '',
  onChange,
  last,
  ...rest
}: FieldProps & {
  /** No day after this one can be chosen. */
  last?: string
}) => {
  const picking = usePicking(value)
  return (
    <DatePicker
      {...rest}
      {...picking}
      className="day-field"
      format={DATE}
      {...(last === undefined ? {} : { maxDate: dayjs(last) })}
      onChange={(day) => day && onChange?.(day.format(DATE))}
    />
  )
}

/** A time of day, as `06:40`: 24 hours in every browser, for nobody at night should have to think of AM and PM. */
export const ClockField = ({ value = '', onChange, ...rest }: FieldProps) => {
  const picking = usePicking(`2000-01-01T${value}`)
  return (
    <TimePicker
      {...rest}
      {...picking}
      className="clock-field"
      format={CLOCK}
      showNow={false}
      onChange={(time) => time && onChange?.(time.format(CLOCK))}
    />
  )
}

/**
 * A day and a time on it, as `2026-11-20T06:40` on the clocks of `zone`. They are named where this browser's own clock
 * shows another time: whoever fills it in at a desk elsewhere must not have to guess.
 */
export const MomentField = ({
  value = '',
  onChange,
  id,
  zone,
  'aria-label': label,
}: FieldProps & { zone: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const [day = '', time = ''] = value.split('T')
  const at = fromLocalInput(value, zone)
  return (
    <span className="moment-field">
      <DayField
        {...(id === undefined ? {} : { id })}
        {...(label === undefined ? {} : { 'aria-label': label })}
        value={day}
        onChange={(next) => onChange?.(`${next}T${time || '00:00'}`)}
      />
      <ClockField
        aria-label={label === undefined ? t('field.clock') : `${label} ${t('field.clock')}`}
        value={time}
        onChange={(next) => day !== '' && onChange?.(`${day}T${next}`)}
      />
      {at !== null && isElsewhere(zone, at) && (
        <span className="moment-zone">{zoneName(zone, language)}</span>
      )}
    </span>
  )
}
