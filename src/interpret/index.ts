// The public face of interpret (`auspex/interpret`).
export * from './call.ts';
export {
  type Call,
  type EscapeMode,
  type InterpretContext,
  type InterpretOptions,
  interpretContext,
} from './context.ts';
export type { Tail } from './enriched.ts';
export { escapeText, lineSafe, terminalSafe } from './escape.ts';
export { type FieldKind, fieldKind } from './fields.ts';
export * from './interpret.ts';
export { ipv4Text, ipv6Text, type SocketAddress, sockaddrText, socketAddress } from './sockaddr.ts';
export { decodeText } from './text.ts';
export { keystrokes } from './tty.ts';
