import { Refusal } from '../../contracts/errors.ts'
import { IMPORT_COLUMNS } from '../../contracts/import.ts'
import { looksAt } from '../access-log.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/onboarding.ts'
import { callerOf } from '../sessions.ts'

const CSV = 'text/csv'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** 20,000 rows of which each says all. */
const LIST_LIMIT_BYTES = 8 * 1024 * 1024
const EXAMPLES = [
  [
    'JA-0001',
    '安远小区',
    '王秀英',
    '1941',
    '100 0000 0001',
    '3号楼501',
    '延平路1号',
    'w-0001',
    'water',
    'SW-WATER-1L',
    '',
    '',
    '',
    'resident',
    '2026-03-01',
    'on_paper',
  ],
  ['JA-0001', '', '', '', '', '', '', 's-0001', 'smoke', 'SW-SMOKE'],
]

export const importRoutes = (api: Api, { imports, homeWatch, accessLog }: Desk): void => {
  api.addContentTypeParser([CSV, XLSX], { parseAs: 'buffer', bodyLimit: LIST_LIMIT_BYTES }, (_, body, done) =>
    done(null, body),
  )

  api.route({
    method: 'POST',
    url: '/imports',
    config: { access: 'devices.write' },
    bodyLimit: LIST_LIMIT_BYTES,
    schema: {
      summary:
        'A list of homes and devices: all of it is brought in, or nothing; a second time changes nothing',
      consumes: [CSV, XLSX],
      querystring: forms.ImportQuery,
      response: { 200: forms.ImportAnswer },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { body, query } = request
      if (!Buffer.isBuffer(body)) throw new Refusal('bad_request', 'A list is CSV or XLSX.')
      const form = request.headers['content-type']?.startsWith(CSV) ? 'csv' : 'xlsx'
      const reach = caller.reach('places.write')
      const answer = await imports.run(
        { bytes: body, form },
        {
          mayUse: (place) => reach.has(place),
          by: caller.actor,
          dryRun: query.dryRun,
          compared: (homeIds) => accessLog.record(caller, 'POST /imports', looksAt(homeIds, 'identity')),
        },
      )
      homeWatch.forget()
      return answer
    },
  })

  api.route({
    method: 'GET',
    url: '/imports/template',
    config: { access: 'devices.write' },
    schema: { summary: 'A list to fill in, as CSV with two examples', produces: [CSV] },
    handler: async (_, reply) => {
      const lines = [IMPORT_COLUMNS, ...EXAMPLES].map((cells) => cells.join(','))
      return reply
        .header('content-disposition', 'attachment; filename="shouwang-list.csv"')
        .type(`${CSV}; charset=utf-8`)
        .send(`\uFEFF${lines.join('\r\n')}\r\n`)
    },
  })
}
