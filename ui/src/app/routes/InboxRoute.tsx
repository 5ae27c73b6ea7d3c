export function InboxRoute() {
  return <main>Inbox</main>;
}
