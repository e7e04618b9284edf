import type { Severity } from '../api/types.ts'
import type { Language } from '../format/duration.ts'
import { weekdayName, weekdayOf } from '../format/instant.ts'
import { severityPath } from '../severity/shapes.ts'
import { FONT_FAMILY, type Palette } from '../theme.ts'
import type { Drawing, Rect } from './drawing.ts'

const hatchOf = (canvas: CanvasRenderingContext2D, colour: string, scale: number): CanvasPattern | string => {
  const size = Math.round(6 * scale)
  const tile = document.createElement('canvas')
  tile.width = size
  tile.height = size
  const pen = tile.getContext('2d')
  if (pen === null) return colour
  pen.strokeStyle = colour
  pen.lineWidth = scale
  pen.beginPath()
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - 1, size + 1)
    pen.lineTo(shift + size + 1, -1)
  }
  pen.stroke()
  const pattern = canvas.createPattern(tile, 'repeat')
  pattern?.setTransform(new DOMMatrix().scale(1 / scale))
  return pattern ?? colour
}

const rulers = (width: number): number[] =>
  width > 560 ? [0, 3, 6, 9, 12, 15, 18, 21, 24] : [0, 6, 12, 18, 24]

const paintRect = (canvas: CanvasRenderingContext2D, rect: Rect, colour: string | CanvasPattern) => {
  canvas.fillStyle = colour
  canvas.fillRect(rect.x, rect.y, rect.width, rect.height)
}

const markPaths: Record<Severity, Path2D> = {
  P1: new Path2D(severityPath.P1),
  P2: new Path2D(severityPath.P2),
  P3: new Path2D(severityPath.P3),
  P4: new Path2D(severityPath.P4),
}

const paintMarks = (canvas: CanvasRenderingContext2D, drawing: Drawing<Severity>, palette: Palette) => {
  const size = 14
  for (const mark of drawing.marks) {
    canvas.save()
    const x = Math.min(
      Math.max(mark.x, drawing.plot.x + size / 2),
      drawing.plot.x + drawing.plot.width - size / 2,
    )
    canvas.translate(x - size / 2, mark.y + (drawing.rowHeight - size) / 2 - 1)
    canvas.scale(size / 16, size / 16)
    canvas.lineWidth = 4
    canvas.lineJoin = 'round'
    canvas.strokeStyle = palette.surface
    canvas.stroke(markPaths[mark.severity])
    canvas.fillStyle = palette[mark.severity]
    canvas.fill(markPaths[mark.severity])
    canvas.restore()
  }
}

/** Puts a drawing on a canvas; `scale` is device pixels per CSS px. */
export const paintActogram = (
  element: HTMLCanvasElement,
  drawing: Drawing<Severity>,
  palette: Palette,
  language: Language,
  scale: number,
  fontSize: number,
): void => {
  const canvas = element.getContext('2d')
  if (canvas === null) return
  const width = drawing.plot.x + drawing.plot.width
  element.width = Math.round(width * scale)
  element.height = Math.round(drawing.height * scale)
  canvas.setTransform(scale, 0, 0, scale, 0, 0)
  canvas.clearRect(0, 0, width, drawing.height)

  for (const night of drawing.nights) paintRect(canvas, night, palette.night)
  const hatch = hatchOf(canvas, palette.hatch, scale)
  for (const rect of drawing.unheard) paintRect(canvas, rect, hatch)
  for (const rect of drawing.ink) {
    canvas.globalAlpha = rect.opacity
    // Half a pixel over the edge, so that neighbours join without a seam.
    paintRect(canvas, { ...rect, width: rect.width + 0.4 }, palette[rect.ink])
  }
  canvas.globalAlpha = 1

  canvas.font = `${fontSize}px ${FONT_FAMILY}`
  canvas.textBaseline = 'alphabetic'
  const hours = rulers(drawing.plot.width)
  for (const hour of hours) {
    const x = drawing.plot.x + (hour / 24) * drawing.plot.width
    canvas.globalAlpha = 0.6
    if (hour > 0 && hour < 24)
      paintRect(
        canvas,
        { x: Math.round(x), y: drawing.plot.y, width: 0.5, height: drawing.plot.height },
        palette.line,
      )
    canvas.globalAlpha = 1
    canvas.fillStyle = palette.inkSoft
    canvas.textAlign = hour === 0 ? 'left' : hour === 24 ? 'right' : 'center'
    canvas.fillText(`${hour}`.padStart(2, '0'), x, drawing.plot.y - 6)
  }
  const isDense = drawing.rowHeight < fontSize + 4
  for (const [row, day] of drawing.days.entries()) {
    paintRect(
      canvas,
      { x: drawing.plot.x, y: day.y + drawing.rowHeight - 1, width: drawing.plot.width, height: 0.5 },
      palette.lineFaint,
    )
    const isLast = row === drawing.days.length - 1
    const monday = weekdayOf(day.date) === 1
    if (isDense && !monday && !isLast && row !== 0) continue
    const weekend = weekdayOf(day.date) % 6 === 0
    canvas.fillStyle = isLast || monday ? palette.ink : weekend ? palette.inkSoft : palette.inkFaint
    const [, month, dayOfMonth] = day.date.split('-').map(Number)
    const baseline = day.y + drawing.rowHeight / 2 + fontSize * 0.36 - 1
    canvas.textAlign = 'right'
    canvas.fillText(`${month}/${dayOfMonth}`, drawing.plot.x - 8, baseline)
    canvas.textAlign = 'left'
    canvas.fillText(weekdayName(day.date, language).replace('周', ''), 0, baseline)
  }

  if (drawing.now !== null) {
    paintRect(
      canvas,
      { x: drawing.now.x - 0.75, y: drawing.now.y - 1, width: 1.5, height: drawing.rowHeight + 1 },
      palette.primary,
    )
    canvas.beginPath()
    canvas.arc(drawing.now.x, drawing.now.y - 1, 2.5, 0, 2 * Math.PI)
    canvas.fillStyle = palette.primary
    canvas.fill()
  }
  paintMarks(canvas, drawing, palette)
}
