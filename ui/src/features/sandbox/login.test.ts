import { expect, it } from 'vitest';
import { loginAddress } from './login';

it('gives each role a loopback name of its own, so that their cookies are apart', () => {
  const at = { protocol: 'http:', hostname: 'localhost', port: '8080' };
  const hosts = (['agent', 'supervisor', 'admin'] as const).map((role) => new URL(loginAddress(role, at)).hostname);
  expect(new Set(hosts).size).toBe(3);
  expect(loginAddress('supervisor', at)).toBe('http://127.0.0.1:8080/login?as=supervisor&next=%2Fboard');
});

it('stays on a host that others can reach', () => {
  expect(loginAddress('admin', { protocol: 'https:', hostname: 'demo.example', port: '' })).toBe('https://demo.example/login?as=admin&next=%2Fadmin%2Finboxes');
});
