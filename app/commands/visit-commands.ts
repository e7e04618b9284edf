import type { Commands } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { PhotoId } from '../../contracts/ids.ts'
import { PHOTOS_MOST, type VisitCommand } from '../../contracts/visit.ts'
import { bareImage } from '../images.ts'
import { newId } from '../secrets.ts'
import { type CaseCommandOptions, keepNote } from './alert-commands.ts'
import { found } from './found.ts'

/** What those who are sent do and show. */
export function visitCommands({ state, pipeline, clocks }: CaseCommandOptions) {
  return {
    async actOnVisit({ note, ...deed }) {
      const { homeId } = await found(state.visits.get(deed.visitId), 'visit')
      // Sent again it must not leave its words a second time.
      const isNew = (await state.acts.get(deed.actId)) === null
      const noteId = isNew ? await keepNote(state, homeId, note) : null
      const act: VisitCommand = deed.type === 'submit' ? { ...deed, homeId, noteId } : { ...deed, homeId }
      await pipeline.execute({ type: 'act', act }, clocks.civil.now())
      return found(state.visits.get(deed.visitId), 'visit')
    },
    async putPhoto(visitId, personId, bytes) {
      const { homeId } = await found(state.visits.get(visitId), 'visit')
      const image = bareImage(bytes)
      if (image === null) throw new Refusal('bad_request', 'a photo is a JPEG or a PNG')
      const id = PhotoId.parse(newId('photo'))
      const receivedAt = clocks.civil.now()
      const photo = { id, visitId, homeId, takenBy: personId, receivedAt, ...image }
      const kept = await state.photos.add(photo, PHOTOS_MOST)
      if (kept === null) throw new Refusal('conflict', `a visit has ${PHOTOS_MOST} photos at the most`)
      return kept
    },
  } satisfies Pick<Commands, 'actOnVisit' | 'putPhoto'>
}
