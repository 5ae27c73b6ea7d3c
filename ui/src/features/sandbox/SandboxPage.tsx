export default function SandboxPage() {
  return <main>SandboxPage</main>;
}
