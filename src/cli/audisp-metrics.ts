// `audisp-metrics [FILE]`: the plugin that publishes numbers about the trail (src/dispatch/plugins/metrics.ts), as
// /etc/audit/audisp-metrics.conf says: Prometheus text on a port or in a file, statsd over UDP.

import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { absolutePath, readSettings, type Setting, whole, word } from '../base/settings.ts';
import { EventInput } from '../dispatch/plugins/events.ts';
import {
  type Counts,
  type Gauges,
  gaugesOfReport,
  Metrics,
  prometheusText,
  statsdPacket,
} from '../dispatch/plugins/metrics.ts';
import { replaceFile } from '../host/files.ts';
import { say } from '../host/terminal.ts';
import { openClient } from '../kernel/client.ts';
import { type PluginProgram, runPlugin } from './plugin.ts';

const interval: Setting<number> = {
  fallback: 15,
  parse: (value) => {
    const match = /^(\d{1,6})([smhd]?)$/.exec(value);
    const seconds = Number(match?.[1]) * { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match?.[2] ?? '']!;
    if (!match || seconds < 1 || seconds > 2_000_000) throw new Error('must be a time such as 15s, 10m or 1h');
    return seconds;
  },
  help: 'time between two reports to the file and to statsd',
};

const schema = {
  listen_address: word('127.0.0.1', 'where to answer Prometheus'),
  listen_port: whole(1, 65_535, 0, 'port to answer Prometheus on'),
  file: absolutePath('', 'file for Prometheus text (the textfile collector)'),
  address: word('localhost', 'the statsd server'),
  port: whole(1, 65_535, 0, 'its UDP port'),
  interval,
};

const STATE = '/run/audit/auditd.state';

/** The kernel's queue, and what auditd's latest report says; what cannot be read is left out. */
function gauges(): Gauges {
  let kernel: Gauges = {};
  try {
    const client = openClient();
    try {
      const { backlog, backlogLimit, lost } = client.status();
      kernel = { backlog, backlog_limit: backlogLimit, lost };
    } finally {
      client.close();
    }
  } catch {
    // not root, or no audit here
  }
  try {
    return { ...kernel, ...gaugesOfReport(readFileSync(STATE, 'utf8')) };
  } catch {
    return kernel;
  }
}

function start(): PluginProgram {
  const file = process.argv[2] ?? '/etc/audit/audisp-metrics.conf';
  const { settings, problems } = readSettings(schema, readFileSync(file, 'utf8'), file);
  if (problems[0]) throw problems[0];
  const metrics = new Metrics();
  const input = new EventInput((event) => metrics.see(event));
  const udp = settings.port > 0 ? createSocket('udp4') : undefined;
  udp?.on('error', () => {}); // a server that is away is not our problem
  let before: Counts | undefined;
  const write = (text: string) => {
    try {
      replaceFile(settings.file, text, { mode: 0o644 }); // counts only, for a collector that is not root
    } catch (error) {
      say(`audisp-metrics: ${(error as Error).message}`); // counting goes on
    }
  };
  const publish = async (): Promise<void> => {
    const now = gauges();
    if (settings.file) write(prometheusText(metrics.counts, now));
    const packet = statsdPacket(metrics.counts, before, now);
    before = { ...metrics.counts };
    // Sent when the name is looked up: closing before that would lose the last numbers.
    if (udp) await new Promise<void>((done) => udp.send(packet, settings.port, settings.address, () => done()));
  };
  const timer = setInterval(() => void publish(), settings.interval * 1000);
  const http = createServer((request, response) => {
    const known = request.method === 'GET' && request.url === '/metrics';
    response.writeHead(known ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(known ? prometheusText(metrics.counts, gauges()) : 'GET /metrics\n');
  });
  if (settings.listen_port > 0) http.listen(settings.listen_port, settings.listen_address);
  http.on('error', (error) => say(`audisp-metrics: ${error.message}`));
  return {
    record: (text) => input.record(text),
    end: () => {},
    report: () => void publish(),
    stop: async () => {
      clearInterval(timer);
      input.end();
      await publish();
      http.close();
      udp?.close();
    },
  };
}

const USAGE = '[FILE]\n\nPublishes numbers about the trail, as FILE says (/etc/audit/audisp-metrics.conf).';

export const main = () => runPlugin('audisp-metrics', USAGE, start);
