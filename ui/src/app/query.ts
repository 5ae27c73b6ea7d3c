import { QueryClient } from '@tanstack/react-query';
import { Problem } from '@/api/client';

// The socket keeps what is on screen fresh, so nothing is asked again by itself;
// what the socket does not cover says its own staleTime.
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: (count, error) => error instanceof Problem && error.temporary && count < 3,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5000) * (0.7 + 0.6 * Math.random()),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
