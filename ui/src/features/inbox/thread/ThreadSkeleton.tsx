import { Skeleton } from '@mantine/core';

const lines: [number, boolean][] = [[38, false], [52, true], [30, false], [44, true], [26, true]];

export function ThreadSkeleton() {
  return (
    <div aria-hidden style={{ display: 'flex', flexDirection: 'column', justifyContent: 'flex-end', gap: 14, height: '100%', padding: 24, maxWidth: 860, marginInline: 'auto', boxSizing: 'border-box' }}>
      {lines.map(([width, out], i) => (
        <Skeleton key={i} height={38} radius="lg" width={`${width}%`} style={{ alignSelf: out ? 'flex-end' : 'flex-start' }} />
      ))}
    </div>
  );
}
