import type { Photo } from '../contracts/visit.ts'

/**
 * A picture without what its camera, phone or editor wrote into it: position, time, serial numbers, previews. Only the
 * parts that are needed to draw it are taken over; everything behind its end is left behind. Null: neither a JPEG nor a
 * PNG, or a broken one. Done here because the libraries strip what they know, and this keeps what is known.
 */
export function bareImage(bytes: Uint8Array): Pick<Photo, 'bytes' | 'mediaType'> | null {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const jpeg = bareJpeg(image)
  if (jpeg) return { mediaType: 'image/jpeg', bytes: new Uint8Array(jpeg) }
  const png = barePng(image)
  return png && { mediaType: 'image/png', bytes: new Uint8Array(png) }
}

const JFIF = 0xe0
/** Says how the colours are coded. */
const ADOBE = 0xee
const COMMENT = 0xfe
const SCAN = 0xda
const END = 0xd9

function bareJpeg(image: Buffer): Buffer | null {
  if (image.length < 4 || image.readUInt16BE(0) !== 0xffd8) return null
  const parts: Buffer[] = [image.subarray(0, 2)]
  let scans = 0
  for (let at = 2; at + 4 <= image.length; ) {
    if (image[at] !== 0xff) return null
    const marker = image[at + 1] ?? 0
    const end = at + 2 + image.readUInt16BE(at + 2)
    if (end > image.length) return null
    const isExtra = (marker >= 0xe0 && marker <= 0xef) || marker === COMMENT
    if (!isExtra || marker === JFIF || marker === ADOBE) parts.push(image.subarray(at, end))
    at = end
    if (marker !== SCAN) continue
    scans++
    at = endOfScan(image, end)
    parts.push(image.subarray(end, at))
    if (image[at + 1] === END) return scans > 0 ? Buffer.concat([...parts, Buffer.from([0xff, END])]) : null
  }
  return null
}

/** Where the next marker stands: behind the coded data, in which 0xff is followed by zero or by a restart's number. */
function endOfScan(image: Buffer, from: number): number {
  for (let at = from; at + 1 < image.length; at++) {
    const next = image[at + 1] ?? 0
    if (image[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return image.length
}

const PNG_BEGINS = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const PNG_DRAWS: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'sRGB', 'IDAT', 'IEND'])

function barePng(image: Buffer): Buffer | null {
  if (!image.subarray(0, 8).equals(PNG_BEGINS)) return null
  const parts: Buffer[] = [PNG_BEGINS]
  for (let at = 8; at + 12 <= image.length; ) {
    const end = at + 12 + image.readUInt32BE(at)
    const type = image.toString('latin1', at + 4, at + 8)
    if (end > image.length) return null
    if (PNG_DRAWS.has(type)) parts.push(image.subarray(at, end))
    if (type === 'IEND') return Buffer.concat(parts)
    at = end
  }
  return null
}
