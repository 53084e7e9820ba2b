// Cgroup paths as container engines and systemd write them, from their documentation and live machines.
import { expect, it } from 'vitest';
import { containerOf, parseCgroup, unitOf } from './proc.ts';

const ID = '0123456789abcdef'.repeat(4);
const POD = 'a1b2c3d4_0000_1111_2222_333344445555';

it.each([
  ['docker, systemd driver', `/system.slice/docker-${ID}.scope`, ID, `docker-${ID}.scope`],
  ['docker, cgroupfs driver', `/docker/${ID}`, ID, undefined],
  ['docker in docker', `/docker/${'f'.repeat(64)}/docker/${ID}/init.scope`, 'f'.repeat(64), 'init.scope'],
  ['podman', `/machine.slice/libpod-${ID}.scope/container`, ID, `libpod-${ID}.scope`],
  [
    'podman without root',
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`,
    ID,
    `libpod-${ID}.scope`,
  ],
  ["podman's monitor", `/machine.slice/libpod-conmon-${ID}.scope`, undefined, `libpod-conmon-${ID}.scope`],
  [
    'containerd under kubernetes',
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD}.slice/cri-containerd-${ID}.scope`,
    ID,
    `cri-containerd-${ID}.scope`,
  ],
  ['CRI-O', `/kubepods.slice/kubepods-pod${POD}.slice/crio-${ID}.scope`, ID, `crio-${ID}.scope`],
  [
    "CRI-O's monitor",
    `/kubepods.slice/kubepods-pod${POD}.slice/crio-conmon-${ID}.scope`,
    undefined,
    `crio-conmon-${ID}.scope`,
  ],
  ['kubernetes, cgroupfs driver', `/kubepods/burstable/pod${POD}/${ID}`, ID, undefined],
  ['LXC', '/lxc.payload.web/system.slice/nginx.service', 'web', 'nginx.service'],
  ['LXC, older', '/lxc/web', 'web', undefined],
  ['systemd-nspawn', '/machine.slice/systemd-nspawn@web.service/payload', 'web', 'systemd-nspawn@web.service'],
  ['a service', '/system.slice/ssh.service', undefined, 'ssh.service'],
  ['an instance', '/system.slice/system-getty.slice/getty@tty1.service', undefined, 'getty@tty1.service'],
  ['a login', '/user.slice/user-1001.slice/session-3.scope', undefined, 'session-3.scope'],
  [
    "a user's unit",
    '/user.slice/user-1001.slice/user@1001.service/app.slice/app-firefox.scope',
    undefined,
    'app-firefox.scope',
  ],
  ['no place', '/', undefined, undefined],
  ['63 digits', `/docker/${ID.slice(1)}`, undefined, undefined],
])('%s', (_, path, container, unit) => {
  expect([containerOf(path), unitOf(path)]).toEqual([container, unit]);
});

it('a process at the root of one hierarchy has its place in the other', () => {
  expect(parseCgroup(`12:pids:/docker/${ID}\n1:name=systemd:/docker/${ID}\n0::/\n`)).toBe(`/docker/${ID}`);
  expect(parseCgroup('4:memory:/x\n1:name=systemd:/\n0::/system.slice/a.service\n')).toBe('/system.slice/a.service');
  expect(parseCgroup('1:name=systemd:/\n0::/\n')).toBe('/');
  expect(parseCgroup('')).toBeUndefined();
});
