/** Parley's sign. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="9" fill="#0b5d6e" />
      <path d="M9 8h9.5a6 6 0 0 1 0 12H13v4.6L9 21z" fill="#fff" />
      <circle cx="14.4" cy="14" r="1.5" fill="#0b5d6e" />
      <circle cx="19" cy="14" r="1.5" fill="#0b5d6e" />
    </svg>
  );
}
