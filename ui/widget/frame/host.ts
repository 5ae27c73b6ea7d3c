import type { ToLoader } from '../bridge';

/** The page around the frame, as the application sees it. */
export class Host {
  open = false;
  focus = false;
  tell: (m: ToLoader) => void = () => undefined;
  onOpen: (open: boolean, focus: boolean) => void = () => undefined;

  setOpen(open: boolean, focus: boolean): void {
    this.open = open;
    this.focus = focus;
    this.onOpen(open, focus);
  }
}
