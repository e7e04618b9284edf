import { writeFileSync } from 'node:fs'
import { encodeQR } from 'qr'

const [WIDTH, HEIGHT] = [640, 480]
const WHITE = 235
const BLACK = 16
const GREY = 126
const NEUTRAL = 128
/** A second and a half of wall, then three of the label, over and over. */
const FRAMES = { ofWall: 15, ofLabel: 30 }

/** What a phone's camera sees in front of a label: a video as Chromium plays it for its fake camera (YUV4MPEG2, 4:2:0). */
export function writeCameraFilm(file: string, code: string): void {
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, NEUTRAL)
  const frame = (light: Buffer): Buffer => Buffer.concat([Buffer.from('FRAME\n'), light, colour])
  const wall = frame(Buffer.alloc(WIDTH * HEIGHT, GREY))
  const label = frame(lightOf(code))
  writeFileSync(
    file,
    Buffer.concat([
      Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`),
      ...Array.from({ length: FRAMES.ofWall }, () => wall),
      ...Array.from({ length: FRAMES.ofLabel }, () => label),
    ]),
  )
}

/** A white label on a grey wall, somewhat off the middle, as a hand holds it. */
function lightOf(code: string): Buffer {
  const cells = encodeQR(code, 'raw', { border: 4 })
  const scale = Math.floor((HEIGHT * 0.7) / cells.length)
  const [left, top] = [(WIDTH - cells.length * scale) / 2 + 30, (HEIGHT - cells.length * scale) / 2 - 20]
  const light = Buffer.alloc(WIDTH * HEIGHT, GREY)
  for (const [row, line] of cells.entries())
    for (const [column, isDark] of line.entries())
      for (let y = 0; y < scale; y++) {
        const from = Math.floor(top + row * scale + y) * WIDTH + Math.floor(left + column * scale)
        light.fill(isDark ? BLACK : WHITE, from, from + scale)
      }
  return light
}
