import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { describe, expect, test } from 'vitest'
import { beginSession, keys } from '../../console/src/api/queries.ts'
import type { Jurisdiction, Me } from '../../console/src/api/types.ts'
import { addressText, mosquittoLine } from '../../console/src/device/mosquitto.ts'
import { kindByPayload } from '../../console/src/format/payload.ts'
import { levelsBelow, pathTo, reaches, treeOf } from '../../console/src/jurisdiction/tree.ts'
import { rebase } from '../../console/src/rule/rebase.ts'

const place = (id: string, parentId: string | null, level: Jurisdiction['level']): Jurisdiction => ({
  id,
  parentId,
  level,
  name: id,
})
const PLACES = [
  place('compound', 'community', 'compound'),
  place('district', null, 'district'),
  place('street', 'district', 'street'),
  place('community', 'street', 'community'),
  place('other', 'district', 'street'),
]
const me = (...grants: Me['account']['grants']): Me => ({
  account: { id: 'a', name: 'a', grants, language: 'zh' },
  civilNow: '2026-11-20T00:00:00.000Z',
  civilFactor: 1,
  zone: 'Asia/Shanghai',
  mode: 'service',
})

describe('the tree of places', () => {
  test('is a tree, also of a part whose parent is out of sight', () => {
    const below = treeOf(PLACES.filter(({ id }) => id !== 'district'))
    expect(below.map((node) => node.value)).toEqual(['other', 'street'])
    expect(treeOf(PLACES)[0]?.children.map((node) => node.value)).toEqual(['other', 'street'])
  })

  test('leads from the root to a place, and never round in circles', () => {
    expect(pathTo('community', PLACES).map((node) => node.id)).toEqual(['district', 'street', 'community'])
    const knot = [place('x', 'y', 'street'), place('y', 'x', 'street')]
    expect(pathTo('x', knot).length).toBeLessThan(10)
  })

  test('says what may lie below, the next level first', () => {
    expect(levelsBelow('street')).toEqual(['community', 'compound'])
    expect(levelsBelow('compound')).toEqual([])
  })

  test('shows where a role reaches: its place and all below, no other role and no other place', () => {
    const worker = me({ role: 'case_worker', jurisdictionId: 'street' })
    expect(reaches(worker, 'case_worker', 'compound', PLACES)).toBe(true)
    expect(reaches(worker, 'case_worker', 'street', PLACES)).toBe(true)
    expect(reaches(worker, 'case_worker', 'other', PLACES)).toBe(false)
    expect(reaches(worker, 'case_worker', 'district', PLACES)).toBe(false)
    expect(reaches(worker, 'administrator', 'compound', PLACES)).toBe(false)
    expect(reaches(worker, 'case_worker', undefined, PLACES)).toBe(false)
  })
})

describe('the line to try a device with', () => {
  const mqtt = {
    host: 'duty.example',
    port: 1883,
    tlsPort: 8883,
    topic: 'devices/w1/readings',
    username: 'w1',
  }

  test('goes where the service listens, over TLS when the page came that way', () => {
    expect(mosquittoLine(mqtt, 'secret', 'water', false)).toBe(
      `mosquitto_pub -h duty.example -p 1883 -i w1 -u w1 -P secret -q 1 -t devices/w1/readings -m '{"water_total_m3":12.345}'`,
    )
    expect(mosquittoLine(mqtt, 'secret', 'water', true)).toContain('-p 8883 --tls-use-os-certs')
    expect(mosquittoLine({ ...mqtt, tlsPort: null }, 'secret', 'water', true)).toContain('-p 1883 -i')
    expect(mosquittoLine({ ...mqtt, port: null }, 'secret', 'water', false)).toContain('-p 8883 --tls')
  })

  test('names the address for people', () => {
    expect(addressText(mqtt, false)).toBe('duty.example:1883')
    expect(addressText(mqtt, true)).toBe('duty.example:8883 (TLS)')
    expect(addressText({ ...mqtt, host: '::1' }, false)).toBe('[::1]:1883')
  })
})

test('the kind of an unknown device is proposed by its words, or not at all', () => {
  expect(kindByPayload('{"smoke": false, "battery": 97}')).toBe('smoke')
  expect(kindByPayload('{"media":"water","total_m3":12.3}')).toBe('water')
  expect(kindByPayload('{"ENERGY":{"Power":84}}')).toBe('electricity')
  expect(kindByPayload('0000  00 01 ff')).toBeNull()
})

test('changes of the rules survive that somebody else saved others meanwhile', () => {
  const base = { version: 3, quiet: 12, water: { enabled: true, hours: 12 }, smoke: { hours: 24 } }
  const draft = { ...base, water: { enabled: true, hours: 10 } }
  const newest = { ...base, version: 4, quiet: 6, smoke: { hours: 48 } }
  expect(rebase(draft, base, newest)).toEqual({ ...newest, water: { enabled: true, hours: 10 } })
})

test('whoever watches the session is told of the next one, and what the last one saw is forgotten', () => {
  const queries = new QueryClient()
  queries.setQueryData(keys.session, null)
  queries.setQueryData(keys.home('h1'), { resident: '王桂英' })
  const seen: unknown[] = []
  const watch = new QueryObserver<Me | null>(queries, { queryKey: keys.session, staleTime: Infinity })
  const stop = watch.subscribe(({ data }) => seen.push(data))
  const next = me({ role: 'administrator', jurisdictionId: 'district' })
  beginSession(queries, next)
  stop()
  expect(seen.at(-1)).toEqual(next)
  expect(queries.getQueryData(keys.home('h1'))).toBeUndefined()
})
