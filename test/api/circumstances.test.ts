import { describe, expect, it } from 'vitest'
import { openDistrict } from './district.ts'

const span = { from: '2026-11-21T00:00:00Z', to: '2026-11-23T00:00:00Z' }
const heat = { ...span, factor: 0.5, reason: 'heat' }

describe('circumstances of a home', () => {
  it('are written and ended by those who look after it, and by nobody else', async () => {
    const district = await openDistrict()
    const as = async (...[who, method, path, body]: Parameters<typeof district.as>) =>
      (await district.as(who, method, path, body)).status
    expect(await as('workerOfB', 'POST', '/homes/a1/away', span)).toBe(404)
    expect(await as('admin', 'POST', '/homes/a1/away', span)).toBe(403)
    const { body: away } = await district.as('workerOfA', 'POST', '/homes/a1/away', span)
    expect(away).toMatchObject({ homeId: 'a1', from: '2026-11-21T00:00:00.000Z', endedAt: null })
    expect(away.createdBy).toMatch(/^token:/)
    // An absence is ended at its own home alone.
    expect(await as('workerOfA', 'POST', `/homes/a2/away/${away.id}/end`)).toBe(404)
    expect(await as('workerOfB', 'POST', `/homes/a1/away/${away.id}/end`)).toBe(404)
    expect(await as('workerOfA', 'POST', `/homes/a1/away/${away.id}/end`)).toBe(200)
    expect(await as('workerOfA', 'POST', '/homes/a1/away', { from: span.from })).toBe(400)
    const absurd = { ...heat, factor: 0 }
    expect(await as('workerOfA', 'POST', '/homes/a1/sensitivities', absurd)).toBe(400)
  })

  it('of a place reach the homes below it, and are ended at the place', async () => {
    const district = await openDistrict()
    const begun = await district.as('admin', 'POST', '/jurisdictions/district/sensitivities', heat)
    expect(begun.status).toBe(201)
    expect(
      (await district.as('adminOfA', 'POST', '/jurisdictions/district/sensitivities', heat)).status,
    ).toBe(404)
    const seen = await district.as('workerOfA', 'GET', '/homes/a1/circumstances')
    expect(seen.body.sensitivities).toMatchObject([
      { reason: 'heat', jurisdictionId: 'district', homeId: null },
    ])
    const { id } = begun.body
    expect((await district.as('workerOfA', 'POST', `/homes/a1/sensitivities/${id}/end`)).status).toBe(404)
    const path = `/jurisdictions/district/sensitivities/${id}/end`
    expect((await district.as('workerOfA', 'POST', path)).status).toBe(404)
    expect((await district.as('admin', 'POST', path)).body.endedAt).not.toBeNull()
  })

  it('a budget of its own is given by an administrator, and seen by both', async () => {
    const district = await openDistrict()
    const own = { budgetPer30Days: 1, capHours: null }
    expect((await district.as('workerOfA', 'PUT', '/homes/a1/settings', own)).status).toBe(403)
    expect((await district.as('admin', 'PUT', '/homes/a1/settings', own)).status).toBe(200)
    expect((await district.as('workerOfA', 'GET', '/homes/a1/settings')).body).toMatchObject(own)
    expect((await district.as('workerOfA', 'GET', '/homes/a2/settings')).body).toEqual({
      budgetPer30Days: null,
      capHours: null,
      changedAt: null,
      changedBy: null,
    })
    expect((await district.as('workerOfA', 'POST', '/homes/a1/relearn')).status).toBe(403)
    expect((await district.as('adminOfA', 'POST', '/homes/b1/relearn')).status).toBe(404)
  })
})
