import { Skeleton } from '@mantine/core';

/** Rows of the same height as the real ones. */
export function ListSkeleton() {
  return (
    <div aria-hidden>
      {Array.from({ length: 8 }, (_, i) => (
        <div key={i} style={{ display: 'flex', gap: 10, height: 76, padding: '10px 12px', boxSizing: 'border-box' }}>
          <Skeleton circle height={36} width={36} />
          <div style={{ flex: 1 }}>
            <Skeleton height={10} width={`${70 - (i % 3) * 12}%`} mt={4} />
            <Skeleton height={9} mt={10} />
            <Skeleton height={8} width="40%" mt={10} />
          </div>
        </div>
      ))}
    </div>
  );
}
