// The launcher's style sheet, adopted by its shadow root: no style element and
// no style attribute, so that a strict content security policy has nothing to
// refuse. `all: initial !important` on the host cannot be outdone by the page:
// among important rules, those inside the shadow tree win.

export interface Look {
  color: string;
  ink: string;
  zIndex: number;
  side: 'left' | 'right';
  dark: boolean;
}

export const css = ({ color, ink, zIndex, side, dark }: Look): string => `
:host{all:initial!important;position:fixed!important;inset:auto!important;${side}:0!important;bottom:0!important;width:0!important;height:0!important;z-index:${zIndex}!important;display:block!important;direction:ltr!important;color-scheme:normal!important}
*{box-sizing:border-box}
button{all:unset;box-sizing:border-box;cursor:pointer;-webkit-tap-highlight-color:transparent}
.l{position:fixed;${side}:20px;bottom:20px;width:58px;height:58px;border-radius:50%;background:${color};color:${ink};display:grid;place-items:center;box-shadow:0 2px 6px #0003,0 8px 24px #0003;transition:transform .18s cubic-bezier(.2,.9,.3,1.2)}
.l:hover{transform:scale(1.06)}
.l:focus-visible{outline:3px solid ${color};outline-offset:3px;box-shadow:0 0 0 3px #fff,0 8px 24px #0003}
.l svg{grid-area:1/1;width:28px;height:28px;transition:opacity .15s,transform .2s;pointer-events:none}
.l .x{opacity:0;transform:rotate(-45deg)}
.l[aria-expanded=true] .x{opacity:1;transform:none}
.l[aria-expanded=true] .c{opacity:0;transform:rotate(45deg)}
.b{position:absolute;top:-3px;right:-3px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#c2251b;color:#fff;font:600 12px/22px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}
.b:empty{display:none}
.p{position:fixed;${side}:20px;bottom:92px;width:392px;max-width:calc(100vw - 40px);height:660px;max-height:calc(100dvh - 112px);border-radius:18px;overflow:hidden;background:${dark ? '#171b1f' : '#fff'};box-shadow:0 0 0 1px #00000014,0 12px 48px #0000003d;opacity:0;visibility:hidden;pointer-events:none;transform:translateY(12px) scale(.985);transform-origin:bottom ${side};transition:opacity .16s,transform .2s cubic-bezier(.2,.8,.2,1),visibility 0s .2s}
.p.o{opacity:1;visibility:visible;transform:none;transition-delay:0s}
.p.o.r{pointer-events:auto}
.s{position:absolute;inset:0;display:flex;flex-direction:column;transition:opacity .12s}
.s i{height:76px;background:${color};flex:none}
.s u{width:62%;height:44px;margin:20px 16px 0;border-radius:16px;background:${dark ? '#262c32' : '#eef0f2'}}
.s u+u{width:44%;margin-top:8px}
.r .s{opacity:0}
iframe{position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:normal;opacity:0}
.r iframe{opacity:1}
.n{position:fixed;${side}:20px;bottom:92px;max-width:min(300px,calc(100vw - 40px));padding:12px 16px;border-radius:12px;background:#20242a;color:#fff;font:14px/1.45 system-ui,sans-serif;box-shadow:0 8px 24px #0004;pointer-events:none}
.n:empty{display:none}
@media(max-width:480px),(max-height:480px){.p{inset:0;width:100%;max-width:none;height:100%;max-height:none;border-radius:0}.p.o.r~.l{display:none}}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{:host{display:none!important}}
`;
