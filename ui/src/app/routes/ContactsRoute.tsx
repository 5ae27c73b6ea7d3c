export function ContactsRoute() {
  return <main>Contacts</main>;
}
