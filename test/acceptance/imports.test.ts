import { describe, expect, it } from 'vitest'
import writeXlsxFile from 'write-excel-file/node'
import type { ImportAnswer } from '../../contracts/import.ts'
import { StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const HEADER =
  'home,place,name,birthYear,phone,door,address,device,kind,profile,gateway,sourceId,cadenceS,consentBy,consentOn'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

async function bring(
  story: StoryService,
  body: string | Uint8Array,
  query = '',
  type = 'text/csv',
): Promise<ImportAnswer & { error?: { code: string } }> {
  const response = await fetch(`${story.service.httpUrl}/api/v1/imports${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${story.token}`, 'content-type': type },
    body: typeof body === 'string' ? body : Buffer.from(body),
  })
  return (await response.json()) as ImportAnswer
}

const list = (...rows: string[]) => [HEADER, ...rows].join('\n')
const GOOD = list(
  'JA-1,静安区,王秀英,1941,,3号楼501,,w-1,,SW-WATER-1L,,,,resident,2026-02-20',
  'JA-1,,,,,,,s-1,smoke,,,,',
  'JA-2,静安区,李长海,1938,,3号楼502,,w-2,水表,,,,900,监护人,2026/2/20',
)

describe('a list of homes and devices', () => {
  it('is tried, then brought in; a second time changes nothing and says so', async () => {
    const story = await StoryService.start(MORNING)
    const counts = {
      rows: 3,
      newHomes: 2,
      newResidents: 2,
      newDevices: 3,
      newConsents: 3,
      withoutConsent: 0,
      unchanged: 0,
    }
    expect(await bring(story, GOOD, '?dryRun=true')).toEqual({
      dryRun: true,
      counts,
      faults: [],
      secrets: [],
    })
    expect((await story.call<{ items: [] }>('GET', '/homes')).items).toEqual([])
    const done = await bring(story, GOOD)
    expect(done).toMatchObject({ dryRun: false, counts, faults: [] })
    expect(done.secrets.map(({ deviceId }) => deviceId)).toEqual(['w-1', 's-1', 'w-2'])
    const homes = await story.call<{ items: { resident: { name: string }; devices: { id: string }[] }[] }>(
      'GET',
      '/homes?search=王秀英',
    )
    expect(homes.items[0]?.devices.map(({ id }) => id).sort()).toEqual(['s-1', 'w-1'])
    const again = await bring(story, GOOD)
    expect(again).toMatchObject({ counts: { newHomes: 0, newResidents: 0, newDevices: 0, unchanged: 3 } })
    expect(again.secrets).toEqual([])
    const home = { id: '', devices: {}, secrets: { 'w-1': done.secrets[0]?.secret ?? '' } } as never
    const say = await story.connect(home, 'w-1' as never)
    await say({ water_total_m3: 1 })
    expect(await story.call('GET', '/devices/w-1')).toMatchObject({ model: 'SW-WATER-1L', cadenceS: 900 })
  })

  it('that holds a name against the one on record is a look at who lives there, also when it is only tried', async () => {
    const story = await StoryService.start(MORNING)
    const looks = async () =>
      (await story.call<{ items: { route: string; what: string }[] }>('GET', '/access-log')).items.filter(
        ({ route }) => route === 'POST /imports',
      )
    await bring(story, GOOD)
    expect(await looks()).toEqual([])
    const guess = list('JA-1,静安区,张桂兰,,,,,w-9,,SW-WATER-1L,,,,resident,2026-02-20')
    expect((await bring(story, guess, '?dryRun=true')).faults).toMatchObject([{ code: 'home_differs' }])
    expect(await looks()).toMatchObject([{ what: 'identity' }])
  })

  it('tells every fault at once, by row and column, and brings in nothing of it', async () => {
    const story = await StoryService.start(MORNING)
    await bring(story, GOOD)
    const answer = await bring(
      story,
      list(
        'JA-9,火星,,,,,,w-9,water,,,,,resident,2026-02-20',
        'JA-8,静安区,甲,18xx,,,,w-8,tea,,,,-4',
        'JA-8,,乙,,,,,w 7,water,,,,',
        'JA-1,,,,,,,w-2,water,,,,',
        ',,,,,,,w-1,smoke,,,,',
        ',,,,,,,x-1,water,NO-SUCH,gw-9,,',
        ',,,,,,,x-2,,,,7,',
        ',,,,,,,x-3,water,,,,',
        ',,,,,,,x-3,water,,,,',
        ',,,,,,,,water,,,,',
      ),
    )
    expect(answer.faults.map(({ row, column, code }) => `${row} ${column} ${code}`)).toEqual([
      '2 place unknown_place',
      '3 birthYear malformed',
      '3 kind malformed',
      '3 cadenceS malformed',
      '4 name home_differs',
      '4 device malformed',
      '5 device device_elsewhere',
      '6 kind kind_differs',
      '7 profile unknown_profile',
      '7 gateway unknown_gateway',
      '7 sourceId missing',
      '8 kind missing',
      '8 gateway missing',
      '10 device device_twice',
      '11 device missing',
    ])
    expect(answer).toMatchObject({ dryRun: true, secrets: [] })
    await expect(story.call('GET', '/devices/x-3')).rejects.toThrow('404')
  })

  it('may be a workbook, with its header in Chinese; what is neither is refused', async () => {
    const story = await StoryService.start(MORNING)
    const cells = [
      ['户号', '小区', '姓名', '设备编号', '产品', '同意人', '同意日期', '同意方式'],
      ['JA-5', '静安区', '赵桂兰', 77_001, 'SW-SMOKE', '家属', '2026-02-20', '现场'],
    ].map((row) => row.map((value) => ({ value, type: typeof value === 'number' ? Number : String })))
    const workbook = await writeXlsxFile(cells as never).toBuffer()
    const answer = await bring(story, workbook, '', XLSX)
    expect(answer).toMatchObject({ faults: [], counts: { newHomes: 1, newDevices: 1 } })
    expect(answer.secrets[0]?.deviceId).toBe('77001')
    expect((await bring(story, GOOD, '', XLSX)).error?.code).toBe('bad_request')
    expect((await bring(story, Buffer.from([0xff, 0xfe, 0x00]), '')).error?.code).toBe('bad_request')
    expect((await bring(story, 'a,b\n1,2\n')).faults.map(({ code }) => code)).toContain('no_header')
  })

  it('of 3,000 rows is tried, brought in, and brought in again without harm', async () => {
    const story = await StoryService.start(MORNING)
    const rows = Array.from(
      { length: 3_000 },
      (_, n) => `H-${n},静安区,住户${n},1940,,${n}室,,bulk-${n},,SW-WATER-1L,,,,resident,2026-02-01`,
    )
    const tried = await bring(story, list(...rows), '?dryRun=true')
    const done = await bring(story, list(...rows))
    expect(tried.faults).toEqual([])
    expect(done.secrets).toHaveLength(3_000)
    expect(await bring(story, list(...rows))).toMatchObject({ counts: { unchanged: 3_000, newDevices: 0 } })
  }, 180_000)
})
