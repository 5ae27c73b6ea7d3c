import { createBrowserRouter, Navigate } from 'react-router';
import { RouteError } from './RouteError';

// Each page is a chunk of its own. The board, reports, admin and sandbox pages
// export their component by default.
export const router = createBrowserRouter([
  {
    path: '/login',
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    lazy: async () => ({ Component: (await import('@/features/session/LoginPage')).LoginPage }),
  },
  {
    path: '/sandbox',
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    lazy: async () => ({ Component: (await import('@/features/sandbox/SandboxPage')).default }),
  },
  {
    path: '/',
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    lazy: async () => ({ Component: (await import('./routes/ShellRoute')).ShellRoute }),
    children: [
      { index: true, element: <Navigate to="/inbox" replace /> },
      { path: 'inbox/:view?/:conversationId?', lazy: async () => ({ Component: (await import('./routes/InboxRoute')).InboxRoute }) },
      { path: 'contacts/:id?', lazy: async () => ({ Component: (await import('./routes/ContactsRoute')).ContactsRoute }) },
      { path: 'board', lazy: async () => ({ Component: (await import('@/features/board/BoardPage')).default }) },
      { path: 'reports', lazy: async () => ({ Component: (await import('@/features/reports/ReportsPage')).default }) },
      { path: 'reports/replay', lazy: async () => ({ Component: (await import('@/features/reports/replay/ReplayPage')).default }) },
      { path: 'admin/*', lazy: async () => ({ Component: (await import('@/features/admin/AdminPages')).default }) },
    ],
  },
  {
    path: '/wallboard',
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    lazy: async () => ({ Component: (await import('./routes/WallboardRoute')).WallboardRoute }),
  },
  { path: '*', element: <Navigate to="/inbox" replace /> },
]);
