import { useEffect, useRef, useState } from 'preact/hooks';

interface Props {
  ask: string;
  yes: string;
  no: string;
  failed: string;
  onYes: () => Promise<void>;
  onDone: () => void;
}

/** A question over the panel. Escape and the first button say no. */
export function Confirm({ ask, yes, no, failed, onYes, onDone }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="confirm" role="alertdialog" aria-labelledby="ask"
      onCancel={onDone}>
      <p id="ask">{ask}</p>
      {error && <p class="wrong" role="alert">{failed}</p>}
      <div class="row">
        <button type="button" class="quiet" onClick={onDone}>{no}</button>
        <button type="button" class="main" onClick={() => onYes().then(onDone, () => setError(true))}>{yes}</button>
      </div>
    </dialog>
  );
}
