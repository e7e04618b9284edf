/**
 * Shows what the service says while the console is closed. A message names nobody: who it is about is seen after signing
 * in, behind its link. The same tag again replaces what is shown, and rings again.
 */
self.addEventListener('push', (event) => {
  const {
    title = '守望 Shouwang',
    body = '',
    tag = 'shouwang',
    url = null,
    severity = null,
  } = messageOf(event)
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      tag,
      renotify: true,
      requireInteraction: severity === 'P1' || severity === 'P2',
      icon: '/favicon.svg',
      data: { url },
    }),
  )
})

const messageOf = (event) => {
  try {
    return event.data?.json() ?? {}
  } catch {
    return {}
  }
}

/** To the page that it is about: in a window that is open, or a new one. Never to another site. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const wanted = new URL(event.notification.data?.url ?? '/', self.location.origin)
  const url = wanted.origin === self.location.origin ? wanted.href : self.location.origin
  event.waitUntil(open(url))
})

const open = async (url) => {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const [one] = windows
  if (one === undefined) return self.clients.openWindow(url)
  await one.focus()
  // Only a window that this worker controls may be sent elsewhere.
  return one.navigate(url).catch(() => self.clients.openWindow(url))
}
