// The answers' JSON as types: what `auspex who-killed --json`, `who-touched --json`, `summary --json` and `sessions --json`
// print, which the server's replies carry (src/web/contract/answers.ts and processes.ts describe it).
export type {
  KillStory,
  LoginFailure,
  ProcessFacts as AnswerProcess,
  Session,
  SessionCommand,
  Strike,
  Summary,
  Touch,
  Victim,
} from '../../../src/web/contract.ts';
