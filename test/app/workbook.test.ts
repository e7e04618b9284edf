import { crc32, deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import writeXlsxFile from 'write-excel-file/node'
import { readList } from '../../app/import/sheet.ts'

const HEADER = ['device', 'kind']
const cells = (rows: readonly string[][]) => rows.map((row) => row.map((value) => ({ value, type: String })))
const workbook = (rows: readonly string[][]): Promise<Buffer> =>
  writeXlsxFile(cells(rows) as never).toBuffer()

/** An archive of one part; `says` is the size that it claims to unfold to. */
function archive(name: string, content: Buffer, says = content.length): Buffer {
  const packed = deflateRawSync(content, { level: 9 })
  const about = Buffer.alloc(26)
  about.writeUInt16LE(20, 0)
  about.writeUInt16LE(8, 4)
  about.writeUInt32LE(crc32(content), 10)
  about.writeUInt32LE(packed.length, 14)
  about.writeUInt32LE(says, 18)
  about.writeUInt16LE(name.length, 22)
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), about, Buffer.alloc(14)])
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), about, Buffer.from(name), packed])
  const end = Buffer.concat([Buffer.from('PK\x05\x06\0\0\0\0\x01\0\x01\0', 'latin1'), Buffer.alloc(10)])
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, Buffer.from(name), end])
}

const SHEET = 'xl/worksheets/sheet1.xml'
const refusalOf = (bytes: Uint8Array) =>
  readList(bytes, 'xlsx').then(
    () => null,
    (error: { code?: string }) => error.code,
  )

describe('a workbook from a stranger', () => {
  it('is read as it was written', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => [`w-${n}`, '水表'])
    const list = await readList(await workbook([HEADER, ...rows]), 'xlsx')
    expect(list.faults).toEqual([])
    expect(list.rows).toHaveLength(300)
    expect(list.rows.at(-1)).toEqual({ row: 301, cells: { device: 'w-299', kind: '水表' } })
  })

  it('that unfolds to gigabytes is refused before it does', async () => {
    const bomb = archive(SHEET, Buffer.alloc(600 * 1024 * 1024, '<row/>'))
    expect(bomb.length).toBeLessThan(8 * 1024 * 1024)
    const before = process.memoryUsage().rss
    expect(await refusalOf(bomb)).toBe('too_large')
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })

  it('that lies about its size is refused as well', async () => {
    const content = Buffer.alloc(64 * 1024 * 1024, '<row/>')
    expect(await refusalOf(archive(SHEET, content, 10))).toBe('too_large')
    const claims = archive(SHEET, Buffer.from('<worksheet/>'), 0xff_ff_ff_ff)
    expect(await refusalOf(claims)).toBe('bad_request')
  })

  it('with one cell at the far end of the sheet is refused: all before it would be filled up', async () => {
    const sheet = (body: string) => Buffer.from(`<worksheet><sheetData>${body}</sheetData></worksheet>`)
    for (const body of [
      '<row r="1048576"><c r="A1048576" t="n"><v>1</v></c></row>',
      '<row r="1"><c t="n" r="XFD1"><v>1</v></c></row>',
      '<x:row spans="1:2" r="999999999"/>',
      "<row><c r = 'A9999999'/></row>",
    ])
      expect(await refusalOf(archive(SHEET, sheet(body)))).toBe('too_large')
  })

  it('of more rows than a list may have is refused with their number', async () => {
    const rows = Array.from({ length: 20_001 }, (_, n) => [`w-${n}`, 'water'])
    await expect(readList(await workbook([HEADER, ...rows]), 'xlsx')).rejects.toMatchObject({
      code: 'too_large',
    })
  })

  it('that is cut off, or none at all, is said to be none', async () => {
    const whole = await workbook([HEADER, ['w-1', 'water']])
    for (const bytes of [
      whole.subarray(0, whole.length - 30),
      whole.subarray(40),
      Buffer.from('PK\x05\x06'),
      Buffer.from(''),
      Buffer.from('device,kind'),
    ])
      expect(await refusalOf(bytes)).toBe('bad_request')
  })
})
