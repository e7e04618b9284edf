import { parse } from 'csv-parse/sync'
import { readSheet } from 'read-excel-file/node'
import { Refusal } from '../../contracts/errors.ts'
import { IMPORT_COLUMNS, type ImportColumn, type ImportFault } from '../../contracts/import.ts'
import { boundedWorkbook } from './workbook.ts'

/** One line of a list, as text; `row` as a spreadsheet counts. */
export interface SheetRow {
  row: number
  cells: Partial<Record<ImportColumn, string>>
}

const MOST_ROWS = 20_000

/** What the header may call a column, besides its own name. */
const NAMES: Record<ImportColumn, readonly string[]> = {
  home: ['户号', '住户编号'],
  place: ['地点', '所属', '小区'],
  name: ['姓名'],
  birthYear: ['出生年', '出生年份', 'birth year'],
  phone: ['电话', '手机'],
  door: ['门牌', '房号'],
  address: ['地址'],
  device: ['设备号', '设备编号'],
  kind: ['类型', '设备类型'],
  profile: ['型号', '产品'],
  gateway: ['网关'],
  sourceId: ['网关内编号', 'source id'],
  cadenceS: ['上报间隔', '上报间隔秒', 'cadence'],
  consentBy: ['同意人', 'consent by'],
  consentOn: ['同意日期', '同意时间', 'consent on'],
  consentHow: ['同意方式', 'consent how'],
}
const COLUMN_OF = new Map(
  IMPORT_COLUMNS.flatMap((column) =>
    [column, ...NAMES[column]].map((name) => [name.toLowerCase(), column] as const),
  ),
)

/** The lines of a list with its first sheet's header. Throws the `Refusal` bad_request for what is no list at all. */
export async function readList(
  bytes: Uint8Array,
  form: 'csv' | 'xlsx',
): Promise<{ rows: SheetRow[]; faults: ImportFault[] }> {
  const lines = form === 'csv' ? csvLines(bytes) : await xlsxLines(bytes)
  const [header, ...rest] = lines
  if (header === undefined) return { rows: [], faults: [fault(1, 'no_header', '')] }
  if (rest.length > MOST_ROWS)
    throw new Refusal('too_large', `a list has ${MOST_ROWS} rows at most, this one has ${rest.length}`)
  const columns = header.map((name) => COLUMN_OF.get(name.trim().toLowerCase()) ?? null)
  const faults = header.flatMap((name, index) =>
    columns[index] === null && name.trim() !== '' ? [fault(1, 'unknown_column', name)] : [],
  )
  if (!columns.includes('device')) faults.push(fault(1, 'no_header', header.join(',').slice(0, 80)))
  const rows = rest.flatMap((line, index): SheetRow[] => {
    const cells: SheetRow['cells'] = {}
    for (const [at, column] of columns.entries()) {
      const text = (line[at] ?? '').trim()
      if (column !== null && text !== '') cells[column] = text
    }
    return Object.keys(cells).length === 0 ? [] : [{ row: index + 2, cells }]
  })
  return { rows, faults }
}

const fault = (row: number, code: ImportFault['code'], found: string): ImportFault => ({
  row,
  column: null,
  code,
  found,
})

function csvLines(bytes: Uint8Array): string[][] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const [header = ''] = text.split('\n', 1)
    // Spreadsheets of some countries write semicolons; what is copied out of one has tabs.
    const delimiter = [',', '\t', ';'].find((one) => header.includes(one)) ?? ','
    return parse(text, { bom: true, relax_column_count: true, delimiter })
  } catch {
    throw new Refusal('bad_request', 'this is no CSV in UTF-8: save it from the spreadsheet as "CSV UTF-8"')
  }
}

async function xlsxLines(bytes: Uint8Array): Promise<string[][]> {
  try {
    const workbook = boundedWorkbook(Buffer.from(bytes), MOST_ROWS + 1)
    return (await readSheet(workbook)).map((row) => row.map(textOf))
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('bad_request', 'this is no XLSX workbook')
  }
}

/** Numbers as they would be typed: a spreadsheet takes telephone and device numbers for such. */
const textOf = (cell: unknown): string =>
  cell === null || cell === undefined
    ? ''
    : cell instanceof Date
      ? cell.toISOString().slice(0, 10)
      : typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean'
        ? String(cell)
        : ''
