import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Actogram as ActogramAnswer, Severity } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { clockTime, formatDate, weekdayName } from '../format/instant.ts'
import { formatLitres, formatWattHours } from '../format/quantity.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMode } from '../preference/media.ts'
import { usePreferences } from '../preference/preferences.ts'
import { palettes } from '../theme.ts'
import { cellAt, drawActogram, fromFirstHeard, type Layout } from './drawing.ts'
import { paintActogram } from './paint.ts'

const layoutFor = (width: number, large: boolean): Layout => {
  const wide = width > 560
  return {
    width,
    labelWidth: (wide ? 78 : 70) + (large ? 16 : 0),
    headHeight: large ? 28 : 22,
    waterHeight: wide ? 14 : 11,
    electricityHeight: wide ? 4 : 3,
    gap: wide ? 4 : 3,
  }
}

const useWidth = () => {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width] as const
}

const Legend = () => {
  const { t } = useTranslation()
  return (
    <ul className="actogram-legend">
      <li>
        <i className="swatch-ramp" /> {t('actogram.water')}
      </li>
      <li>
        <i className="swatch-electricity" /> {t('actogram.electricity')}
      </li>
      <li>
        <i className="swatch-unheard" /> {t('actogram.unheard')}
      </li>
      <li>
        <i className="swatch-night" /> {t('actogram.night')}
      </li>
      <li>
        <i className="swatch-now" /> {t('actogram.now')}
      </li>
    </ul>
  )
}

interface Props {
  data: ActogramAnswer
  alerts: readonly { id: string; severity: Severity; openedAt: string }[]
  legend?: boolean
}

/** A day a line, oldest on top: sleep, meals, outings and a fall, to be seen by anybody after a minute. */
export const Actogram = ({ data: answered, alerts, legend = true }: Props) => {
  const data = useMemo(() => fromFirstHeard(answered), [answered])
  const { t } = useTranslation()
  const language = useLanguage()
  const mode = useMode()
  const { largeType } = usePreferences()
  const now = useCivilNow(60_000)
  const [box, width] = useWidth()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [at, setAt] = useState<{ row: number; index: number } | null>(null)

  const drawing = useMemo(
    () =>
      width === 0
        ? null
        : drawActogram(
            data,
            now,
            layoutFor(width, largeType),
            alerts.map(({ id, severity, openedAt }) => ({ id, severity, at: Date.parse(openedAt) })),
          ),
    [data, now, width, largeType, alerts],
  )
  useEffect(() => {
    if (drawing === null || canvas.current === null) return
    const fontSize = (width > 560 ? 12.5 : 11.5) * (largeType ? 1.25 : 1)
    paintActogram(canvas.current, drawing, palettes[mode], language, devicePixelRatio, fontSize)
  }, [drawing, mode, language, largeType, width])

  const point = (event: PointerEvent<HTMLCanvasElement>) => {
    if (drawing === null) return
    const { left, top } = event.currentTarget.getBoundingClientRect()
    setAt(cellAt(drawing, event.clientX - left, event.clientY - top))
  }
  const step = (event: KeyboardEvent) => {
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    if (move === undefined || drawing === null) return
    event.preventDefault()
    const from = at ?? { row: drawing.days.length - 1, index: 48 }
    const row = Math.min(drawing.days.length - 1, Math.max(0, from.row + (move[0] ?? 0)))
    const count = drawing.days[row]?.cellCount ?? 1
    setAt({ row, index: Math.min(count - 1, Math.max(0, from.index + (move[1] ?? 0))) })
  }

  const day = at === null ? undefined : drawing?.days[at.row]
  const cell = at === null ? undefined : data.days[at.row]?.cells[at.index]
  const cellMs = data.resolutionMinutes * 60_000
  const startAt = day === undefined || at === null ? 0 : day.startAt + at.index * cellMs
  const isFuture = startAt > now
  const cellX =
    drawing === null || day === undefined || at === null
      ? 0
      : drawing.plot.x + (at.index / day.cellCount) * drawing.plot.width
  return (
    <figure className="actogram">
      {legend && <Legend />}
      <div className="actogram-box" ref={box} style={{ minHeight: drawing?.height ?? 120 }}>
        <canvas
          ref={canvas}
          style={{ width, height: drawing?.height ?? 0 }}
          tabIndex={0}
          role="img"
          aria-label={t('actogram.label', { count: data.days.length })}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setAt(null)}
          onBlur={() => setAt(null)}
          onKeyDown={step}
        />
        {drawing !== null && day !== undefined && cell !== undefined && at !== null && (
          <>
            <span
              className="actogram-cursor"
              style={{
                left: cellX,
                top: day.y - 1,
                width: drawing.plot.width / day.cellCount,
                height: drawing.rowHeight,
              }}
            />
            <div
              className="chart-tip actogram-tip"
              role="status"
              style={{
                top: at.row < 4 ? day.y + drawing.rowHeight + 6 : day.y - 6,
                transform: `translate(${cellX > width / 2 ? '-100%' : '0'}, ${at.row < 4 ? '0' : '-100%'})`,
                left: cellX,
              }}
            >
              <strong>
                {formatDate(day.date, language)} {weekdayName(day.date, language)}{' '}
                {clockTime(startAt, data.zone)}–{clockTime(startAt + cellMs, data.zone)}
              </strong>
              {isFuture ? (
                <span>{t('actogram.future')}</span>
              ) : (
                <>
                  <span>
                    {t('metric.water')}{' '}
                    <b>{cell.litres === null ? t('actogram.unheard') : formatLitres(cell.litres)}</b>
                  </span>
                  <span>
                    {t('metric.electricity')}{' '}
                    <b>{cell.wattHours === null ? t('actogram.unheard') : formatWattHours(cell.wattHours)}</b>
                  </span>
                </>
              )}
            </div>
          </>
        )}
      </div>
    </figure>
  )
}
