// Entry of the guard's own process (see undo.ts): `node guard.js '{"rules":[…],"status":{…},"daemon":true}'`.
import { type Undo, undoAfterDeath } from './undo.ts';

undoAfterDeath(JSON.parse(process.argv[2]!) as Undo);
