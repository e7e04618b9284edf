import { iso } from '../../contracts/time.ts'
import type { Behaviour } from '../channels/gateway.ts'
import { DutyStory } from '../support/duty-story.ts'
import { type StoryHome, StoryService } from '../support/service.ts'

/** Three in the morning in Shanghai. */
export const THREE = '2026-03-01T19:00:00Z'

/** A district in which somebody is on duty at every level, each of whom has said that they are there. */
export async function staffed(start = THREE, lines: Behaviour = 'accept') {
  const story = await StoryService.start(start)
  const duty = await DutyStory.found(story)
  duty.gateway.behaviour = lines
  const people = {
    primary: await duty.person('王刚 A角'),
    backup: await duty.person('李梅 B角'),
    morning: await duty.person('周倩 早班'),
    street: await duty.person('街道 赵'),
    street2: await duty.person('街道 钱'),
    district: await duty.person('区中心 孙', 'district'),
  }
  const night = { primary: people.primary, backup: people.backup }
  await duty.publish('community', duty.roster({ primary: people.morning, backup: people.backup }, night))
  const street = { primary: people.street, backup: people.street2 }
  await duty.publish('street', duty.roster(street, street))
  const district = { primary: people.district, backup: null }
  await duty.publish('district', duty.roster(district, district))
  return { story, duty, people }
}

export async function homeIn(duty: DutyStory): Promise<StoryHome> {
  const home = await duty.story.home('陈秀英')
  await duty.story.call('PATCH', `/homes/${home.id}`, { jurisdictionId: duty.places.community })
  return home
}

/** The detector in the kitchen sounds. */
export async function smoke(duty: DutyStory, home: StoryHome): Promise<string> {
  const send = await duty.story.connect(home, home.devices.smoke)
  await send({ ts: iso(duty.story.civil.now()), values: { smoke: true } })
  const [alert] = (await duty.story.alerts()).filter(({ kind }) => kind === 'smoke.alarm')
  if (!alert) throw new Error('nothing rang')
  return alert.id
}

export const events = async (duty: DutyStory, alertId: string) =>
  (await duty.history(alertId)).map(({ event }) => event)
