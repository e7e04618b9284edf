import { describe, expect, it } from 'vitest'
import { at, device, only, reading, Story } from './story.ts'

const morning = at('03-02 08:00')
const detector = [device('smoke', 'smoke')]
const smoke = (time: string, values: Record<string, boolean | null>, more = {}) =>
  reading('smoke', 'smoke', at(time), values, more)

describe('smoke', () => {
  it('rings at once, says so again when the detector repeats, and ends when the smoke is gone', () => {
    const story = new Story(morning, only({}), detector)
    story.hear(smoke('03-02 08:10', { smoke: true }))
    story.hear(smoke('03-02 08:11', { smoke: true }))
    story.hear(smoke('03-02 08:12', { smoke: null }))
    story.hear(smoke('03-02 08:20', { smoke: false }))
    expect(story.said).toEqual(['raised smoke.alarm', 'updated smoke.alarm', 'cleared smoke.alarm'])
    const [raised, updated, cleared] = story.findings
    expect(raised).toMatchObject({
      severity: 'P1',
      since: at('03-02 08:10'),
      raisedAt: at('03-02 08:10'),
      deviceId: 'smoke',
    })
    expect(raised?.evidence.sentence).toEqual({
      zh: '烟雾报警，08:10起',
      en: 'Smoke alarm since 08:10',
    })
    expect(updated?.evidence.data).toMatchObject({ reports: 2 })
    expect(new Set([raised?.id, updated?.id, cleared?.id]).size).toBe(1)
    expect(cleared?.clearedAt).toBe(at('03-02 08:20'))
  })

  it('is taken once when the network brings the same report twice, also after it has cleared', () => {
    const story = new Story(morning, only({}), detector)
    const report = smoke('03-02 08:10', { smoke: true })
    story.hear(report, report)
    story.hear(smoke('03-02 08:20', { smoke: false }))
    story.hear({ ...report, receivedAt: at('03-02 09:00') })
    expect(story.said).toEqual(['raised smoke.alarm', 'cleared smoke.alarm'])
  })

  it('still rings when it arrives late and after an all-clear, within a day', () => {
    const story = new Story(morning, only({}), detector)
    story.hear(smoke('03-02 20:00', { smoke: false }))
    story.hear(smoke('03-02 08:10', { smoke: true }, { receivedAt: at('03-02 20:30') }))
    expect(story.findings).toMatchObject([{ phase: 'raised', severity: 'P1', since: at('03-02 08:10') }])
    expect(story.findings[0]?.evidence.sentence.en).toContain('the report came late')
  })

  it('is a task to look into when it is older than a day, or marked as past by the detector', () => {
    const old = new Story(morning, only({}), detector)
    old.hear(smoke('03-02 08:10', { smoke: true }, { receivedAt: at('03-03 08:11') }))
    expect(old.findings).toMatchObject([{ kind: 'smoke.alarm', phase: 'raised', severity: 'P3' }])
    const marked = new Story(morning, only({}), detector)
    marked.hear(smoke('03-02 08:10', { smoke: true }, { quality: ['historical'] }))
    expect(marked.findings).toMatchObject([{ severity: 'P3' }])
  })

  it('rings again beside a past alarm that is still being looked into', () => {
    const story = new Story(morning, only({}), detector)
    story.hear(smoke('03-01 07:00', { smoke: true }, { receivedAt: at('03-02 08:01') }))
    story.hear(smoke('03-02 08:10', { smoke: true }))
    expect(story.of('raised').map((finding) => finding.severity)).toEqual(['P3', 'P1'])
  })

  it('rings whatever the date says when the clock cannot be trusted, every time anew', () => {
    const story = new Story(morning, only({}), detector)
    for (const time of ['03-02 09:00', '03-02 11:00']) {
      const receivedAt = at(time)
      story.hear(smoke('01-01 00:00', { smoke: true }, { receivedAt, quality: ['clock_skew'] }))
      story.hear(
        smoke('01-01 00:00', { smoke: false }, { receivedAt: receivedAt + 60_000, quality: ['clock_skew'] }),
      )
    }
    expect(story.of('raised').map((finding) => finding.severity)).toEqual(['P1', 'P1'])
  })

  it('a button test is a fact that ends by itself, and never mutes the smoke after it', () => {
    const story = new Story(morning, only({}), detector)
    story.hear(smoke('03-02 09:00', { smoke: true, smoke_test: true }))
    expect(story.findings).toMatchObject([{ kind: 'smoke.test', severity: 'P4' }])
    story.hear(smoke('03-02 09:01', { smoke: true }))
    expect(story.findings.at(-1)).toMatchObject({ kind: 'smoke.alarm', severity: 'P1' })
    story.until(at('03-02 09:10'))
    expect(story.said.at(-1)).toBe('cleared smoke.test')
  })

  it('is heard from a detector nobody has registered here', () => {
    const story = new Story(morning, only({}), [])
    story.hear(smoke('03-02 09:00', { smoke: true, muted: true }))
    expect(story.findings).toMatchObject([{ severity: 'P1', evidence: { data: { muted: true } } }])
  })

  it('ends with the detector: taken out of the home, its finding clears', () => {
    const story = new Story(morning, only({}), detector)
    story.hear(smoke('03-02 09:00', { smoke: true }))
    story.event({ type: 'devices', devices: [] }, at('03-02 10:00'))
    expect(story.said).toEqual(['raised smoke.alarm', 'cleared smoke.alarm'])
  })
})
