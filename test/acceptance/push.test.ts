import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'

/** A platform that may push, and a meter behind it. */
async function pushing(platform: string, proof: string, sourceId: string, kind = 'water') {
  const story = await StoryService.start(MORNING)
  const home = await story.home('陈秀英')
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  await story.call('POST', '/gateways', { id: 'city', jurisdictionId: root?.id, name: '', topics: [] })
  const meter = { kind, homeId: home.id, gatewayId: 'city', sourceId }
  const { device } = await story.call<{ device: { id: string } }>('POST', '/devices', meter)
  const made = await story.call<{ source: { id: string }; proof: string }>('POST', '/sources', {
    gatewayId: 'city',
    name: '平台',
    via: { type: 'push', platform, proof },
  })
  const url = `${story.service.httpUrl}/push/${made.source.id}`
  return {
    story,
    home,
    url,
    secret: made.proof,
    source: made.source,
    post: async (body: string, headers: Record<string, string>, query = '') =>
      (await fetch(`${url}${query}`, { method: 'POST', body, headers })).status,
    values: async () => {
      await story.service.pipeline.caughtUp()
      const path = `/devices/${device.id}`
      return (await story.call<{ health: { values: object } | null }>('GET', path)).health?.values ?? null
    },
    kept: async () => (await story.call<{ items: { code: string }[] }>('GET', '/quarantine')).items,
  }
}

const signed = (secret: string, body: string, at = Date.now()) => {
  const stamp = String(Math.floor(at / 1_000))
  const signature = createHmac('sha256', secret).update(`${stamp}.${body}`).digest('hex')
  return { 'x-timestamp': stamp, 'x-signature': `sha256=${signature}` }
}

describe('a platform that signs what it pushes', () => {
  const unknown = JSON.stringify({ total: 1 })
  const body = JSON.stringify({
    end_device_ids: {
      device_id: 'm-1',
      application_ids: { application_id: 'water' },
      dev_eui: '70B3D57ED0000001',
    },
    received_at: MORNING,
    uplink_message: { decoded_payload: { water_total_m3: 12.5 }, received_at: MORNING },
  })

  it('is answered when its reading is kept; the same signature is refused, and so is an old or a wrong one', async () => {
    const { post, secret, values, story, source } = await pushing('tts', 'hmac', '70B3D57ED0000001')
    const headers = { ...signed(secret, body), 'content-type': 'application/json' }
    expect(await post(body, headers)).toBe(200)
    expect(await values()).toEqual({ water_total_m3: 12.5 })
    expect(await post(body, headers)).toBe(409)
    expect(await post(body, signed(secret, body, Date.now() - 6 * 60_000))).toBe(401)
    expect(await post(`${body} `, signed(secret, body))).toBe(401)
    expect(await post(body, signed('another', body))).toBe(401)
    expect(await post(body, {})).toBe(401)
    const [{ status } = { status: null }] = (
      await story.call<{ items: { status: object }[] }>('GET', '/sources')
    ).items
    expect(status).toMatchObject({ state: 'connected', messages: 1, errors: 5 })
    expect(JSON.stringify(await story.call('GET', '/sources'))).not.toContain(secret)
    await story.call('PATCH', `/sources/${source.id}`, { enabled: false })
    expect(await post(body, signed(secret, body))).toBe(401)
  })

  it('what cannot be read is kept and answered 200; what could not be kept may come again as it was', async () => {
    const { post, secret, kept, story, values } = await pushing('tts', 'hmac', '70B3D57ED0000001')
    expect(await post('{"half', signed(secret, '{"half'))).toBe(200)
    expect(await post(unknown, signed(secret, unknown))).toBe(200)
    expect((await kept()).map(({ code }) => code)).toEqual(['undecoded', 'undecoded'])
    const { journal } = story.service
    const append = journal.append.bind(journal)
    journal.append = () => Promise.reject(new Error('disk full'))
    const headers = signed(secret, body)
    expect(await post(body, headers)).toBe(500)
    journal.append = append
    expect(await post(body, headers)).toBe(200)
    expect(await values()).toEqual({ water_total_m3: 12.5 })
  })

  it('a body beyond what a gateway may send is refused before it is read whole', async () => {
    const { post, secret } = await pushing('generic', 'hmac', 'x')
    const large = 'x'.repeat(2 * 1024 * 1024 + 1)
    expect(await post(large, signed(secret, large))).toBe(413)
  })
})

describe('platforms with ways of their own', () => {
  it('CTWing pushes with a token in a header; a new token ends the old one', async () => {
    const { post, secret, values, story, source } = await pushing('ctwing', 'token', '867000000000001')
    const push = JSON.stringify({
      messageType: 'dataReport',
      deviceId: 'd',
      productId: '1',
      IMEI: '867000000000001',
      timestamp: story.civil.now(),
      payload: { serviceData: { water_total_m3: 3.5 } },
    })
    expect(await post(push, { authorization: `Bearer ${secret}` })).toBe(200)
    expect(await values()).toEqual({ water_total_m3: 3.5 })
    const { proof } = await story.call<{ proof: string }>('POST', `/sources/${source.id}/proof`)
    expect(await post(push, { authorization: secret })).toBe(401)
    expect(await post(push, { authorization: proof })).toBe(200)
  })

  it('Huawei IoTDA forwards properties in an envelope', async () => {
    const { post, secret, kept, story } = await pushing('huawei', 'token', 'dev-9')
    const push = JSON.stringify({
      resource: 'device.property',
      event: 'report',
      notify_data: {
        header: { device_id: 'dev-9' },
        body: {
          services: [{ service_id: 'Meter', properties: { total: 7 }, event_time: '20260301T000000Z' }],
        },
      },
    })
    expect(await post(push, { authorization: secret })).toBe(200)
    expect(await kept()).toMatchObject([
      { code: 'needs_mapping', topic: '$oc/devices/dev-9/sys/properties/report', sourceId: 'dev-9' },
    ])
    const subject = { type: 'model', gatewayId: 'city', model: '' }
    await expect(story.call('PUT', '/mappings', { subject, mapping: null })).rejects.toThrow('400')
  })

  it('ChirpStack names the event in the address', async () => {
    const { post, secret, values } = await pushing('chirpstack', 'token', '70b3d57ed0000001')
    const push = JSON.stringify({
      deviceInfo: { applicationId: 'a-1', devEui: '70b3d57ed0000001' },
      time: MORNING,
      object: { water_total_m3: 9.25 },
    })
    expect(await post(push, { authorization: `Bearer ${secret}` }, '?event=up')).toBe(200)
    expect(await values()).toEqual({ water_total_m3: 9.25 })
  })

  it('OneNET asks whether the address is ours, signs each push, and sends its properties as devices do', async () => {
    const { post, secret, url, values, story } = await pushing('onenet', 'onenet', 'm-7')
    const sign = (nonce: string, msg: string) =>
      createHash('md5').update(`${secret}${nonce}${msg}`).digest('base64')
    const ask = (signature: string) =>
      fetch(`${url}?msg=hello&nonce=abc&signature=${encodeURIComponent(signature)}`)
    const answer = await ask(sign('abc', 'hello'))
    expect([answer.status, await answer.text()]).toEqual([200, 'hello'])
    expect((await ask(sign('abd', 'hello'))).status).toBe(401)
    const msg = JSON.stringify({
      notifyType: 'property',
      productId: 'p1',
      deviceName: 'm-7',
      data: { params: { water_total_m3: { value: 4.5, time: story.civil.now() } } },
    })
    const body = JSON.stringify({ msg, nonce: 'n1', signature: sign('n1', msg), time: 1, id: '1' })
    expect(await post(body, { 'content-type': 'application/json' })).toBe(200)
    expect(await values()).toEqual({ water_total_m3: 4.5 })
    expect(await post(body, {})).toBe(409)
    expect(await post(body.replace('4.5', '5.5'), {})).toBe(401)
  })

  it('nobody learns which sources there are', async () => {
    const { story, secret } = await pushing('generic', 'token', 'x')
    const other = await fetch(`${story.service.httpUrl}/push/src-unknown`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: secret },
    })
    expect(other.status).toBe(401)
  })
})
