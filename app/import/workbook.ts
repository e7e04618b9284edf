import { crc32, inflateRawSync } from 'node:zlib'
import { Refusal } from '../../contracts/errors.ts'

/** A list of 20,000 rows that says everything is some 20 MB of XML. */
const MOST_BYTES = 32 * 1024 * 1024
const MOST_ENTRIES = 500
const MOST_COLUMNS = 200

interface Entry {
  name: Buffer
  bytes: Buffer
}
interface Listed {
  name: Buffer
  method: number
  packedBytes: number
  at: number
}

/**
 * The parts of a workbook that are read, packed anew without compression. What a stranger's archive says of its sizes is
 * not believed by whoever reads on: 8 MB can unfold to 8 GB, and one cell at the far end of a sheet to as many empty ones.
 * Throws the `Refusal` too_large; any other error: it is no archive.
 */
export function boundedWorkbook(archive: Buffer, mostRows: number): Buffer {
  const entries: Entry[] = []
  let left = MOST_BYTES
  for (const listed of listedIn(archive)) {
    const name = listed.name.toString('utf8')
    if (!name.endsWith('.xml') && !name.endsWith('.xml.rels')) continue
    const bytes = unpacked(archive, listed, left)
    left -= bytes.length
    // Which part is a sheet is said by another one, so all are looked at.
    checkReach(bytes, mostRows)
    entries.push({ name: listed.name, bytes })
  }
  return storedArchive(entries)
}

const tooLarge = (): Refusal =>
  new Refusal('too_large', `this workbook unfolds to more than ${MOST_BYTES / 1024 / 1024} MB`)

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22

/** By the central directory (PKWARE APPNOTE 4.3.12); every offset is checked by the reads themselves, which throw. */
function listedIn(archive: Buffer): Listed[] {
  const signature = Buffer.alloc(4)
  signature.writeUInt32LE(END)
  const end = archive.lastIndexOf(signature, archive.length - END_BYTES)
  if (end < 0) throw new Error('no archive')
  const count = archive.readUInt16LE(end + 10)
  if (count > MOST_ENTRIES) throw tooLarge()
  const listed: Listed[] = []
  for (let n = 0, at = archive.readUInt32LE(end + 16); n < count; n++) {
    if (archive.readUInt32LE(at) !== CENTRAL) throw new Error('no entry where one is announced')
    const nameBytes = archive.readUInt16LE(at + 28)
    listed.push({
      method: archive.readUInt16LE(at + 10),
      packedBytes: archive.readUInt32LE(at + 20),
      name: archive.subarray(at + 46, at + 46 + nameBytes),
      at: archive.readUInt32LE(at + 42),
    })
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  return listed
}

function unpacked(archive: Buffer, { at, method, packedBytes }: Listed, most: number): Buffer {
  if (archive.readUInt32LE(at) !== LOCAL) throw new Error('no part where one is announced')
  const from = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28)
  const packed = archive.subarray(from, from + packedBytes)
  if (method !== 0 && method !== 8) throw new Error(`compression ${method}`)
  if (method === 0 ? packed.length > most : most === 0) throw tooLarge()
  if (method === 0) return packed
  try {
    return inflateRawSync(packed, { maxOutputLength: most })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge()
    throw error
  }
}

const CELL = /<(?:\w+:)?c\s(?:[^<>]*\s)?r\s*=\s*["']([A-Za-z]{1,9})(\d{1,12})/g
const ROW = /<(?:\w+:)?row\s(?:[^<>]*\s)?r\s*=\s*["'](\d{1,12})/g

/** Between the cells that are there, whoever reads the sheet puts empty ones. */
function checkReach(part: Buffer, mostRows: number): void {
  const text = part.toString('latin1')
  const rowIsFar = (digits: string | undefined): boolean => Number(digits) > mostRows
  for (const [, row] of text.matchAll(ROW)) if (rowIsFar(row)) throw tooFar(mostRows)
  for (const [, column = '', row] of text.matchAll(CELL))
    if (rowIsFar(row) || columnNumber(column) > MOST_COLUMNS) throw tooFar(mostRows)
}

const tooFar = (mostRows: number): Refusal =>
  new Refusal(
    'too_large',
    `this sheet has cells beyond row ${mostRows} or column ${MOST_COLUMNS}, even if they are empty: copy the list into a new sheet`,
  )

const columnNumber = (letters: string): number =>
  letters
    .toUpperCase()
    .split('')
    .reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)

function storedArchive(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes } of entries) {
    const about = Buffer.alloc(26)
    about.writeUInt16LE(20, 0)
    about.writeUInt32LE(crc32(bytes), 10)
    about.writeUInt32LE(bytes.length, 14)
    about.writeUInt32LE(bytes.length, 18)
    about.writeUInt16LE(name.length, 22)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(CENTRAL, 0)
    central.writeUInt16LE(20, 4)
    about.copy(central, 6)
    central.writeUInt32LE(at, 42)
    directory.push(central, name)
    const local = Buffer.alloc(4)
    local.writeUInt32LE(LOCAL)
    parts.push(local, about, name, bytes)
    at += 30 + name.length + bytes.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(END_BYTES)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, listing, end])
}
