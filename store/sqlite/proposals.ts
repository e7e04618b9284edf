import { Alert } from '../../contracts/alert.ts'
import type { ProposalId } from '../../contracts/ids.ts'
import type { MissedAlarmReview } from '../../contracts/missed-alarm.ts'
import type { Proposal, ProposalReplay } from '../../contracts/proposal.ts'
import type { MissedAlarmTable, ProposalTable } from '../state/proposals.ts'
import type { Connection } from './connection.ts'
import { LISTED, listPage, type Order, Where } from './lists.ts'

interface ProposalRow {
  id: string
  createdAt: number
  body: string
}

const PROPOSAL = 'select id, created_at as "createdAt", body from proposals'
const NEWEST_FIRST: Order = { columns: ['created_at', 'id'], descending: true }
/** Rows are our own: what was checked when it was written is taken at its word. */
const proposalOf = ({ body }: { body: string }) => JSON.parse(body) as Proposal

export function proposalTable(connection: Connection): ProposalTable {
  return {
    get: (id) =>
      connection.read((db) => {
        const row = db.get<ProposalRow>(`${PROPOSAL} where id = ?`, id)
        return row === undefined ? null : proposalOf(row)
      }),
    list: ({ scope, states, alertId }, page) =>
      connection.read((db) =>
        listPage<ProposalRow, Proposal>(
          db,
          {
            select: PROPOSAL,
            where: new Where()
              .oneOf('jurisdiction_id', scope)
              .oneOf('state', states)
              .equal('alert_id', alertId),
            order: NEWEST_FIRST,
            page,
          },
          ({ createdAt, id }) => [createdAt, id],
          proposalOf,
        ),
      ),
    put: (proposal) =>
      connection.write((db) => {
        const { id, alertId, homeId, jurisdictionId, state, createdAt } = proposal
        db.run(
          'insert or replace into proposals values (?, ?, ?, ?, ?, ?, ?)',
          id,
          alertId,
          homeId,
          jurisdictionId,
          state,
          createdAt,
          JSON.stringify(proposal),
        )
      }),
    replays: (ids) =>
      connection.read(
        (db) =>
          new Map(
            db
              .all<{ id: ProposalId; body: string }>(
                `select proposal_id as id, body from proposal_replays where proposal_id in ${LISTED}`,
                JSON.stringify(ids),
              )
              .map(({ id, body }) => [id, JSON.parse(body) as ProposalReplay]),
          ),
      ),
    putReplay: (id, replay) =>
      connection.write((db) => {
        db.run('insert or replace into proposal_replays values (?, ?)', id, JSON.stringify(replay))
      }),
    toReplay: () =>
      connection.read((db) =>
        db
          .all<ProposalRow>(
            `${PROPOSAL} where state = 'pending' and id not in (select proposal_id from proposal_replays)
             order by created_at, id`,
          )
          .map(proposalOf),
      ),
  }
}

export function missedAlarmTable(connection: Connection): MissedAlarmTable {
  return {
    get: (id) =>
      connection.read((db) => {
        const row = db.get<{ body: string }>('select body from missed_alarms where alert_id = ?', id)
        return row === undefined ? null : (JSON.parse(row.body) as MissedAlarmReview)
      }),
    put: (review) =>
      connection.write((db) => {
        db.run('insert or replace into missed_alarms values (?, ?)', review.alertId, JSON.stringify(review))
      }),
    toReview: () =>
      connection.read((db) =>
        db
          .all<{ body: string }>(
            `select body from alerts where kind = 'incident.manual' and home_id is not null
               and body ->> '$.drill' = 0 and id not in (select alert_id from missed_alarms) order by opened_at`,
          )
          .map(({ body }) => Alert.parse(JSON.parse(body))),
      ),
  }
}
