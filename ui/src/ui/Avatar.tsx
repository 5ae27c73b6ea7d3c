import classes from './Avatar.module.css';

/** Two letters of a name; a phone number gives its last two digits. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter((w) => /[\p{L}\p{N}]/u.test(w));
  const first = words[0];
  if (!first) return '?';
  if (/^\+?\d/.test(first)) return name.replace(/\D/g, '').slice(-2);
  const letter = (word: string) => [...word].find((c) => /[\p{L}\p{N}]/u.test(c)) ?? '';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return (letter(first) + (last ? letter(last) : ([...first][1] ?? ''))).toUpperCase();
}

/** A hue that stays with the id. */
function hue(id: string): number {
  let h = 7;
  for (let i = 0; i < id.length; i++) h = (h * 31 + id.charCodeAt(i)) >>> 0;
  return h % 8;
}

export function Avatar({ name, id = name, size = 32 }: { name: string; id?: string; size?: number }) {
  return (
    <span className={classes.avatar} data-hue={hue(id)} style={{ width: size, height: size, fontSize: size * 0.38 }} aria-hidden>
      {initials(name)}
    </span>
  );
}
