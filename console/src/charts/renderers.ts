/** How ECharts' custom series draw: bars of ink, the wash of what is usual, the hatching of what is not known. */

/** Thin diagonal lines, as an image for ECharts' pattern fill. */
export const hatchImage = (colour: string): HTMLCanvasElement => {
  const size = 7
  const tile = document.createElement('canvas')
  tile.width = size
  tile.height = size
  const pen = tile.getContext('2d')
  if (pen !== null) {
    pen.strokeStyle = colour
    pen.lineWidth = 1
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift - 1, size + 1)
      pen.lineTo(shift + size + 1, -1)
    }
    pen.stroke()
  }
  return tile
}

export interface RenderApi {
  value(dimension: number): number
  coord(point: [number, number]): [number, number]
}
export interface RenderParams {
  coordSys: { x: number; y: number; width: number; height: number }
}
type RectShape = { type: 'rect'; shape: object; style: object; silent: true } | null

const spanX = (params: RenderParams, api: RenderApi): [number, number] | null => {
  const { x, width } = params.coordSys
  const left = Math.max(x, api.coord([api.value(0), 0])[0])
  const right = Math.min(x + width, api.coord([api.value(1), 0])[0])
  return right <= left ? null : [left, right]
}

export const renderBar =
  (colour: string, quietColour: string | null) =>
  (params: RenderParams, api: RenderApi): RectShape => {
    const span = spanX(params, api)
    const value = api.value(2)
    if (span === null || (value <= 0 && quietColour === null)) return null
    const bottom = params.coordSys.y + params.coordSys.height
    const top = Math.min(api.coord([0, value])[1], bottom - (quietColour === null ? 1.5 : 4))
    const width = span[1] - span[0]
    const inset = width > 3 && value > 0 ? 0.5 : 0
    return {
      type: 'rect',
      shape: { x: span[0] + inset, y: top, width: Math.max(width - 2 * inset, 1), height: bottom - top },
      style: { fill: value > 0 ? colour : quietColour },
      silent: true,
    }
  }

/** A flat wash without gaps: it must not be taken for something measured. */
export const renderUsual =
  (colour: string) =>
  (params: RenderParams, api: RenderApi): RectShape => {
    const span = spanX(params, api)
    if (span === null) return null
    const bottom = params.coordSys.y + params.coordSys.height
    const top = api.coord([0, api.value(2)])[1]
    return {
      type: 'rect',
      shape: { x: span[0], y: top, width: span[1] - span[0] + 0.5, height: bottom - top },
      style: { fill: colour, opacity: 0.17 },
      silent: true,
    }
  }

export const renderUnknown =
  (fill: object) =>
  (params: RenderParams, api: RenderApi): RectShape => {
    const span = spanX(params, api)
    if (span === null) return null
    const { y, height } = params.coordSys
    return {
      type: 'rect',
      shape: { x: span[0], y, width: span[1] - span[0], height },
      style: { fill },
      silent: true,
    }
  }
