/** Pure unit tests: which addresses a tool may reach, however they are written. */
import { describe, expect, it } from 'vitest';
import { checkTarget, guardedFetch } from '../../agents/guarded-fetch.ts';
import { isPublicAddress } from '../../agents/network-address.ts';
import { failureOf } from '../support/tool-call.ts';

describe('an address', () => {
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254', '169.254.169.254'],
    ...['172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1'],
    ...[
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...['::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
    ...['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::8.8.8.8', '100::1', '2001::1', '2001:db8::1'],
    ...['2002:7f00:1::', '2002:808:808::', '3fff::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
    ...['ff02::1', '::ffff:0:127.0.0.1', '5f00::1', '', 'localhost', '1.2.3', '1:2:3'],
  ])('that is not on the internet is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    ...['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255'],
    ...['198.17.255.255', '198.20.0.0', '223.255.255.255', '2606:4700:4700::1111', '2a00:1450:4001:80e::200e'],
    ...['::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '64:ff9b::808:808', '2001:4860:4860::8888', '2003::1'],
  ])('on the internet is public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('a URL', () => {
  const resolve = async () => [{ address: '8.8.8.8', family: 4 }];
  const guard = { allowPrivateAddresses: false, maxBytes: 1, resolve };

  it.each([
    ...['http://127.0.0.1/', 'http://2130706433/', 'http://0x7f000001/', 'http://0177.0.0.1/', 'http://127.1/'],
    ...['http://0/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://[64:ff9b::7f00:1]/', 'http://0xa9fea9fe/'],
    ...['http://１２７.0.0.1/', 'http://user:pass@10.0.0.1:8080/', 'https://[fd00::1]/', 'http://127.0.0.1./'],
    ...['file:///etc/passwd', 'ftp://8.8.8.8/', 'data:text/plain,x', 'unix:/var/run/docker.sock'],
  ])('that leads nowhere on the internet is refused: %s', async (url) => {
    expect((await failureOf(checkTarget(new URL(url), guard))).kind).toBe('permission_denied');
    expect((await failureOf(guardedFetch(guard)(url))).kind).toBe('permission_denied');
  });

  it('whose name has one private address among public ones is refused', async () => {
    const addresses = ['8.8.8.8', '10.0.0.1'].map((address) => ({ address, family: 4 }));
    const mixed = { ...guard, resolve: async () => addresses };
    const failure = await failureOf(checkTarget(new URL('http://api.example/'), mixed));
    expect(failure).toMatchObject({ kind: 'permission_denied', message: expect.stringContaining('10.0.0.1') });
    expect((await failureOf(guardedFetch(mixed)('http://api.example/'))).kind).toBe('permission_denied');
  });

  it('on the internet may be reached, and a private one where that is allowed', async () => {
    await checkTarget(new URL('https://api.example/'), guard);
    await checkTarget(new URL('https://1.1.1.1/'), guard);
    await checkTarget(new URL('http://127.0.0.1/'), { ...guard, allowPrivateAddresses: true });
  });

  it('asks the operating system where a name leads', async () => {
    const failure = await failureOf(
      checkTarget(new URL('http://localhost/'), { ...guard, resolve: undefined as never }),
    );
    expect(failure.kind).toBe('permission_denied');
  });
});
