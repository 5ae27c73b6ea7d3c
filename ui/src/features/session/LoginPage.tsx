import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { call, client, Problem, wordsOf } from '@/api/client';
import { keys } from '@/api/keys';
import { addWords } from '@/i18n';
import { Mark } from '@/ui/Mark';
import en from './en';
import classes from './LoginPage.module.css';

addWords('session', { en });

/** Only a path of this console may be returned to. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/inbox';
}

export function LoginPage() {
  const { t } = useTranslation('session');
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  // The sandbox fills in the demo's public accounts; anywhere else they do not exist.
  const demo = ['agent', 'supervisor', 'admin'].find((role) => role === params.get('as'));
  const [email, setEmail] = useState(demo ? `${demo}@parley.example` : '');
  const [password, setPassword] = useState(demo ? 'parley-demo' : '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');

  async function submit(e: FormEvent) {
    e.preventDefault();
    setBusy(true);
    setError('');
    try {
      const session = await call(client.POST('/session', { body: { email: email.trim(), password } }));
      cache.clear();
      cache.setQueryData(keys.me, session.me);
      await navigate(safeNext(params.get('next')), { replace: true });
    } catch (cause) {
      const wrong = cause instanceof Problem && (cause.status === 401 || cause.status === 422);
      setError(wrong ? t('wrong') : wordsOf(cause));
      setBusy(false);
    }
  }

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Mark size={40} />
        <Title order={1} mt="md">{t('title')}</Title>
        <Text c="dimmed" mb="lg">{t('tagline')}</Text>
        <form onSubmit={(e) => void submit(e)}>
          <Stack gap="sm">
            <div aria-live="assertive">
              {error && <Alert color="red" variant="light" p="sm" classNames={{ message: classes.error }}>{error}</Alert>}
            </div>
            <TextInput label={t('email')} type="email" autoComplete="username" required autoFocus size="md"
              value={email} onChange={(e) => setEmail(e.currentTarget.value)} withAsterisk={false} />
            <PasswordInput label={t('password')} autoComplete="current-password" required size="md"
              value={password} onChange={(e) => setPassword(e.currentTarget.value)} withAsterisk={false} />
            <Button type="submit" size="md" loading={busy} mt="xs">{t('submit')}</Button>
          </Stack>
        </form>
        <Text size="xs" c="dimmed" mt="lg">{t('hint')}</Text>
      </div>
    </main>
  );
}
