import './words';
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import { i18next } from '@/i18n';

const petrol: MantineColorsTuple = [
  '#e8f5f7', '#d0e8ee', '#a3d1dc', '#73b8c8', '#4ea3b6', '#35919f', '#22808f', '#156f80', '#0b5d6e', '#064a59',
];
const gray: MantineColorsTuple = [
  '#f7f8f9', '#eff1f3', '#e3e6ea', '#d2d7dd', '#b7bec8', '#98a1ac', '#76808c', '#545d68', '#3a424b', '#22282f',
];
const dark: MantineColorsTuple = [
  '#d9dde3', '#b4bbc5', '#949ca8', '#676f7b', '#414853', '#323841', '#272c34', '#1b1f25', '#15181d', '#0f1215',
];

const close = { 'aria-label': i18next.t('ui:close') };

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.179,
  black: '#1a1e23',
  colors: { petrol, gray, dark },
  fontFamily: '-apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Inter, Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '22px' }, h2: { fontSize: '18px' }, h3: { fontSize: '15px' }, h4: { fontSize: '14px' } } },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '11px', xl: '18px' },
  spacing: { xs: '6px', sm: '10px', md: '14px', lg: '20px', xl: '28px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    Tooltip: { defaultProps: { openDelay: 350, withinPortal: true } },
    Menu: { defaultProps: { shadow: 'md', withInitialFocusPlaceholder: false } },
    Notification: { defaultProps: { closeButtonProps: close } },
    Modal: { defaultProps: { closeButtonProps: close, centered: true, overlayProps: { backgroundOpacity: 0.4 } }, styles: { title: { fontWeight: 600 }, body: { paddingTop: 3 } } },
    Drawer: { defaultProps: { closeButtonProps: close, overlayProps: { backgroundOpacity: 0.4 } }, styles: { title: { fontWeight: 600 } } },
  },
});

// Where Mantine's own values miss 4.5:1, the values that do not.
export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#6a727b',
    '--mantine-color-error': '#b42318',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-default-border': '#d2d7dd',
    '--mantine-color-gray-light-color': '#3a424b',
    '--mantine-color-gray-outline': '#545d68',
  },
  dark: {
    '--mantine-color-dimmed': '#a6a7ab',
    '--mantine-color-placeholder': '#9097a2',
    '--mantine-color-error': '#ff8a80',
    '--mantine-color-body': '#1b1f25',
    '--mantine-color-default-border': '#414853',
    '--mantine-color-gray-light-color': '#d9dde3',
  },
});
