import { useCallback, useEffect, useRef } from 'react';
import { useSocket } from '@/api/live';

const repeatAfter = 4000;

/** Tells that I am writing to the customer, every 4 s while I do, and when I stop. */
export function useTyping(conversationId: string): { wrote: () => void; stopped: () => void } {
  const socket = useSocket();
  const told = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stopped = useCallback(() => {
    clearTimeout(timer.current);
    if (told.current === 0) return;
    told.current = 0;
    socket.typing(conversationId, false);
  }, [socket, conversationId]);
  const wrote = useCallback(() => {
    const now = Date.now();
    if (now - told.current >= repeatAfter) {
      told.current = now;
      socket.typing(conversationId, true);
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(stopped, repeatAfter + 1000);
  }, [socket, conversationId, stopped]);
  useEffect(() => stopped, [stopped]);
  return { wrote, stopped };
}
