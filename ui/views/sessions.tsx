// The view of sessions (`/sessions`, `/sessions/22`): see sessions/.
import type { ViewProps } from './index.ts';
import { SessionView } from './sessions/session.tsx';
import { Sessions } from './sessions/sessions.tsx';

export default ({ parameters }: ViewProps) =>
  parameters.session === undefined ? <Sessions /> : <SessionView session={parameters.session} />;
