import { useEffect, useState, type ReactNode } from 'react';

/** Shows its content only after 200 ms: what is quicker needs no skeleton. */
export function Delayed({ children, ms = 200 }: { children: ReactNode; ms?: number }) {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return shown ? <>{children}</> : null;
}
