import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bareImage } from '../../app/images.ts'

const SECRET = '31.2304N 121.4737E'
const segment = (marker: number, text: string): Buffer => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(text.length + 2)
  return Buffer.concat([Buffer.from([0xff, marker]), length, Buffer.from(text, 'latin1')])
}
const chunk = (type: string, text: string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, Buffer.from(type + text, 'latin1'), Buffer.alloc(4)])
}
const [BEGIN, END] = [Buffer.from([0xff, 0xd8]), Buffer.from([0xff, 0xd9])]
const SCAN = Buffer.concat([segment(0xda, 'scan'), Buffer.from([1, 0xff, 0, 2, 0xff, 0xd0, 3])])
const TABLES = segment(0xdb, 'tables')
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

describe('a photo', () => {
  it('of a phone is kept without where it was taken, in whatever place the phone wrote it', () => {
    const said = [0xe1, 0xe2, 0xed, 0xfe].map((marker) => segment(marker, SECRET))
    const image = Buffer.concat([
      BEGIN,
      segment(0xe0, 'JFIF'),
      ...said,
      TABLES,
      SCAN,
      END,
      Buffer.from(SECRET),
    ])
    const bare = bareImage(image)
    expect(bare?.mediaType).toBe('image/jpeg')
    const expected = Buffer.concat([BEGIN, segment(0xe0, 'JFIF'), TABLES, SCAN, END])
    expect(Buffer.from(bare?.bytes ?? [])).toEqual(expected)
  })

  it('in several scans is kept whole', () => {
    const image = Buffer.concat([BEGIN, TABLES, SCAN, segment(0xc4, 'more'), SCAN, END])
    expect(Buffer.from(bareImage(image)?.bytes ?? [])).toEqual(image)
  })

  it('as PNG loses its texts and its EXIF', () => {
    const drawn = [chunk('IHDR', 'size'), chunk('IDAT', 'pixels'), chunk('IEND', '')]
    const texts = ['eXIf', 'tEXt', 'iTXt', 'zTXt', 'tIME'].map((type) => chunk(type, SECRET))
    const [head, ...rest] = drawn
    const image = Buffer.concat([PNG, head ?? Buffer.alloc(0), ...texts, ...rest, Buffer.from(SECRET)])
    expect(bareImage(image)).toEqual({
      mediaType: 'image/png',
      bytes: new Uint8Array(Buffer.concat([PNG, ...drawn])),
    })
  })

  it('that is cut off, or is none, is refused', () => {
    const whole = Buffer.concat([BEGIN, TABLES, SCAN, END])
    for (let length = 0; length < whole.length; length++)
      expect(bareImage(whole.subarray(0, length)), `${length} bytes`).toBeNull()
    for (const none of ['GIF89a', '<svg/>', '']) expect(bareImage(Buffer.from(none))).toBeNull()
  })

  it('never grows, and never throws, whatever is sent as one', () => {
    fc.assert(
      fc.property(fc.constantFrom(BEGIN, PNG), fc.uint8Array({ maxLength: 200 }), (begin, bytes) => {
        const image = Buffer.concat([begin, bytes])
        expect((bareImage(image)?.bytes ?? []).length).toBeLessThanOrEqual(image.length)
      }),
    )
  })
})
