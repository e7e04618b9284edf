import { type PointerEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clockTime, formatDate, localDate, weekdayName } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { type Lane, PLOT_LEFT_PX, PLOT_RIGHT_PX } from './option.ts'
import { barAt } from './trace.ts'

interface Props {
  lanes: readonly Lane[]
  fromAt: number
  toAt: number
  zone: string
  children: ReactNode
}

/** A line through all lanes under the pointer, and what each of them says at that moment. */
export const ChartTip = ({ lanes, fromAt, toAt, zone, children }: Props) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const [pointer, setPointer] = useState<{ x: number; width: number } | null>(null)
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const x = event.clientX - left
    setPointer(x < PLOT_LEFT_PX || x > width - PLOT_RIGHT_PX ? null : { x, width })
  }
  const at =
    pointer === null
      ? null
      : fromAt +
        ((pointer.x - PLOT_LEFT_PX) / (pointer.width - PLOT_LEFT_PX - PLOT_RIGHT_PX)) * (toAt - fromAt)
  const bars = at === null ? [] : lanes.map((lane) => barAt(lane.trace, at))
  const spoken = bars.find((bar) => bar !== undefined)
  return (
    <div
      className="chart-hover"
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => setPointer(null)}
    >
      {children}
      {pointer !== null && at !== null && (
        <>
          <span className="chart-cursor" style={{ left: pointer.x }} />
          <div
            className="chart-tip"
            style={{
              left: pointer.x,
              transform: pointer.x > pointer.width / 2 ? 'translate(calc(-100% - 10px))' : 'translate(10px)',
            }}
          >
            <strong>
              {formatDate(localDate(spoken?.startAt ?? at, zone), language)}{' '}
              {weekdayName(localDate(spoken?.startAt ?? at, zone), language)}{' '}
              {spoken === undefined
                ? clockTime(at, zone)
                : `${clockTime(spoken.startAt, zone)}–${clockTime(spoken.endAt, zone)}`}
            </strong>
            {lanes.map((lane, index) => {
              const bar = bars[index]
              return (
                <span key={lane.name}>
                  {lane.name} <b>{bar === undefined ? t('actogram.unheard') : lane.format(bar.value)}</b>
                </span>
              )
            })}
          </div>
        </>
      )}
    </div>
  )
}
