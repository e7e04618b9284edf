import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PushPlatform } from '../../contracts/source.ts'
import { unwrap } from '../../ingest/push.ts'

const text = (payload: Uint8Array) => Buffer.from(payload).toString()
const body = (said: unknown) => Buffer.from(JSON.stringify(said))

describe('what platforms push', () => {
  it('stays as it is where its form is not known, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PushPlatform.options),
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (platform, bytes) => {
          const found = unwrap(platform, bytes, {})
          expect(found).toHaveLength(1)
          expect(found[0]?.topic).toBe(`push/${platform}`)
          expect(Buffer.from(found[0]?.payload ?? []).equals(Buffer.from(bytes))).toBe(true)
        },
      ),
    )
  })

  it('a name that would change its topic is not taken into one', () => {
    const uplink = (device: string) =>
      body({
        end_device_ids: { device_id: device, application_ids: { application_id: 'a' } },
        uplink_message: {},
      })
    expect(unwrap('tts', uplink('m-1'), {})[0]?.topic).toBe('v3/a/devices/m-1/up')
    for (const device of ['m/1', '+', '#', '', 'x'.repeat(101)])
      expect(unwrap('tts', uplink(device), {})[0]?.topic).toBe('push/tts')
  })

  it('OneNET: several messages in one push, and the data points of its older platform', () => {
    const one = (deviceName: string) => ({
      notifyType: 'event',
      productId: 'p',
      deviceName,
      data: { params: { fire: { value: { level: 1 } } } },
    })
    expect(unwrap('onenet', body({ msg: [one('a'), one('b'), 7] }), {}).map(({ topic }) => topic)).toEqual([
      '$sys/p/a/thing/event/post',
      '$sys/p/b/thing/event/post',
    ])
    const [point] = unwrap(
      'onenet',
      body({ msg: { type: 1, dev_id: 2016617, ds_id: 'power_w', at: 1466133706841, value: 42 } }),
      {},
    )
    expect(point?.topic).toBe('$sys/push/2016617/dp/post/json')
    expect(text(point?.payload ?? Buffer.of())).toBe('{"dp":{"power_w":[{"v":42,"t":1466133706841}]}}')
  })
})
